#include "server/zbar_library.h"

#include <dlfcn.h>

#include <stdexcept>
#include <string>

#include "server/log.h"

namespace chukta {
namespace {

// The version that zbar.h is of. qr_image_test is red where another is installed.
constexpr const char* kName = "libzbar.so.0";

template <typename Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

/// The library, if it has all that is used of it.
void* open(ZbarLibrary& zbar) {
    void* library = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
    bool whole = library != nullptr;
#define FIND(name) whole = whole && find(library, #name, zbar.name);
    ZBAR_FUNCTIONS(FIND)
#undef FIND
    if (library != nullptr && !whole) ::dlclose(library);
    return whole ? library : nullptr;
}

const ZbarLibrary* load() {
    static ZbarLibrary zbar;
    const bool whole = open(zbar) != nullptr;
    if (!whole) {
        // Said once, and it may be while a transaction is open that comes to nothing.
        const log::AtOnce at_once;
        log::error("qr.no_reader", {{"library", std::string_view{kName}}});
    }
    return whole ? &zbar : nullptr;
}

}  // namespace

const ZbarLibrary* zbar_library() {
    static const ZbarLibrary* const loaded = load();
    return loaded;
}

void require_zbar() {
    ZbarLibrary zbar;
    void* library = open(zbar);
    if (library == nullptr) {
        throw std::runtime_error{std::string{kName} + " is not installed (Debian: libzbar0)"};
    }
    ::dlclose(library);
}

}  // namespace chukta
