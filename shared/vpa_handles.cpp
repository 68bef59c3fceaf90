#include "shared/vpa_handles.h"

#include <algorithm>
#include <array>

namespace chukta {
namespace {

// facts/upi-and-devices.md §1.4, sorted. A handle missing here costs a soft notice, nothing more;
// so the list is compiled in, which §1.4 would rather not: page and server then never disagree.
// clang-format off
constexpr auto kHandles = std::to_array<std::string_view>({
    "abcdicici", "abfspay", "airtel", "allbank", "apl", "aubank", "axisb", "axisbank", "axl",
    "barodampay", "boi", "bpunity", "cbin", "cboi", "centralbank", "citi", "citigold", "cnrb",
    "csbpay", "cub", "dbs", "dcb", "dhani", "dlb", "eazypay", "equitas", "ezeepay", "fam", "fbl",
    "federal", "fifederal", "finobank", "fkaxis", "freecharge", "freoicici", "goaxb", "gwaxis",
    "hdfcbank", "hdfcbankjd", "hsbc", "ibl", "icici", "idbi", "idfcbank", "idfcfirst", "ikwik",
    "imobile", "indianbank", "indie", "indus", "inhdfc", "iob", "jarunity", "jio", "jkb",
    "jupiteraxis", "kbaxis", "kbl", "kmbl", "kotak", "kotak811", "kphdfc", "kvb", "lxaxis", "mahb",
    "mbk", "mbkns", "mboi", "mvhdfc", "naviaxis", "niyoicici", "okaxis", "okbizaxis", "okhdfcbank",
    "okicici", "oksbi", "oneyes", "paytm", "payzapp", "pingpay", "pnb", "pockets", "postbank",
    "psb", "ptaxis", "pthdfc", "ptsbi", "ptyes", "pz", "pzh", "rapl", "rbl", "rmrbl", "s2b", "sbi",
    "scb", "seyes", "shriramhdfcbank", "sib", "slc", "slice", "sliceaxis", "superyes", "tapicici",
    "timecosmos", "tjsb", "trans", "ubi", "uboi", "uco", "unionbank", "upi", "validaxis",
    "validhdfc", "validicici", "waaxis", "wahdfcbank", "waicici", "wasbi", "yapl", "ybl",
    "yesbank", "yesbankltd", "yescred", "yescurie", "yesfam", "yesg", "yespop", "yestp", "zoicici",
});

// The only handles that one wrong key may be traced back to (§1.3): with short or rare ones a
// stranger's handle is as near.
constexpr auto kCommonest = std::to_array<std::string_view>({
    "okhdfcbank", "okicici", "oksbi", "okaxis", "paytm", "ptyes", "ptsbi", "pthdfc", "ptaxis",
    "axisb", "yescred", "naviaxis", "superyes", "yespop", "waicici", "waaxis", "wahdfcbank",
    "wasbi", "fkaxis", "jupiteraxis", "hdfcbank", "idfcbank", "icici", "axisbank", "kotak",
    "airtel",
});
constexpr std::size_t kCorrectableLength = 5;

constexpr auto kEmailBrands = std::to_array<std::string_view>({
    "aol", "fastmail", "gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "msn", "outlook",
    "proton", "protonmail", "rediff", "rediffmail", "rocketmail", "tutanota", "yahoo", "yandex",
    "ymail", "zohomail",
});

// Longest first, so that ".co.in" is taken whole.
constexpr auto kWebEndings = std::to_array<std::string_view>({
    ".gov.in", ".net.in", ".online", ".org.in", ".ac.in", ".co.in", ".co.uk", ".info", ".app",
    ".biz", ".com", ".edu", ".gov", ".net", ".org", ".xyz", ".co", ".in", ".io", ".me", ".uk",
    ".us",
});

/// Typed handles and what was meant, by hand (§1.3): truncations and app names.
struct Alias {
    std::string_view typed;
    std::array<std::string_view, 4> meant;
};
constexpr auto kAliases = std::to_array<Alias>({
    {"okhdfc", {"okhdfcbank"}},
    {"okhdfcbnk", {"okhdfcbank"}},
    {"okhdfcbak", {"okhdfcbank"}},
    {"okhdfbank", {"okhdfcbank"}},
    {"okhfdcbank", {"okhdfcbank"}},
    {"okhdcfbank", {"okhdfcbank"}},
    {"okhdfcobank", {"okhdfcbank"}},
    {"0khdfcbank", {"okhdfcbank"}},
    {"okhdfcbankk", {"okhdfcbank"}},
    {"okicic", {"okicici"}},
    {"okicicibank", {"okicici"}},
    {"okiccici", {"okicici"}},
    {"okicci", {"okicici"}},
    {"okcici", {"okicici"}},
    {"oklcici", {"okicici"}},
    {"okicicii", {"okicici"}},
    {"oksbibank", {"oksbi"}},
    {"okbsi", {"oksbi"}},
    {"oksb", {"oksbi"}},
    {"okssbi", {"oksbi"}},
    {"0ksbi", {"oksbi"}},
    {"oksbl", {"oksbi"}},
    {"oksib", {"oksbi"}},
    {"okaxisbank", {"okaxis"}},
    {"okaxix", {"okaxis"}},
    {"okxis", {"okaxis"}},
    {"okaxs", {"okaxis"}},
    {"okaxls", {"okaxis"}},
    {"okazis", {"okaxis"}},
    {"okais", {"okaxis"}},
    {"yb1", {"ybl"}},
    {"ybi", {"ybl"}},
    {"yble", {"ybl"}},
    {"ybll", {"ybl"}},
    {"yvl", {"ybl"}},
    {"ib1", {"ibl"}},
    {"ibll", {"ibl"}},
    {"ax1", {"axl"}},
    {"axi", {"axl"}},
    {"apll", {"apl"}},
    {"aply", {"apl"}},
    {"amazonpay", {"apl"}},
    {"paytn", {"paytm"}},
    {"patym", {"paytm"}},
    {"paytmm", {"paytm"}},
    {"payt", {"paytm"}},
    {"pytm", {"paytm"}},
    {"paytym", {"paytm"}},
    {"ptm", {"paytm"}},
    {"paytmbank", {"paytm"}},
    {"ptye", {"ptyes"}},
    {"ptyess", {"ptyes"}},
    {"ptyse", {"ptyes"}},
    {"ptaxs", {"ptaxis"}},
    {"ptaxix", {"ptaxis"}},
    {"pthfdc", {"pthdfc"}},
    {"pthdfcbank", {"pthdfc"}},
    {"ptsb", {"ptsbi"}},
    {"ptsbii", {"ptsbi"}},
    {"upii", {"upi"}},
    {"uip", {"upi"}},
    {"ipi", {"upi"}},
    {"up1", {"upi"}},
    {"gpay", {"okhdfcbank", "okicici", "oksbi", "okaxis"}},
    {"googlepay", {"okhdfcbank", "okicici", "oksbi", "okaxis"}},
    {"tez", {"okhdfcbank", "okicici", "oksbi", "okaxis"}},
    {"phonepe", {"ybl", "ibl", "axl"}},
    {"phonpe", {"ybl", "ibl", "axl"}},
    {"phone", {"ybl", "ibl", "axl"}},
    {"bhim", {"upi"}},
    {"cred", {"axisb", "yescred"}},
    {"navi", {"naviaxis"}},
    {"supermoney", {"superyes"}},
    {"super", {"superyes"}},
    {"superye", {"superyes"}},
    {"pop", {"yespop"}},
    {"kiwi", {"goaxb"}},
    {"jupiter", {"jupiteraxis"}},
    {"fampay", {"fam", "yesfam"}},
    {"famapp", {"fam", "yesfam"}},
    {"mobikwik", {"ikwik", "mbk"}},
    {"whatsapp", {"waicici", "waaxis", "wahdfcbank", "wasbi"}},
    {"wa", {"waicici", "waaxis", "wahdfcbank", "wasbi"}},
    {"hdfc", {"hdfcbank"}},
    {"hdfcbnk", {"hdfcbank"}},
    {"icic", {"icici"}},
    {"icicibank", {"icici"}},
    {"axis", {"axisbank"}},
    {"axisbnk", {"axisbank"}},
    {"kotk", {"kotak"}},
    {"kotakbank", {"kotak"}},
});
// clang-format on

/// Whether one insertion, deletion, replacement or swap of neighbours makes one text the other.
bool is_one_edit(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > 1 || a == b) return false;
    std::size_t same = 0;
    while (same < a.size() && a[same] == b[same]) ++same;
    if (a.size() < b.size()) return a.substr(same) == b.substr(same + 1);
    if (a.substr(same + 1) == b.substr(same + 1)) return true;
    return same + 1 < a.size() && a[same] == b[same + 1] && a[same + 1] == b[same] &&
           a.substr(same + 2) == b.substr(same + 2);
}

}  // namespace

bool handle_is_known(std::string_view handle) {
    return std::binary_search(kHandles.begin(), kHandles.end(), handle);
}

bool is_email_brand(std::string_view name) {
    return std::find(kEmailBrands.begin(), kEmailBrands.end(), name) != kEmailBrands.end();
}

std::string_view without_web_ending(std::string_view handle) {
    for (const std::string_view ending : kWebEndings) {
        if (handle.size() > ending.size() &&
            handle.substr(handle.size() - ending.size()) == ending) {
            return handle.substr(0, handle.size() - ending.size());
        }
    }
    return {};
}

std::vector<std::string_view> suggest_handles(std::string_view handle) {
    if (handle_is_known(handle)) return {};
    for (const Alias& alias : kAliases) {
        if (alias.typed != handle) continue;
        std::vector<std::string_view> meant;
        for (const std::string_view one : alias.meant) {
            if (!one.empty()) meant.push_back(one);
        }
        return meant;
    }
    std::vector<std::string_view> near;
    for (const std::string_view candidate : kCommonest) {
        if (candidate.size() >= kCorrectableLength && is_one_edit(handle, candidate)) {
            near.push_back(candidate);
        }
    }
    // Two that are equally near would be a guess, and a guess sends the request to a stranger.
    return near.size() == 1 ? near : std::vector<std::string_view>{};
}

}  // namespace chukta
