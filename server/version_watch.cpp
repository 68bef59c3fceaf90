#include "server/version_watch.h"

#include <algorithm>

namespace chukta {
namespace {

// Keys in one statement: small enough to be planned quickly.
constexpr std::size_t kBatch = 200;

}  // namespace

bool VersionWatch::run_once() {
    const auto now = clock_.now();
    const auto orders = held_.orders();
    if (orders.empty()) return false;
    const auto every = orders.size() > kMany ? kEveryMsWhenMany : kEveryMs;
    // A clock that was set back must not stop the looking.
    if (now >= looked_at_ && now - looked_at_ < every) return false;
    looked_at_ = now;
    for (std::size_t begin = 0; begin < orders.size(); begin += kBatch) {
        const auto end = std::min(begin + kBatch, orders.size());
        const std::vector<OrderId> batch(
            orders.begin() + static_cast<std::ptrdiff_t>(begin),
            orders.begin() + static_cast<std::ptrdiff_t>(end)
        );
        std::vector<Store::Version> versions;
        {
            Transaction transaction{store_.database(), db::Mode::Look};
            versions = store_.versions_of(transaction, batch);
        }
        for (const auto& [order_id, version] : versions) held_.wake(order_id, version);
    }
    return false;
}

}  // namespace chukta
