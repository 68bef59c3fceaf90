#include "tests/simulation/memory.h"

#include <malloc.h>
#include <sqlite3.h>

#include <cstdio>

namespace chukta::simulation {
namespace {

constexpr int kPages = 4'096;
/// What SQLite's own header of a page may take beside its 4 KiB (SQLITE_CONFIG_PCACHE_HDRSZ).
constexpr int kPageBytes = 4'096 + 512;
alignas(8) char pages[std::size_t{kPages} * kPageBytes];  // touched as far as it is used

}  // namespace

void settle_memory() {
    constexpr int kKept = 256 << 20;
    mallopt(M_TRIM_THRESHOLD, kKept);
    mallopt(M_MMAP_THRESHOLD, kKept);
    mallopt(M_TOP_PAD, 16 << 20);
    const bool settled =
        sqlite3_config(SQLITE_CONFIG_SINGLETHREAD) == SQLITE_OK &&
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK &&
        sqlite3_config(SQLITE_CONFIG_PAGECACHE, pages, kPageBytes, kPages) == SQLITE_OK;
    if (!settled) std::fprintf(stderr, "simulate: SQLite was in use already, and is slower\n");
}

}  // namespace chukta::simulation
