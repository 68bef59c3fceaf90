/// @file
/// OpenSSL's things go when their holder does.
#pragma once

#include <stdexcept>

namespace support {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* thing) const {
        Free(thing);
    }
};

inline void check(bool worked, const char* what) {
    if (!worked) throw std::runtime_error{what};
}

}  // namespace support
