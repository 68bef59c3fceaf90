#include "shared/vpa.h"
#include "shared/vpa_handles.h"

// facts/upi-and-devices.md §1.3 and the advice of §1.7.
namespace chukta {
namespace {

/// The handles that may have been meant; the handle itself when only the local part needs mending.
std::vector<std::string_view> handles_meant(std::string_view handle) {
    const std::string_view base = without_web_ending(handle);
    if (!base.empty()) {
        return handle_is_known(base) ? std::vector{base} : std::vector<std::string_view>{};
    }
    return suggest_handles(handle);
}

}  // namespace

std::vector<std::string> suggest_vpas(std::string_view typed) {
    const std::string text = normalize_vpa(typed);
    const std::size_t at = text.find('@');
    if (at == std::string::npos) return {};
    std::string local = text.substr(0, at);
    const std::string_view handle = std::string_view{text}.substr(at + 1);

    std::vector<std::string_view> handles = handles_meant(handle);
    if (local.size() == 13 && local.rfind("+91", 0) == 0) {
        local.erase(0, 3);
        if (handles.empty()) handles.push_back(handle);
    }
    std::vector<std::string> offers;
    for (const std::string_view meant : handles) {
        std::string offer = local + "@" + std::string{meant};
        // A button that leads to the next error would be no help.
        if (Vpa::parse(offer)) offers.push_back(std::move(offer));
    }
    return offers;
}

}  // namespace chukta
