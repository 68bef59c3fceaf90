#include "shared/vpa_handles.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "shared/vpa.h"

namespace chukta {
namespace {

std::vector<std::string> words_of(const char* text) {
    std::istringstream in{text};
    std::vector<std::string> words;
    for (std::string one; in >> one;) words.push_back(one);
    return words;
}

TEST(VpaHandles, AliasTableOffersWhatItSays) {
    struct Row {
        const char* typed;
        const char* offered;
    };
    // facts/upi-and-devices.md §1.3, whole.
    constexpr Row kRows[] = {
        {"okhdfc okhdfcbnk okhdfcbak okhdfbank okhfdcbank okhdcfbank okhdfcobank 0khdfcbank "
         "okhdfcbankk",
         "okhdfcbank"},
        {"okicic okicicibank okiccici okicci okcici oklcici okicicii", "okicici"},
        {"oksbibank okbsi oksb okssbi 0ksbi oksbl oksib", "oksbi"},
        {"okaxisbank okaxix okxis okaxs okaxls okazis okais", "okaxis"},
        {"yb1 ybi ybI yble ybll yvl", "ybl"},
        {"ib1 ibll", "ibl"},
        {"ax1 axi", "axl"},
        {"apll aply amazonpay", "apl"},
        {"paytn patym paytmm payt pytm paytym ptm paytmbank", "paytm"},
        {"ptye ptyess ptyse", "ptyes"},
        {"ptaxs ptaxix", "ptaxis"},
        {"pthfdc pthdfcbank", "pthdfc"},
        {"ptsb ptsbii", "ptsbi"},
        {"upii uip ipi up1", "upi"},
        {"gpay googlepay tez", "okhdfcbank okicici oksbi okaxis"},
        {"phonepe phonpe phone", "ybl ibl axl"},
        {"bhim", "upi"},
        {"cred", "axisb yescred"},
        {"navi", "naviaxis"},
        {"supermoney super superye", "superyes"},
        {"pop", "yespop"},
        {"kiwi", "goaxb"},
        {"jupiter", "jupiteraxis"},
        {"fampay famapp", "fam yesfam"},
        {"mobikwik", "ikwik mbk"},
        {"whatsapp wa", "waicici waaxis wahdfcbank wasbi"},
        {"hdfc hdfcbnk", "hdfcbank"},
        {"icic icicibank", "icici"},
        {"axis axisbnk", "axisbank"},
        {"kotk kotakbank", "kotak"},
    };
    for (const Row& row : kRows) {
        std::vector<std::string> offered;
        for (const std::string& handle : words_of(row.offered)) offered.push_back("asha@" + handle);
        for (const std::string& typed : words_of(row.typed)) {
            EXPECT_EQ(suggest_vpas("asha@" + typed), offered) << typed;
        }
    }
}

TEST(VpaHandles, OneWrongKeyInACommonLongHandleIsOffered) {
    struct Row {
        const char* typed;
        const char* offered;
    };
    constexpr Row kRows[] = {
        {"okhdfcbannk", "okhdfcbank"},  // one more
        {"okhdfcank", "okhdfcbank"},    // one less
        {"okhdfxbank", "okhdfcbank"},   // another
        {"okhdfcbakn", "okhdfcbank"},   // swapped
        {"superyess", "superyes"},
        {"naviaxs", "naviaxis"},
        {"ok@sbi", "oksbi"},
        {"ok-sbi", "oksbi"},
        {"ok.sbi", "oksbi"},
        {"ikoksbi", nullptr},
    };
    for (const Row& row : kRows) {
        const auto offered = suggest_vpas(std::string("asha@") + row.typed);
        if (row.offered == nullptr) {
            EXPECT_TRUE(offered.empty()) << row.typed;
        } else {
            ASSERT_EQ(offered.size(), 1u) << row.typed;
            EXPECT_EQ(offered[0], std::string("asha@") + row.offered);
        }
    }
}

TEST(VpaHandles, NothingIsOfferedWhenItWouldBeAGuess) {
    for (const char* typed : {
             "asha@ubl",  // one key from five real handles
             "asha@tbl",
             "asha@xaxis",     // as far from okaxis as from waaxis
             "asha@dfcbank",   // hdfcbank or idfcbank
             "asha@okaxis",    // known
             "asha@fkaxis",    // known, and one key from okaxis
             "asha@idfcbank",  // known, and one key from hdfcbank
             "asha@sbi",
             "asha@sib",
             "asha@scb",
             "asha@gmail",
             "asha@gmail.com",
             "asha@outlook.com",
             "asha@company.in",
             "asha@newhandle",
             "asha@",
             "@ybl",
             "@okhdfc",
             "asha",
             "",
             "ravi kumar@okhdfc",
             "asha@@ybl",
         }) {
        EXPECT_TRUE(suggest_vpas(typed).empty()) << typed;
    }
}

TEST(VpaHandles, AWebEndingIsOfferedAway) {
    EXPECT_EQ(suggest_vpas("asha@ybl.in"), std::vector<std::string>{"asha@ybl"});
    EXPECT_EQ(suggest_vpas("Asha@okaxis.com"), std::vector<std::string>{"asha@okaxis"});
    EXPECT_EQ(suggest_vpas("asha@upi.co"), std::vector<std::string>{"asha@upi"});
    EXPECT_EQ(suggest_vpas("asha@paytm.co.in"), std::vector<std::string>{"asha@paytm"});
}

TEST(VpaHandles, ACountryCodeIsOfferedAway) {
    EXPECT_EQ(suggest_vpas("+919876543210@ybl"), std::vector<std::string>{"9876543210@ybl"});
    EXPECT_EQ(suggest_vpas("+91 98765 43210@yb1"), std::vector<std::string>{"9876543210@ybl"});
    EXPECT_TRUE(suggest_vpas("+14155550123@ybl").empty());
}

TEST(VpaHandles, EveryOfferIsAUpiIdWithAKnownHandle) {
    for (const char* typed : {"gpay", "whatsapp", "phonepe", "cred", "okhdfc", "kiwi", "fampay"}) {
        const auto offers = suggest_vpas(std::string("asha@") + typed);
        EXPECT_FALSE(offers.empty()) << typed;
        EXPECT_LE(offers.size(), 4u);
        for (const std::string& offer : offers) {
            const auto vpa = Vpa::parse(offer);
            ASSERT_TRUE(vpa.has_value()) << offer;
            EXPECT_TRUE(handle_is_known(vpa->handle())) << offer;
        }
    }
}

TEST(VpaHandles, KnowsTheCommonHandlesAndNoOthers) {
    for (const char* known : {"abcdicici", "okaxis", "s2b", "kotak811", "ybl", "zoicici", "upi"}) {
        EXPECT_TRUE(handle_is_known(known)) << known;
    }
    for (const char* unknown : {"", "a", "gpay", "OKAXIS", "okaxis ", "ybl.in", "zz", "npci"}) {
        EXPECT_FALSE(handle_is_known(unknown)) << unknown;
    }
}

TEST(VpaHandles, WebEndingsAreTakenWhole) {
    EXPECT_EQ(without_web_ending("ybl.in"), "ybl");
    EXPECT_EQ(without_web_ending("ybl.co.in"), "ybl");
    EXPECT_EQ(without_web_ending("ybl"), "");
    EXPECT_EQ(without_web_ending("ok.sbi"), "");
    EXPECT_EQ(without_web_ending(".com"), "");
    EXPECT_EQ(without_web_ending(""), "");
}

}  // namespace
}  // namespace chukta
