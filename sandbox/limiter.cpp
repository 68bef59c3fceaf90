#include "sandbox/limiter.h"

#include <algorithm>

namespace sandbox {
namespace {

constexpr std::int64_t kWindowMs = 60'000;

int limit_of(RateLimits limits, Endpoint endpoint) {
    const auto pick = [&](int production, int in_sandbox) {
        switch (limits) {
            case RateLimits::Off:
                return 0;
            case RateLimits::Sandbox:
                return in_sandbox;
            case RateLimits::Production:
                return production;
        }
        return 0;
    };
    switch (endpoint) {
        case Endpoint::CreateOrder:
            return pick(200, 30);
        case Endpoint::GetOrder:
            return pick(400, 60);
        case Endpoint::GetPayments:
            return pick(100, 60);
        case Endpoint::GetPayment:
            return pick(130, 130);  // the sandbox's figure is not stated
        case Endpoint::OrderPay:
        case Endpoint::CreateRefund:
            return pick(100, 30);
        case Endpoint::GetRefunds:
        case Endpoint::GetRefund:
            return pick(30, 60);
        case Endpoint::TerminateOrder:
        case Endpoint::Simulate:
        case Endpoint::GetSimulation:
        case Endpoint::Unknown:
            return 0;  // no figure is published
    }
    return 0;
}

}  // namespace

Allowance Limiter::take(
    RateLimits limits, Endpoint endpoint, const std::string& who, chukta::EpochMs now_ms
) {
    Allowance allowance;
    allowance.limit = limit_of(limits, endpoint);
    if (allowance.limit == 0) return allowance;
    auto& calls = calls_[{endpoint, who}];
    while (!calls.empty() && calls.front() <= now_ms - kWindowMs) calls.pop_front();
    const auto used = static_cast<int>(calls.size());
    if (used >= allowance.limit) {
        allowance.allowed = false;
        const auto wait_ms = calls.front() + kWindowMs - now_ms;
        allowance.retry_s =
            static_cast<int>(std::clamp<std::int64_t>((wait_ms + 999) / 1000, 1, 59));
        return allowance;
    }
    calls.push_back(now_ms);
    allowance.remaining = allowance.limit - used - 1;
    return allowance;
}

}  // namespace sandbox
