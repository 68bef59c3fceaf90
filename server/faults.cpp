#include "server/faults.h"

#ifdef CHUKTA_FAULTS

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <optional>

namespace chukta::faults {
namespace {

#define CHUKTA_FAULT_NAME(identifier, name) name,
constexpr std::array kPointNames{
    std::to_array<std::string_view>({CHUKTA_FAULT_POINTS(CHUKTA_FAULT_NAME)})};
constexpr std::array kBugNames{
    std::to_array<std::string_view>({CHUKTA_PLANTED_BUGS(CHUKTA_FAULT_NAME)})};
#undef CHUKTA_FAULT_NAME

/// What ends or stops this process, and after how many more passes; 0: never.
struct Charge {
    std::atomic<int> passes_left{0};
    int signal = SIGKILL;
};

std::array<Charge, kPointNames.size()> charges;
std::array<std::atomic<bool>, kBugNames.size()> bugs;
std::function<void(Point)> on_pass;

template <std::size_t Size>
std::optional<std::size_t> find(
    const std::array<std::string_view, Size>& names, std::string_view name
) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

/// Cuts the text before the next separator off.
std::string_view take(std::string_view& text, char separator) {
    const auto at = text.find(separator);
    const auto part = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    return part;
}

template <class Enum, std::size_t Size>
std::vector<Enum> all() {
    std::vector<Enum> values;
    for (std::size_t i = 0; i < Size; ++i) values.push_back(static_cast<Enum>(i));
    return values;
}

}  // namespace

void pass(Point point) {
    auto& charge = charges[static_cast<std::size_t>(point)];
    if (charge.passes_left.load() > 0 && charge.passes_left.fetch_sub(1) == 1) {
        std::raise(charge.signal);
    }
    if (on_pass) on_pass(point);
}

bool planted(Bug bug) { return bugs[static_cast<std::size_t>(bug)].load(); }

std::string_view word(Point point) { return kPointNames[static_cast<std::size_t>(point)]; }
std::string_view word(Bug bug) { return kBugNames[static_cast<std::size_t>(bug)]; }

const std::vector<Point>& all_points() {
    static const auto kAll = all<Point, kPointNames.size()>();
    return kAll;
}

const std::vector<Bug>& all_bugs() {
    static const auto kAll = all<Bug, kBugNames.size()>();
    return kAll;
}

void set_handler(std::function<void(Point)> handler) { on_pass = std::move(handler); }

void plant(Bug bug, bool active) { bugs[static_cast<std::size_t>(bug)] = active; }

bool arm(std::string_view settings) {
    while (!settings.empty()) {
        auto setting = take(settings, ',');
        const auto point = find(kPointNames, take(setting, ':'));
        const auto count = take(setting, ':');
        const auto deed = setting;
        int passes = 0;
        const auto [end, error] =
            std::from_chars(count.data(), count.data() + count.size(), passes);
        const bool counted =
            error == std::errc{} && end == count.data() + count.size() && passes > 0;
        if (!point || !counted || !(deed.empty() || deed == "kill" || deed == "stop")) return false;
        charges[*point].signal = deed == "stop" ? SIGSTOP : SIGKILL;
        charges[*point].passes_left = passes;
    }
    return true;
}

bool plant_all(std::string_view names) {
    while (!names.empty()) {
        const auto bug = find(kBugNames, take(names, ','));
        if (!bug) return false;
        bugs[*bug] = true;
    }
    return true;
}

}  // namespace chukta::faults

#endif
