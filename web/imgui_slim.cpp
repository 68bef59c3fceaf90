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
// The page has widgets of its own and no tables, so imgui_widgets.cpp and imgui_tables.cpp are left
// out; these are what the rest of ImGui calls of them, for windows that are never drawn.
ImGuiInputTextState::ImGuiInputTextState() {
    std::memset(static_cast<void*>(this), 0, sizeof *this);
}
ImGuiInputTextState::~ImGuiInputTextState() = default;
void ImGuiMenuColumns::Update(float, bool) {}

namespace ImGui {
void EndMenuBar() {}
bool Selectable(const char*, bool, ImGuiSelectableFlags, const ImVec2&) { return false; }
void SeparatorText(const char*) {}
bool ButtonBehavior(const ImRect&, ImGuiID, bool*, bool*, ImGuiButtonFlags) { return false; }
bool CollapseButton(ImGuiID, const ImVec2&) { return false; }
// Only a link without whole-program optimisation (scripts/dev) finds that it is called.
bool CloseButton(ImGuiID, const ImVec2&) { return false; }
ImGuiMultiSelectIO* EndMultiSelect() { return nullptr; }
void InputTextDeactivateHook(ImGuiID) {}
void TextV(const char*, va_list) {}
void TreePop() {}
void EndTabBar() {}
void Scrollbar(ImGuiAxis) {}
void EndColumns() {}
void EndTable() {}
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
}  // namespace ImGui
#endif
