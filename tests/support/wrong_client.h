/// @file
/// Detects answers that reach the wrong client, the worst thing stock Pistache does
/// (facts/pistache.md D1): attackers ask and leave, so that their descriptors' numbers are used
/// again; victims come at the same time and check that every answer is theirs. Works on any server.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace support {

/// How an attacker leaves after its request.
enum class Leaving { AtOnce, AfterAMoment, ByReset };

struct WrongClientHunt {
    std::uint16_t port = 0;
    int attackers = 4;
    int victims = 4;
    std::chrono::milliseconds duration{1'000};
    Leaving leaving = Leaving::AtOnce;
    std::string attack_target = "/id?v=ATTACK";
    /// A "%" here or in extra_fields is replaced by a word of each victim's own, which the answer
    /// must repeat...
    std::string victim_target = "/id?v=%";
    /// ...as its whole body; or, when false, somewhere in its head or body.
    bool body_is_word = true;
    std::string extra_fields;  ///< whole header lines, e.g. for servers that ask for a key
};

struct WrongClientCounts {
    long attacks = 0;
    long asked = 0;
    long wrong = 0;
    long unanswered = 0;  ///< time-outs and connections that ended without an answer
    std::string first_wrong;
};

WrongClientCounts hunt_wrong_client(const WrongClientHunt& hunt);

}  // namespace support
