/// @file
/// Finds the handler of a method and path. Pistache's own router is banned (facts/pistache.md, D7).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "http/server.h"

namespace http {

/// The decoded values of a pattern's {names}.
using PathParameters = std::map<std::string, std::string, std::less<>>;
using RouteHandler = std::function<void(const PathParameters&, Request&&, Responder)>;

/// Built once, then read by any thread.
class Router {
public:
    /// A pattern is literal segments and {name} segments: "/v1/orders/{order_id}". A {name} matches
    /// one non-empty segment, percent-decoded; a badly encoded one, or one that decodes to '/', NUL
    /// or a control character, matches nothing. Literals win over names.
    void add(std::string method, std::string pattern, RouteHandler handler);

    /// What is answered when nothing matches (404) or the path has other methods (405, `allow` says
    /// which). Default: an empty body.
    using Miss = std::function<Response(const Request&, int status, std::string allow)>;
    void on_miss(Miss miss);

    /// Calls the matching handler. HEAD is answered by GET's handler (the server drops the body).
    void route(Request&& request, Responder responder) const;

    /// Every method and pattern, for the test that holds the OpenAPI file against them.
    std::vector<std::pair<std::string, std::string>> routes() const;

private:
    struct Route {
        std::string method;
        std::string pattern;
        std::vector<std::string> segments;
        RouteHandler handler;
    };
    std::vector<Route> routes_;
    Miss miss_;
};

}  // namespace http
