/// @file
/// The steps that update() is made of, between page.cpp, page_actions.cpp and page_network.cpp.
#pragma once

#include <string>
#include <vector>

#include "web/page.h"

namespace chukta::page {

using Effects = std::vector<Effect>;

// page_network.cpp
/// Sends what is due: the press, then the question about the order.
void send_due(Page& page, Effects& effects);
/// Asks for the state as it is at once, giving up a held question that may be dead.
void ask_at_once(Page& page, Effects& effects);
void take_answer(Page& page, const Answered& answer, Effects& effects);
/// Takes a view in, unless a newer one is known. Nothing may be done with an order of another id.
void take_view(Page& page, wire::OrderView view, Effects& effects);
/// When the question about the order is to be asked; nothing while it is out or has no sense.
std::optional<EpochMs> poll_due_at(const Page& page);

// page_actions.cpp
void act(Page& page, const Acted& acted, Effects& effects);
/// Starts an attempt, unless a press is in flight or the method cannot be chosen.
void start(Page& page, wire::StartAttempt what, const std::string& key);
void focus_on(Page& page, std::string control);

// session.cpp
/// The text that Save carries: what the customer chose, typed and opened, and the press that awaits
/// its answer.
std::string saved_text(const Page& page);
/// Takes up what was saved before a reload. Ignores anything it does not understand.
void restore(Page& page, const std::string& saved);

constexpr EpochMs kSecond = 1000;
/// Asked again after 1, 2, 4 ... seconds, at most this (product.md §1.8: "every few seconds").
constexpr EpochMs kBackOffMax = 15 * kSecond;
/// A press older than this is not repeated after a reload: the customer has moved on.
constexpr EpochMs kPressAgeMax = 10 * 60 * kSecond;
/// "Neither hidden nor blurred after this: probably no app" (facts/upi-and-devices.md §3.6).
constexpr EpochMs kOpeningAndroid = 2500;
constexpr EpochMs kOpeningIos = 4000;
/// Whoever looks longer at a chooser of the system's knows whether an app opened.
constexpr EpochMs kSheetMax = 15 * kSecond;
/// A timer that comes this much too late: the page was frozen, so an app was open.
constexpr EpochMs kFrozen = 2000;
/// The check after a QR's end normally ends in a second or two; after this a new code is offered.
constexpr EpochMs kCheckingMax = 20 * kSecond;

/// The time by the server's clock, which alone counts for what ends.
EpochMs server_now(const Page& page);
/// 1 s, 2 s, 4 s ... at most kBackOffMax.
EpochMs back_off(int failures);
/// When the app that was told to open is given up.
EpochMs opening_due_at(const Page& page);

}  // namespace chukta::page
