#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <exception>
#include <iterator>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "server/log.h"

namespace chukta {

namespace {

const char* word(Count what) {
    switch (what) {
        case Count::WebhookStored:
            return "webhook_stored";
        case Count::WebhookForged:
            return "webhook_forged";
        case Count::WebhookNotStored:
            return "webhook_not_stored";
        case Count::TokenRefused:
            return "token_refused";
        case Count::ShopKeyRefused:
            return "shop_key_refused";
        case Count::OriginRefused:
            return "origin_refused";
        case Count::SessionRefused:
            return "session_refused";
        case Count::RequestRefused:
            return "request_refused";
        case Count::RateLimited:
            return "rate_limited";
        case Count::QueueFull:
            return "queue_full";
        case Count::HandlerFailed:
            return "handler_failed";
    }
    return "unknown";
}

constexpr Count kCounts[] = {
    Count::WebhookStored,
    Count::WebhookForged,
    Count::WebhookNotStored,
    Count::TokenRefused,
    Count::ShopKeyRefused,
    Count::OriginRefused,
    Count::SessionRefused,
    Count::RequestRefused,
    Count::RateLimited,
    Count::QueueFull,
    Count::HandlerFailed,
};

/// Seconds. Held requests end at 25.
const prometheus::Histogram::BucketBoundaries kDurations{
    0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 2, 10, 30};

}  // namespace

struct Metrics::Registry {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& facts = prometheus::BuildCounter()
                                                         .Name("chukta_edge_facts_total")
                                                         .Help("What happened at the edge")
                                                         .Register(registry);
    prometheus::Family<prometheus::Counter>& answers = prometheus::BuildCounter()
                                                           .Name("chukta_http_answers_total")
                                                           .Help("Answers by route and status")
                                                           .Register(registry);
    prometheus::Family<prometheus::Histogram>& durations =
        prometheus::BuildHistogram()
            .Name("chukta_http_answer_seconds")
            .Help("From the whole request to its answer")
            .Register(registry);

    std::mutex mutex;
    std::vector<std::pair<prometheus::Gauge*, std::function<std::int64_t()>>> gauges;

    /// A family finds its metric by hashing a map of labels under a lock, for several microseconds;
    /// ours are few and live as long as the registry, so each is looked up once.
    struct Route {
        prometheus::Histogram* duration;
        std::map<int, prometheus::Counter*> answers;  ///< by status
    };
    std::mutex routes_mutex;
    std::map<std::string, Route, std::less<>> routes;
    std::array<prometheus::Counter*, std::size(kCounts)> counts{};
};

Metrics::Metrics() : registry_{std::make_unique<Registry>()} {
    for (const auto what : kCounts) {
        registry_->counts[static_cast<std::size_t>(what)] =
            &registry_->facts.Add({{"fact", word(what)}});
    }
}
Metrics::~Metrics() = default;

void Metrics::count(Count what) {
    // at: a fact that kCounts does not list is our bug.
    registry_->counts.at(static_cast<std::size_t>(what))->Increment();
}

void Metrics::answered(std::string_view route, int status, std::int64_t duration_ms) {
    prometheus::Counter* answers = nullptr;
    prometheus::Histogram* duration = nullptr;
    {
        const std::lock_guard lock{registry_->routes_mutex};
        auto found = registry_->routes.find(route);
        if (found == registry_->routes.end()) {
            std::string name{route};
            auto& histogram = registry_->durations.Add({{"route", name}}, kDurations);
            found =
                registry_->routes.emplace(std::move(name), Registry::Route{&histogram, {}}).first;
        }
        duration = found->second.duration;
        auto& counter = found->second.answers[status];
        if (counter == nullptr) {
            counter = &registry_->answers.Add(
                {{"route", found->first}, {"status", std::to_string(status)}}
            );
        }
        answers = counter;
    }
    answers->Increment();
    duration->Observe(static_cast<double>(duration_ms) / 1000.0);
}

void Metrics::add_gauge(
    const std::string& name, const std::string& help, std::function<std::int64_t()> read
) {
    auto& gauge =
        prometheus::BuildGauge().Name(name).Help(help).Register(registry_->registry).Add({});
    const std::lock_guard lock{registry_->mutex};
    registry_->gauges.emplace_back(&gauge, std::move(read));
}

std::string Metrics::text() {
    {
        const std::lock_guard lock{registry_->mutex};
        for (const auto& [gauge, read] : registry_->gauges) {
            try {
                gauge->Set(static_cast<double>(read()));
            } catch (const std::exception&) {
                // A database that is away must not hide every other number.
                log::warning("gauge.unreadable");
            }
        }
    }
    return prometheus::TextSerializer{}.Serialize(registry_->registry.Collect());
}

}  // namespace chukta
