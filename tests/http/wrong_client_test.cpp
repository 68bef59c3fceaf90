// facts/pistache.md D1 and C10: stock Pistache fails every one of these within a second.
#include "tests/support/wrong_client.h"

#include <gtest/gtest.h>

#include "http/server.h"
#include "http/text.h"
#include "tests/support/answer_pool.h"

namespace {

using http::Request;
using http::Responder;
using support::Leaving;

http::Response own_word(const Request& request) {
    return {200, {}, http::query_parameter(request.query(), "v").value_or("none")};
}

void expect_every_answer_is_its_clients(std::uint16_t port) {
    long asked = 0;
    long attacks = 0;
    for (const auto leaving : {Leaving::AtOnce, Leaving::AfterAMoment, Leaving::ByReset}) {
        support::WrongClientHunt hunt;
        hunt.port = port;
        hunt.leaving = leaving;
        const auto counts = support::hunt_wrong_client(hunt);
        EXPECT_EQ(counts.wrong, 0) << counts.first_wrong;
        EXPECT_EQ(counts.unanswered, 0);
        asked += counts.asked;
        attacks += counts.attacks;
    }
    // Otherwise nothing was tried.
    EXPECT_GT(asked, 20);
    EXPECT_GT(attacks, 20);
}

TEST(WrongClient, NeverGetsAnAnswerOfTheHandler) {
    http::Server server{
        {}, [](Request&& request, Responder responder) { responder.send(own_word(request)); }};
    expect_every_answer_is_its_clients(server.port());
}

TEST(WrongClient, NeverGetsAnAnswerFromAnotherThread) {
    support::AnswerPool pool{2};
    http::Server server{{.threads = 2}, [&pool](Request&& request, Responder responder) {
                            pool.run([request = std::move(request), responder] {
                                responder.send(own_word(request));
                            });
                        }};
    expect_every_answer_is_its_clients(server.port());
}

TEST(WrongClient, TheHuntItselfSeesAWrongAnswer) {
    http::Server server{{}, [](Request&&, Responder responder) {
                            responder.send({200, {}, "V0_0"});
                        }};
    support::WrongClientHunt hunt;
    hunt.port = server.port();
    hunt.duration = std::chrono::milliseconds{100};
    const auto counts = support::hunt_wrong_client(hunt);
    EXPECT_GT(counts.wrong, 0);
    EXPECT_FALSE(counts.first_wrong.empty());
}

}  // namespace
