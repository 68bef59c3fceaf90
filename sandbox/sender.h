/// @file
/// The threads that post webhooks.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "sandbox/world.h"

namespace sandbox {

/// One thread a lane, so that the webhooks of one order go one after another. Ends with World::stop
/// and destruction.
class Sender {
public:
    /// on_tried is told of each delivery after its first and every later attempt; any thread.
    Sender(World& world, std::function<void(std::uint64_t delivery_id)> on_tried);

private:
    void run(std::size_t lane);

    World& world_;
    std::function<void(std::uint64_t)> on_tried_;
    std::vector<std::jthread> threads_;
};

}  // namespace sandbox
