/// @file
/// Every sentence the customer reads, in every language, in one table. Words of product.md §3 and
/// facts/upi-and-devices.md §6.4 and §8.3 ("UPI ID", never "VPA"; never "enter your PIN").
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "shared/status.h"
#include "shared/vpa.h"
#include "shared/wire.h"

namespace chukta {

enum class Language { English, Hindi };
std::string_view word(Language);  // "en" "hi"

/// One text of the page. Added by whoever needs it; the table in messages.cpp has a row for each.
enum class Text {
#define CHUKTA_TEXT_NAME(name) name,
#include "shared/text_names.inc"  // of messages.inc, by names.cmake
#undef CHUKTA_TEXT_NAME
};

/// The text, with {0}, {1} … replaced by the arguments.
std::string text(
    Text name, Language language, std::initializer_list<std::string_view> arguments = {}
);

/// What to say about a UPI ID that was refused (facts/upi-and-devices.md §1.6, last paragraph).
Text text_of(VpaError error);
/// What happened, in plain words.
Text text_of(FailureReason reason, wire::FailureDetail detail);
/// The app's name as its button says it ("Google Pay", "PhonePe", "Paytm", "BHIM", "…More").
Text text_of(UpiApp app);

}  // namespace chukta
