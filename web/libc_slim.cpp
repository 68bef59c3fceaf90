// What the libraries link against but the page never runs, in small: of the browser's module only,
// the tests have the real ones. Together they would be a tenth of it.

#include <cstdarg>
#include <cstddef>
#include <cstring>

extern "C" {

// ImGui scans .ini files and number fields; there are none.
int sscanf(const char*, const char*, ...) { return 0; }

// nlohmann/json writes the texts of errors that nobody sees; we read its numbers as integers only,
// so a fraction is refused whatever its value.
int snprintf(char* out, std::size_t size, const char*, ...) {
    if (size > 0) out[0] = 0;
    return 0;
}
int vsnprintf(char* out, std::size_t size, const char*, va_list) {
    if (size > 0) out[0] = 0;
    return 0;
}
double strtod(const char* text, char** end) {
    if (end != nullptr) *end = const_cast<char*>(text) + std::strlen(text);
    return 0.5;
}
// libc keeps these beside strtod, so they come or go with it.
float strtof(const char* text, char** end) { return static_cast<float>(strtod(text, end)); }
long double strtold(const char* text, char** end) { return strtod(text, end); }

}  // extern "C"
