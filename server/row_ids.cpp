#include "server/row_ids.h"

#include <array>
#include <cstdio>

namespace chukta {

std::string RowIds::next(EpochMs now) {
    const std::lock_guard lock{mutex_};
    count_ = (count_ + 1) & 0xfffff;
    std::array<char, 32> text{};
    std::snprintf(
        text.data(),
        text.size(),
        "%011llx%05x%012llx",
        static_cast<unsigned long long>(now) & 0xfff'ffff'ffffULL,
        count_,
        static_cast<unsigned long long>(random_()) & 0xffff'ffff'ffffULL
    );
    return text.data();
}

}  // namespace chukta
