#include "server/config_reader.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>

namespace chukta {
namespace {

constexpr std::size_t kSecretFileBytesMax = 4096;

/// Texts that people leave in example files.
bool looks_like_placeholder(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    constexpr const char* kMarks[] = {
        "changeme",
        "change-me",
        "change_me",
        "placeholder",
        "example",
        "your-",
        "your_",
        "replace",
        "password",
        "insecure",
        "development",
        "dummy",
        "12345678",
    };
    for (const char* mark : kMarks) {
        if (lower.find(mark) != std::string::npos) return true;
    }
    // A key of one or two different characters was typed, not drawn.
    constexpr std::size_t kDifferentCharactersMin = 6;
    return std::set<char>(lower.begin(), lower.end()).size() < kDifferentCharactersMin;
}

}  // namespace

void Reader::complain(const std::string& name, const std::string& what) {
    complaints_.push_back(name + " " + what);
}

std::string Reader::text(const char* name, const char* fallback) {
    auto value = environment_(name);
    if (value && !value->empty()) return *std::move(value);
    return fallback;
}

std::string Reader::required(const char* name) {
    auto value = text(name);
    if (value.empty()) complain(name, "is missing");
    return value;
}

bool Reader::flag(const char* name) {
    const auto value = text(name, "0");
    if (value != "0" && value != "1") complain(name, "must be 0 or 1");
    return value == "1";
}

std::int64_t Reader::number(
    const char* name, std::int64_t fallback, std::int64_t min, std::int64_t max
) {
    const auto value = text(name);
    if (value.empty()) return fallback;
    std::int64_t read = 0;
    const char* end = value.data() + value.size();
    const auto parsed = std::from_chars(value.data(), end, read);
    if (parsed.ec != std::errc{} || parsed.ptr != end || read < min || read > max) {
        complain(
            name,
            "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max)
        );
        return fallback;
    }
    return read;
}

std::vector<std::string> Reader::list(const char* name) {
    std::vector<std::string> items;
    const auto value = text(name);
    for (std::string_view rest = value; !rest.empty();) {
        const auto comma = rest.find(',');
        auto item = rest.substr(0, comma);
        while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
        while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
        if (!item.empty()) items.emplace_back(item);
        rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    }
    return items;
}

std::optional<WebUrl> Reader::base_url(const char* name, std::string_view value) {
    while (value.ends_with('/')) value.remove_suffix(1);
    return url(name, value);
}

std::optional<WebUrl> Reader::url(const char* name, std::string_view value) {
    auto parsed = parse_web_url(value);
    if (!parsed) {
        complain(name, "must be an absolute http(s) URL");
        return std::nullopt;
    }
    if (!parsed->is_https() && !development_) {
        complain(name, "must be https (plain http needs DEVELOPMENT=1)");
    }
    return parsed;
}

std::string Reader::raw_secret(const char* name) {
    auto value = text(name);
    const std::string file_variable = std::string{name} + "_FILE";
    const auto path = text(file_variable.c_str());
    if (path.empty()) return value;
    if (!value.empty()) {
        complain(name, "and " + file_variable + " are both set; set one");
        return value;
    }
    std::ifstream file{path, std::ios::binary};
    std::string content(kSecretFileBytesMax + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    const auto length = static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0));
    if (!file.eof() || length == 0) {
        complain(file_variable, "names a file that is missing, empty, too long or unreadable");
        return {};
    }
    content.resize(length);
    while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
    return content;
}

Secret Reader::secret(const char* name, std::size_t length_min) {
    Secret value{raw_secret(name)};
    if (!value.empty()) check_secret(name, value, length_min);
    return value;
}

Secret Reader::required_secret(const char* name, std::size_t length_min) {
    Secret value{raw_secret(name)};
    if (value.empty()) {
        complain(name, "is missing");
    } else {
        check_secret(name, value, length_min);
    }
    return value;
}

void Reader::check_secret(const char* name, const Secret& secret, std::size_t length_min) {
    if (development_) return;
    const auto text = secret.reveal();
    if (text.size() < length_min) {
        complain(name, "is shorter than " + std::to_string(length_min) + " characters");
    } else if (looks_like_placeholder(text)) {
        complain(name, "looks like a placeholder: draw a random one");
    }
}

}  // namespace chukta
