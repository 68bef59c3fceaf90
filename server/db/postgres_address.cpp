#include "server/db/postgres_address.h"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

namespace chukta::db {
namespace {

struct Free {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, Free>;

/// Nothing for an address that libpq cannot read.
Options said_by(const std::string& url) {
    char* complaint = nullptr;
    Options options{PQconninfoParse(url.c_str(), &complaint)};
    PQfreemem(complaint);
    return options;
}

/// No value: nothing is said. An empty one is said, too.
const char* value_of(const Options& options, std::string_view name) {
    for (const auto* option = options.get(); option && option->keyword; ++option) {
        if (name == option->keyword) return option->val;
    }
    return nullptr;
}

std::vector<std::string_view> items_of(std::string_view list) {
    std::vector<std::string_view> items;
    for (;;) {
        const auto comma = list.find(',');
        items.push_back(list.substr(0, comma));
        if (comma == std::string_view::npos) return items;
        list.remove_prefix(comma + 1);
    }
}

bool is_here(std::string_view host) {
    // A folder is where a socket lies, "@" begins one without a file.
    return host.empty() || host.front() == '/' || host.front() == '@' || host == "localhost" ||
           host == "127.0.0.1" || host == "::1";
}

/// An entry of `hostaddr` stands in for the name at its place.
bool are_here(std::string_view hosts, std::string_view addresses) {
    const auto names = items_of(hosts);
    const auto numbers = items_of(addresses);
    for (std::size_t i = 0; i < std::max(names.size(), numbers.size()); ++i) {
        const auto number = i < numbers.size() ? numbers[i] : std::string_view{};
        const auto name = i < names.size() ? names[i] : std::string_view{};
        if (!is_here(number.empty() ? name : number)) return false;
    }
    return true;
}

}  // namespace

bool is_postgres_url(const std::string& url) { return said_by(url) != nullptr; }

Way way_to_postgres(const std::string& url) {
    const auto said = said_by(url);
    const Options unsaid{PQconndefaults()};
    const bool service = value_of(said, "service") != nullptr;
    const auto taken = [&](std::string_view name) -> std::string_view {
        const char* value = value_of(said, name);
        if (value == nullptr && !service) value = value_of(unsaid, name);
        return value == nullptr ? "" : value;
    };
    if (!service && are_here(taken("host"), taken("hostaddr"))) return Way::Here;
    const auto mode = taken("sslmode");
    if (mode == "verify-full" || mode == "verify-ca") return Way::Verified;
    return mode == "disable" ? Way::Open : Way::Unverified;
}

}  // namespace chukta::db
