/// @file
/// How many connections a program may have.
#pragma once

#include <sys/resource.h>

namespace http {

/// Raises this process's limit of open descriptors to what it may have (getrlimit(2)): a shell
/// starts programs with 1,024, and each held request is one. When the system refuses, the limit
/// stays as it was. For the start of a program; its children inherit the limit.
inline void allow_open_files() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace http
