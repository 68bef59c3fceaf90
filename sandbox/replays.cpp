#include "sandbox/replays.h"

namespace sandbox {
namespace {

constexpr std::int64_t kRememberedMs = 24 * 3600 * 1000;

std::string name_of(std::string_view scope, std::string_view key) {
    // A space is in no scope, so no two pairs share a name.
    return std::string{scope} + " " + std::string{key};
}

}  // namespace

const Replay* Replays::find(std::string_view scope, std::string_view key, EpochMs now_ms) const {
    const auto* replay = by_name(name_of(scope, key));
    return replay != nullptr && now_ms - replay->at_ms < kRememberedMs ? replay : nullptr;
}

std::string Replays::keep(Replay replay) {
    auto name = name_of(replay.scope, replay.key);
    all_.insert_or_assign(name, std::move(replay));
    return name;
}

const Replay* Replays::by_name(std::string_view name) const {
    const auto found = all_.find(name);
    return found == all_.end() ? nullptr : &found->second;
}

}  // namespace sandbox
