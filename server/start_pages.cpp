#include "server/start_pages.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <string>

namespace chukta {
namespace {

bool is_traced() {
    std::ifstream status{"/proc/self/status"};
    std::string name;
    int tracer = 0;
    while (status >> name) {
        if (name == "TracerPid:" && status >> tracer) return tracer != 0;
    }
    return false;
}

int give_back_segments(dl_phdr_info* object, std::size_t, void*) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const auto& segment = object->dlpi_phdr[i];
        // What the loader relocates lies in segments that may be written, also where it is made
        // read-only afterwards (PT_GNU_RELRO): those pages are in no file.
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
        const auto begin = (object->dlpi_addr + segment.p_vaddr) / page * page;
        const auto end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
        // The loader tells addresses as numbers.
        auto* const pages = reinterpret_cast<void*>(begin);  // NOLINT(performance-no-int-to-ptr)
        // A refusal (memory that is locked, say) costs nothing but the saving.
        static_cast<void>(madvise(pages, end - begin, MADV_DONTNEED));
    }
    return 0;
}

}  // namespace

void give_back_start_pages() {
    if (!is_traced()) dl_iterate_phdr(give_back_segments, nullptr);
}

}  // namespace chukta
