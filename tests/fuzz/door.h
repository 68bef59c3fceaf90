/// @file
/// The front door asked in process: a request goes into the real router, its answer comes out of
/// the mailbox that a connection would read. No socket is between, so thousands fit in a second.
#pragma once

#include <poll.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/responder.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/edge_builders.h"

namespace chukta::fuzz {

/// A front door with one order and one session of its customer. One at a time.
class Door {
public:
    Door() {
        door_.create_order();
        cookie_ = door_.open_session();
    }

    testing::FrontDoor& front() { return door_; }
    const std::string& cookie() const { return cookie_; }

    /// The one answer to it. A held request is released at once.
    http::Response ask(http::Request request) {
        const auto mailbox = std::make_shared<http::Mailbox>();
        request.peer_address = "127.0.0.1";
        {
            http::Responder responder{
                std::make_shared<http::Responder::State>(mailbox, http::Address{1, 1})};
            door_.front().router().route(std::move(request), std::move(responder));
        }
        // A handler that never answers is what the fuzzer's own time limit is for.
        for (;;) {
            auto letters = mailbox->take();
            if (!letters.empty()) {
                expect(letters.size() == 1, "a request has one answer");
                expect(letters.front().ending == http::Ending::Answered, "and that is an answer");
                return std::move(letters.front().response);
            }
            pollfd wake{mailbox->wake_descriptor(), POLLIN, 0};
            constexpr int kPatienceMs = 5;
            if (poll(&wake, 1, kPatienceMs) > 0) {
                mailbox->clear_wake();
            } else {
                door_.engine().held().release_all();
            }
        }
    }

    std::int64_t count(const char* query) {
        db::Transaction transaction{door_.database(), db::Mode::Read};
        return transaction.run(query).front().integer("n");
    }

private:
    testing::FrontDoor door_;
    std::string cookie_;
};

/// Warnings about bad input are what fuzzing makes; lines that a promise is broken by are kept.
class QuietLog {
public:
    QuietLog() {
        log::set_level(log::Level::Error);
        log::set_sink([](std::string_view line) {
            std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
            expect(line.find("handler.failed") == std::string_view::npos, "no handler fails");
            expect(line.find("loop.") == std::string_view::npos, "no loop stumbles");
        });
    }
};

}  // namespace chukta::fuzz
