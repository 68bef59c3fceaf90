/// @file
/// Numbers for the operator, in Prometheus' text format. Any thread. metrics.cpp is the only file
/// that speaks to prometheus-cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace chukta {

/// Facts worth counting at the edge.
enum class Count {
    WebhookStored,
    WebhookForged,
    WebhookNotStored,
    TokenRefused,
    ShopKeyRefused,
    OriginRefused,
    SessionRefused,
    RequestRefused,  ///< could not be read, or nobody answered it
    RateLimited,
    QueueFull,
    HandlerFailed,
};

class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void count(Count what);

    /// One answer; `route` is the pattern, never the path, so that labels stay few.
    void answered(std::string_view route, int status, std::int64_t duration_ms);

    /// A number that is asked for at every scrape: "chukta_outbox_rows". `read` must be quick, may
    /// be called from the metrics listener's thread, and must outlive this object.
    void add_gauge(
        const std::string& name, const std::string& help, std::function<std::int64_t()> read
    );

    /// The whole page, text format 0.0.4.
    std::string text();

private:
    struct Registry;
    std::unique_ptr<Registry> registry_;
};

}  // namespace chukta
