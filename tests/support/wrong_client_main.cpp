// Hunts answers that reach the wrong client on a server that is running:
//   wrong_client PORT SECONDS ATTACK_TARGET VICTIM_TARGET [EXTRA_HEADER_LINE]
// VICTIM_TARGET has one '%', replaced by a word that the right answer repeats. Exit code 1 when an
// answer was wrong, 2 when nothing could be asked.
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/support/wrong_client.h"

int main(int argc, char** argv) {
    if (argc < 5) {
        std::cerr << "usage: wrong_client PORT SECONDS ATTACK_TARGET VICTIM_TARGET [HEADER_LINE]\n";
        return 2;
    }
    support::WrongClientHunt hunt;
    hunt.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    hunt.duration = std::chrono::seconds{std::atoi(argv[2])};
    hunt.attack_target = argv[3];
    hunt.victim_target = argv[4];
    hunt.body_is_word = false;
    if (argc > 5) hunt.extra_fields = std::string{argv[5]} + "\r\n";
    long wrong = 0;
    long asked = 0;
    for (const auto leaving :
         {support::Leaving::AtOnce, support::Leaving::AfterAMoment, support::Leaving::ByReset}) {
        hunt.leaving = leaving;
        const auto counts = support::hunt_wrong_client(hunt);
        std::cout << "attacks " << counts.attacks << ", asked " << counts.asked << ", wrong "
                  << counts.wrong << ", unanswered " << counts.unanswered << "\n";
        if (counts.wrong > 0) std::cout << counts.first_wrong << "\n";
        wrong += counts.wrong;
        asked += counts.asked;
    }
    if (asked == 0) return 2;
    return wrong == 0 ? 0 : 1;
}
