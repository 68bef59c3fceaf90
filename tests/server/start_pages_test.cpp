// What a program keeps of its files once it has started.
#include "server/start_pages.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace chukta {
namespace {

/// One file's mapping that nobody may write.
struct Mapping {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    std::int64_t resident_kib = 0;
    std::int64_t dirty_kib = 0;
};

/// The largest one of a file that nobody wrote to.
Mapping largest_mapping() {
    std::ifstream smaps{"/proc/self/smaps"};
    Mapping largest;
    Mapping now;
    bool counts = false;
    const auto keep = [&] {
        const bool larger = now.end - now.begin > largest.end - largest.begin;
        if (counts && now.dirty_kib == 0 && larger) largest = now;
    };
    for (std::string line; std::getline(smaps, line);) {
        std::istringstream words{line};
        std::string first;
        words >> first;
        if (first == "Rss:") {
            words >> now.resident_kib;
        } else if (first == "Private_Dirty:") {
            words >> now.dirty_kib;
        } else if (first.back() != ':') {
            keep();
            now = {};
            const auto dash = first.find('-');
            now.begin = std::stoull(first.substr(0, dash), nullptr, 16);
            now.end = std::stoull(first.substr(dash + 1), nullptr, 16);
            std::string rights;
            std::string offset;
            std::string device;
            std::int64_t inode = 0;
            words >> rights >> offset >> device >> inode;
            counts = inode != 0 && rights.rfind("r-xp", 0) == 0;
        }
    }
    keep();
    return largest;
}

void read_all(const Mapping& mapping) {
    for (auto at = mapping.begin; at < mapping.end; at += 4096) {
        static_cast<void>(*reinterpret_cast<const volatile char*>(at));
    }
}

TEST(StartPages, AreGivenBackAndComeBackWhenTheyAreRead) {
    const auto mapping = largest_mapping();
    ASSERT_GT(mapping.end - mapping.begin, 1'000'000U);
    read_all(mapping);
    const auto whole = largest_mapping();
    ASSERT_EQ(whole.begin, mapping.begin);
    ASSERT_GT(whole.resident_kib * 1024, (mapping.end - mapping.begin) / 2);
    give_back_start_pages();
    const auto given_back = largest_mapping();
    ASSERT_EQ(given_back.begin, mapping.begin);
    EXPECT_LT(given_back.resident_kib, whole.resident_kib / 4);
    read_all(mapping);
    EXPECT_EQ(largest_mapping().resident_kib, whole.resident_kib);
}

}  // namespace
}  // namespace chukta
