/// @file
/// The way a function says "this can end another way": a value or an enum that names the failure.
#pragma once

#include <tl/expected.hpp>

#ifdef NDEBUG
#error "assert() is on in every build: do not define NDEBUG (docs/architecture.md, Failures)"
#endif

namespace chukta {

/// A value, or the named way in which there is none. std::expected where the library has it;
/// Debian's Emscripten (libc++ 14) does not, so tl::expected serves both compilers.
template <class T, class E>
using Result = tl::expected<T, E>;

/// Builds the failing side of a Result.
template <class E>
constexpr auto failure(E error) {
    return tl::unexpected<E>(error);
}

}  // namespace chukta
