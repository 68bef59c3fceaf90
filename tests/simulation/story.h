/// @file
/// What happened in one world, step by step: always as a hash, and as lines when somebody reads.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/time.h"

namespace chukta::simulation {

class Story {
public:
    explicit Story(bool keep_lines) : keep_lines_{keep_lines} {}

    /// One step. The first part is a literal, the rest ids, words and numbers.
    template <class... Parts>
    void tell(EpochMs at, const Parts&... parts) {
        std::string line;
        note(at - kBegin);
        if (keep_lines_) line = time_text(at - kBegin);
        (add(line, parts), ...);
        if (keep_lines_) lines_.push_back(std::move(line));
    }

    std::uint64_t hash() const { return hash_; }
    const std::vector<std::string>& lines() const { return lines_; }

    /// The first moment of every world.
    static constexpr EpochMs kBegin = 1'780'000'000'000;

private:
    void note(std::int64_t number) {
        hash_ = (hash_ ^ static_cast<std::uint64_t>(number)) * 1'099'511'628'211ULL;
    }
    /// "2:03:04.567" after the world began.
    static std::string time_text(std::int64_t ms) {
        const auto padded = [](std::int64_t number, std::size_t digits) {
            auto text = std::to_string(number);
            return std::string(digits - std::min(digits, text.size()), '0') + text;
        };
        return std::to_string(ms / 3'600'000) + ":" + padded(ms / 60'000 % 60, 2) + ":" +
               padded(ms / 1'000 % 60, 2) + "." + padded(ms % 1'000, 3);
    }
    void add(std::string& line, std::string_view text) {
        // FNV-1a: the same everywhere.
        for (const char c : text) {
            hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
        }
        hash_ = (hash_ ^ 0x1FU) * 1'099'511'628'211ULL;
        if (!keep_lines_ || text.empty()) return;
        if (!line.empty()) line += ' ';
        line += text;
    }
    template <std::integral Number>
    void add(std::string& line, Number number) {
        note(static_cast<std::int64_t>(number));
        if (!keep_lines_) return;
        if (!line.empty()) line += ' ';
        line += std::to_string(number);
    }

    bool keep_lines_;
    std::uint64_t hash_ = 14'695'981'039'346'656'037ULL;
    std::vector<std::string> lines_;
};

}  // namespace chukta::simulation
