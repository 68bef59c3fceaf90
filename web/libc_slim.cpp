// What the libraries link against but the page never runs, in small: of the browser's module only,
// the tests have the real ones. Together they would be a tenth of it.

#include <cmath>
#include <cstdarg>
#include <cstddef>
#include <cstring>

extern "C" {

// ImGui scans .ini files and number fields; there are none.
int sscanf(const char*, const char*, ...) { return 0; }

// Texts of errors that nobody sees, and numbers of .ini files.
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

// Angles of arcs, for painting alone: libc's own reduce any angle there is, exactly, by a table of
// two thousand bytes. Off by less than 1e-5, a hundredth of a device pixel on the largest circle.
float sinf(float angle) {
    constexpr float kPi = 3.14159265f;
    angle -= 2 * kPi * std::floor(angle / (2 * kPi) + 0.5f);
    if (angle > kPi / 2) angle = kPi - angle;
    if (angle < -kPi / 2) angle = -kPi - angle;
    const float square = angle * angle;
    const float tail = square * (1.0f / 362880 - square / 39916800);
    return angle *
           (1 + square * (-1.0f / 6 + square * (1.0f / 120 + square * (-1.0f / 5040 + tail))));
}
float cosf(float angle) { return sinf(angle + 3.14159265f / 2); }

}  // extern "C"
