#include "shared/time.h"

#include <algorithm>
#include <chrono>

namespace chukta {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::int64_t kMsPerMinute = 60 * kMsPerSecond;
constexpr std::int64_t kMsPerHour = 60 * kMsPerMinute;
constexpr std::int64_t kMsPerDay = 24 * kMsPerHour;

// RFC 3339 writes four-digit years, so these are the first and the last instant it can say.
constexpr EpochMs kFirstMs = -62'167'219'200'000;
constexpr EpochMs kLastMs = 253'402'300'799'999;

void append_number(std::string& out, std::int64_t value, std::size_t width) {
    const std::string digits = std::to_string(value);
    out.append(width > digits.size() ? width - digits.size() : 0, '0');
    out += digits;
}

/// Takes text from the front; once something did not fit, ok stays false.
class Reader {
public:
    explicit Reader(std::string_view text) : text_{text} {}

    bool ok() const { return ok_; }
    bool at_end() const { return text_.empty(); }
    void fail() { ok_ = false; }
    char peek() const { return text_.empty() ? '\0' : text_.front(); }

    void expect(char c) {
        if (text_.empty() || text_.front() != c) return fail();
        text_.remove_prefix(1);
    }

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (!next_is_digit()) {
                fail();
                return 0;
            }
            value = value * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        return value;
    }

    /// The 1 to 9 digits after a point, cut to milliseconds.
    int milliseconds() {
        int value = 0;
        int count = 0;
        for (; next_is_digit(); ++count) {
            if (count < 3) value = value * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        if (count == 0 || count > 9) fail();
        for (; count < 3; ++count) value *= 10;
        return value;
    }

private:
    bool next_is_digit() const { return !text_.empty() && peek() >= '0' && peek() <= '9'; }

    std::string_view text_;
    bool ok_ = true;
};

/// "Z", "+05:30" or "-00:00" as milliseconds ahead of UTC.
std::int64_t read_offset(Reader& in) {
    if (in.peek() == 'Z' || in.peek() == 'z') {
        in.expect(in.peek());
        return 0;
    }
    const bool behind = in.peek() == '-';
    in.expect(behind ? '-' : '+');
    const int hours = in.digits(2);
    in.expect(':');
    const int minutes = in.digits(2);
    if (hours > 23 || minutes > 59) in.fail();
    const std::int64_t ahead = hours * kMsPerHour + minutes * kMsPerMinute;
    return behind ? -ahead : ahead;
}

}  // namespace

std::string to_rfc3339(EpochMs at_ms) {
    const EpochMs at = std::clamp(at_ms, kFirstMs, kLastMs);
    std::int64_t days = at / kMsPerDay;
    std::int64_t in_day = at % kMsPerDay;
    if (in_day < 0) {
        in_day += kMsPerDay;
        --days;
    }
    const std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};

    std::string out;
    out.reserve(24);
    append_number(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_number(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_number(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_number(out, in_day / kMsPerHour, 2);
    out += ':';
    append_number(out, in_day % kMsPerHour / kMsPerMinute, 2);
    out += ':';
    append_number(out, in_day % kMsPerMinute / kMsPerSecond, 2);
    out += '.';
    append_number(out, in_day % kMsPerSecond, 3);
    out += 'Z';
    return out;
}

std::optional<EpochMs> from_rfc3339(std::string_view text) {
    Reader in{text};
    const int year = in.digits(4);
    in.expect('-');
    const int month = in.digits(2);
    in.expect('-');
    const int day = in.digits(2);
    in.expect(in.peek() == 't' ? 't' : 'T');
    const int hour = in.digits(2);
    in.expect(':');
    const int minute = in.digits(2);
    in.expect(':');
    const int second = in.digits(2);
    int ms = 0;
    if (in.peek() == '.') {
        in.expect('.');
        ms = in.milliseconds();
    }
    const std::int64_t offset = read_offset(in);
    if (!in.ok() || !in.at_end()) return std::nullopt;

    const std::chrono::year_month_day date{
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}};
    // A leap second (":60") has no epoch millisecond of its own: it is the first of the next
    // minute.
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    const EpochMs at = days * kMsPerDay + hour * kMsPerHour + minute * kMsPerMinute +
                       second * kMsPerSecond + (second == 60 ? 0 : ms) - offset;
    if (second == 60 && ((at % kMsPerDay) + kMsPerDay) % kMsPerDay != 0) return std::nullopt;
    if (at < kFirstMs || at > kLastMs) return std::nullopt;
    return at;
}

}  // namespace chukta
