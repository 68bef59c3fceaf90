/// @file
/// A credential that cannot be printed, copied or logged by mistake.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace chukta {

/// A credential. It moves, it never copies, it never prints; wiped when it dies.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_{std::move(text)} {}
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    bool empty() const { return text_.empty(); }

    /// The text itself. tests/tidy_test.cpp counts the callers (docs/architecture.md names them).
    std::string_view reveal() const { return text_; }

    friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

private:
    std::string text_;
};

}  // namespace chukta
