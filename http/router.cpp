#include "http/router.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "http/text.h"

namespace http {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    if (!path.empty() && path.front() == '/') path.remove_prefix(1);
    for (;;) {
        const auto slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

bool is_name(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::string_view name_in(std::string_view segment) { return segment.substr(1, segment.size() - 2); }

/// A decoded slash or control character would let one segment pass for two, or for a log line.
std::optional<std::string> parameter_value(std::string_view segment) {
    auto value = percent_decode(segment);
    if (!value || value->empty()) return std::nullopt;
    const bool harmless = std::all_of(value->begin(), value->end(), [](char c) {
        return static_cast<unsigned char>(c) >= 32 && c != 127 && c != '/';
    });
    return harmless ? std::move(value) : std::nullopt;
}

std::optional<PathParameters> match(
    const std::vector<std::string>& pattern, const std::vector<std::string_view>& path
) {
    if (pattern.size() != path.size()) return std::nullopt;
    PathParameters parameters;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!is_name(pattern[i])) {
            if (pattern[i] != path[i]) return std::nullopt;
            continue;
        }
        auto value = parameter_value(path[i]);
        if (!value) return std::nullopt;
        parameters[std::string{name_in(pattern[i])}] = std::move(*value);
    }
    return parameters;
}

/// True when both can match the same path and a's first differing segment is the literal one.
bool more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (is_name(a[i]) != is_name(b[i])) return !is_name(a[i]);
    }
    return false;
}

}  // namespace

void Router::add(std::string method, std::string pattern, RouteHandler handler) {
    Route route{std::move(method), std::move(pattern), {}, std::move(handler)};
    for (const auto segment : segments_of(route.pattern)) route.segments.emplace_back(segment);
    // Kept in the order of preference, so that the first match is the best one.
    const auto place = std::find_if(routes_.begin(), routes_.end(), [&](const Route& other) {
        return more_literal(route.segments, other.segments);
    });
    routes_.insert(place, std::move(route));
}

void Router::on_miss(Miss miss) { miss_ = std::move(miss); }

void Router::route(Request&& request, Responder responder) const {
    const auto path = segments_of(request.path());
    const std::string_view wanted =
        request.method == "HEAD" ? std::string_view{"GET"} : std::string_view{request.method};
    std::set<std::string> allowed;
    for (const auto& route : routes_) {
        const auto parameters = match(route.segments, path);
        if (!parameters) continue;
        if (route.method == wanted || route.method == request.method) {
            route.handler(*parameters, std::move(request), std::move(responder));
            return;
        }
        allowed.insert(route.method);
        if (route.method == "GET") allowed.insert("HEAD");
    }
    std::string allow;
    for (const auto& method : allowed) allow += (allow.empty() ? "" : ", ") + method;
    const int status = allowed.empty() ? 404 : 405;
    Response response = miss_ ? miss_(request, status, allow) : Response{status, {}, {}};
    if (status == 405 && response.headers.count("Allow") == 0) response.headers.add("Allow", allow);
    responder.send(std::move(response));
}

std::vector<std::pair<std::string, std::string>> Router::routes() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& route : routes_) all.emplace_back(route.method, route.pattern);
    return all;
}

}  // namespace http
