// What ImGui links against but this page never runs, in small. No file of ImGui is changed.

#include <imgui.h>
#include <imgui_internal.h>

#include <cstring>

// ImGui formats text only for its own windows' titles and debug tools; the page has neither. The
// format itself stands in for the formatted text.
int ImFormatStringV(char* buffer, size_t size, const char* format, va_list) {
    const size_t length = std::strlen(format);
    if (buffer == nullptr || size == 0) return static_cast<int>(length);
    const size_t copied = length < size - 1 ? length : size - 1;
    std::memcpy(buffer, format, copied);
    buffer[copied] = 0;
    return static_cast<int>(copied);
}

int ImFormatString(char* buffer, size_t size, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = ImFormatStringV(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

#ifdef __EMSCRIPTEN__
// Only .ini files and number fields are scanned.
extern "C" int sscanf(const char*, const char*, ...) { return 0; }

// Tables are not used; these are what the rest of ImGui calls of imgui_tables.cpp.
namespace ImGui {
void TableEndRow(ImGuiTable*) {}
void TableBeginCell(ImGuiTable*, int) {}
void TableEndCell(ImGuiTable*) {}
void TablePushBackgroundChannel() {}
void TablePopBackgroundChannel() {}
void TablePushColumnChannel(int) {}
void TablePopColumnChannel() {}
void TableGcCompactTransientBuffers(ImGuiTable*) {}
void TableGcCompactTransientBuffers(ImGuiTableTempData*) {}
void TableGcCompactSettings() {}
void TableSettingsAddSettingsHandler() {}
void PushColumnsBackground() {}
void PopColumnsBackground() {}
void EndColumns() {}
void EndTable() {}
}  // namespace ImGui
#endif
