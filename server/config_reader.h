/// @file
/// Reads variables one by one and collects what is wrong with them. Used by config.cpp alone.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/config.h"
#include "server/secret.h"

namespace chukta {

/// Every complaint names the variable and never its value.
class Reader {
public:
    explicit Reader(const Config::Environment& environment) : environment_{environment} {}

    void complain(const std::string& name, const std::string& what);
    Config::Complaints take_complaints() { return std::move(complaints_); }
    void read_development() { development_ = flag("DEVELOPMENT"); }
    bool development() const { return development_; }

    std::string text(const char* name, const char* fallback = "");
    std::string required(const char* name);
    bool flag(const char* name);
    /// A whole number within [min, max].
    std::int64_t number(
        const char* name, std::int64_t fallback, std::int64_t min, std::int64_t max
    );
    /// The comma-separated items, trimmed, without empty ones.
    std::vector<std::string> list(const char* name);
    /// An absolute URL; plain http only in development.
    std::optional<WebUrl> url(const char* name, std::string_view value);
    /// The same for an address that paths are put behind: without its last slash.
    std::optional<WebUrl> base_url(const char* name, std::string_view value);

    /// One of the words; the first is the default.
    template <class Enum>
    Enum choice(const char* name, std::initializer_list<std::pair<const char*, Enum>> words) {
        const auto value = text(name, words.begin()->first);
        std::string known;
        for (const auto& [word, meaning] : words) {
            if (value == word) return meaning;
            known += (known.empty() ? "" : ", ") + std::string{word};
        }
        complain(name, "must be one of: " + known);
        return words.begin()->second;
    }

    /// A secret from NAME or from the file that NAME_FILE names; empty when there is neither.
    std::string raw_secret(const char* name);
    Secret secret(const char* name, std::size_t length_min);
    Secret required_secret(const char* name, std::size_t length_min);
    /// Long enough, and not a text that people leave in example files.
    void check_secret(const char* name, const Secret& secret, std::size_t length_min);

private:
    const Config::Environment& environment_;
    Config::Complaints complaints_;
    bool development_ = false;
};

}  // namespace chukta
