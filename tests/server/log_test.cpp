// One JSON line per fact, and no way to write a free text into it.
#include "server/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <type_traits>

#include "tests/support/edge_builders.h"

namespace chukta {
namespace {

using testing::CapturedLog;

static_assert(!std::is_constructible_v<log::Field, const char*, std::string>);
static_assert(!std::is_constructible_v<log::Field, const char*, const std::string&>);
static_assert(!std::is_constructible_v<log::Field, const char*, CustomerId>);
static_assert(!std::is_constructible_v<log::Field, const char*, bool>);
static_assert(!std::is_constructible_v<log::Field, const char*, double>);
static_assert(std::is_constructible_v<log::Field, const char*, OrderId>);
static_assert(std::is_constructible_v<log::Field, const char*, std::int64_t>);
static_assert(std::is_constructible_v<log::Field, const char*, std::string_view>);

nlohmann::json only_line(const CapturedLog& captured) {
    auto line = nlohmann::json::parse(captured.text(), nullptr, false);
    EXPECT_FALSE(line.is_discarded()) << captured.text();
    return line;
}

TEST(Log, WritesOneJsonLine) {
    const CapturedLog captured;
    log::info(
        "attempt.advanced",
        {{"order", OrderId{"ord_1"}},
         {"to", word(AttemptStatus::Completed)},
         {"index", 3},
         {"at", std::int64_t{-5}}}
    );
    const auto line = only_line(captured);
    EXPECT_EQ(line["event"], "attempt.advanced");
    EXPECT_EQ(line["level"], "info");
    EXPECT_EQ(line["order"], "ord_1");
    EXPECT_EQ(line["to"], "completed");
    EXPECT_EQ(line["index"], 3);
    EXPECT_EQ(line["at"], -5);
    EXPECT_EQ(line["time"].get<std::string>().size(), 24U);
    EXPECT_EQ(captured.text().find('\n'), captured.text().size() - 1);
}

TEST(Log, WritesTheLinesOfAGroupAsItEnds) {
    std::string before_end;
    ::testing::internal::CaptureStderr();
    {
        const log::Together together;
        log::info("thing.first");
        {
            const log::Together inside;
            log::info("thing.second");
        }
        before_end = ::testing::internal::GetCapturedStderr();
        ::testing::internal::CaptureStderr();
    }
    const auto lines = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(before_end, "");
    const auto first = lines.find("thing.first");
    const auto second = lines.find("thing.second");
    ASSERT_NE(second, std::string::npos);
    EXPECT_LT(first, second);
    EXPECT_TRUE(lines.ends_with('\n'));
}

TEST(Log, DropsWhatIsNotConfirmedAndWritesWhatIsAsItEnds) {
    const CapturedLog captured;
    for (const bool confirmed : {false, true}) {
        const log::Together group;
        {
            log::Provisional lines;
            log::info("thing.first", {{"confirmed", confirmed ? "yes" : "no"}});
            log::info("thing.second");
            if (confirmed) lines.confirm();
        }
        log::info("thing.third");
        EXPECT_EQ(captured.count("thing.third"), confirmed ? 1 : 0) << "a group is one piece";
    }
    EXPECT_EQ(captured.count("thing.first"), 1);
    EXPECT_EQ(captured.count("thing.second"), 1);
    EXPECT_EQ(captured.count(R"("confirmed":"yes")"), 1);
    EXPECT_EQ(captured.count("\n\n"), 0);
}

TEST(Log, WritesAtOnceWhatIsTrueWhateverComes) {
    const CapturedLog captured;
    const log::Provisional lines;
    {
        const log::AtOnce at_once;
        log::error("thing.away");
    }
    log::info("thing.seen");
    EXPECT_EQ(captured.count("thing.away"), 1);
    EXPECT_EQ(captured.count("thing.seen"), 0);
}

TEST(Log, ReplacesAWordThatIsNone) {
    const std::string hostile = "a\nb";
    for (const std::string_view view :
         {std::string_view{hostile},
          std::string_view{"two words"},
          std::string_view{"asha@okaxis"}}) {
        const CapturedLog captured;
        log::warning("thing.seen", {{"word", view}});
        EXPECT_EQ(only_line(captured)["word"], "unprintable");
    }
}

TEST(Log, EscapesAnIdThatWouldBreakTheLine) {
    const CapturedLog captured;
    log::error("thing.seen", {{"order", OrderId{"a\"b\\c\n\xff"}}});
    EXPECT_EQ(only_line(captured)["order"], "a\"b\\c\n\u00ff");
}

TEST(Log, MasksAUpiId) {
    const CapturedLog captured;
    log::info("thing.seen", {{"vpa", *Vpa::parse("asha@okaxis")}});
    EXPECT_EQ(only_line(captured)["vpa"], "as***@okaxis");
}

TEST(Log, CarriesTheRequestIdUntilTheScopeEnds) {
    const log::RequestId outer{"request-1"};
    const log::RequestId inner{"request-2"};
    {
        const log::RequestScope scope{outer};
        {
            const log::RequestScope nested{inner};
            const CapturedLog captured;
            log::info("thing.seen");
            EXPECT_EQ(only_line(captured)["request"], "request-2");
        }
        const CapturedLog captured;
        log::info("thing.seen");
        EXPECT_EQ(only_line(captured)["request"], "request-1");
    }
    const CapturedLog captured;
    log::info("thing.seen");
    EXPECT_FALSE(only_line(captured).contains("request"));
}

TEST(Log, WorksForNoRequestInAScopeWithoutAnId) {
    const log::RequestId outer{"request-1"};
    const log::RequestId none;
    const log::RequestScope scope{outer};
    EXPECT_EQ(log::current_request(), outer);
    const log::RequestScope own{none};
    EXPECT_EQ(log::current_request(), none);
    const CapturedLog captured;
    log::info("thing.seen");
    EXPECT_FALSE(only_line(captured).contains("request"));
}

TEST(Log, LeavesOutWhatIsBelowTheLevel) {
    const CapturedLog captured;
    log::debug("thing.seen");
    EXPECT_EQ(captured.text(), "");
}

}  // namespace
}  // namespace chukta
