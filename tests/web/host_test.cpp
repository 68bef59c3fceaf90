// The page and its outside together, with a host that writes down what it is told.

#include "web/host.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/page_views.h"

namespace chukta::page {
namespace {

using namespace testing;

class WrittenHost : public Host {
public:
    std::vector<Request> sent;
    std::vector<int> aborted;
    std::vector<std::string> order;  ///< in which things were done
    bool opens = true;

    void send(const Request& request) override {
        sent.push_back(request);
        order.push_back(request.post ? "post" : "get");
    }
    void abort(int request) override { aborted.push_back(request); }
    void save(const std::string& text) override {
        order.push_back(text.empty() ? "forget" : "save");
    }
    void copy(const std::string&) override { order.push_back("copy"); }
    bool open(const OpenLink&) override { return opens; }
};

Event at_start(decltype(Event::what) what) { return {kStart, std::move(what)}; }

TEST(Host, SavesThePressBeforeItIsSent) {
    Page page;
    WrittenHost host;
    run(page, host, at_start(Opened{"F508037", wire::encode(a_view()), "", facts_of(kPhone)}));
    host.order.clear();
    run(page, host, at_start(Acted{Acted::Kind::Press, "show-qr", "", "key-1"}));
    EXPECT_EQ(host.order, (std::vector<std::string>{"save", "post"}));
    EXPECT_EQ(host.sent.back().key, "key-1");
}

TEST(Host, TellsThePageWhetherAnAppWasOpened) {
    for (const bool opens : {true, false}) {
        Page page;
        WrittenHost host;
        host.opens = opens;
        run(page, host, at_start(Opened{"F508037", wire::encode(a_view()), "", facts_of(kPhone)}));
        run(page, host, at_start(Acted{Acted::Kind::Press, "app-gpay", "", "key-1"}));
        const auto ready = wire::encode(a_waiting_view(Channel::Intent));
        run(page, host, at_start(Answered{page.press->request, 202, ready}));
        // Only an app that was told to open can fail to.
        EXPECT_EQ(page.opening.has_value(), opens);
    }
}

}  // namespace
}  // namespace chukta::page
