/// @file
/// The Make Payment page: all of its state and the one function that changes it. Knows no browser,
/// no clock, no drawing. One thread.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/device.h"
#include "shared/messages.h"
#include "shared/page_query.h"
#include "shared/time.h"
#include "shared/upi_uri.h"
#include "shared/vpa.h"
#include "shared/wire.h"
#include "shared/wire_handoff.h"

namespace chukta::page {

/// The page came up; everything it starts from.
struct Opened {
    std::string order_id;
    std::string view_json;  ///< the server's view inside the page, or empty
    std::string saved;      ///< what Save wrote last in this tab, or empty
    DeviceFacts facts;
    Language language = Language::English;
    bool visible = true;
    bool online = true;
    std::string query = {};  ///< of the address; see PageQuery
};
/// Time passed. Asked for by next_wake_ms.
struct Tick {};
/// The answer to a Request. Status 0: none came.
struct Answered {
    int request = 0;
    int status = 0;
    std::string body;
};
/// The customer used a control.
struct Acted {
    enum class Kind { Press, Input, Leave, Submit };
    Kind kind = Kind::Press;
    std::string control;  ///< see controls.h
    std::string value;    ///< of a field
    std::string
        fresh_key;  ///< a random text nobody used before: the key, should this start a payment
};
struct VisibilityChanged {
    bool visible = true;
};
/// Something else has what is typed and tapped: a sheet of the system over the page in sight.
struct FocusChanged {
    bool focused = true;
};
struct ConnectionChanged {
    bool online = true;
};
/// The page was taken out of the back-forward cache.
struct Returned {};
/// What became of an OpenLink that asked for the activation to be alive.
struct LinkOpened {
    bool opened = false;
};
/// What became of a Copy.
struct Copied {
    bool done = false;
};

struct Event {
    EpochMs now_ms = 0;  ///< the page's wall clock, which may be wrong: see Page::clock_offset_ms
    std::variant<
        Opened,
        Tick,
        Answered,
        Acted,
        VisibilityChanged,
        FocusChanged,
        ConnectionChanged,
        Returned,
        LinkOpened,
        Copied>
        what;
};

/// An HTTP request to our own server.
struct Request {
    int id = 0;
    bool post = false;
    std::string path;
    std::string key;  ///< Idempotency-Key, or empty
    std::string body;
    DeviceClass device = DeviceClass::Desktop;
    int timeout_ms = 0;
    bool outlives_page = false;  ///< fetch keepalive: an app is being opened at this moment
};
/// Forget a request; its answer is not awaited any more.
struct Abort {
    int id = 0;
};
/// Keep this text for the tab, through reloads. Empty removes it.
struct Save {
    std::string text;
};
/// Go to a link.
struct OpenLink {
    std::string href;
    bool new_tab = false;
    bool only_if_activated = false;  ///< answered by LinkOpened
};
/// Put a text on the clipboard; answered by Copied.
struct Copy {
    std::string text;
};
using Effect = std::variant<Request, Abort, Save, OpenLink, Copy>;

/// One press of a button that starts an attempt, until the server has answered it.
struct Press {
    wire::StartAttempt start;
    std::string key;
    EpochMs pressed_at = 0;
    bool link_followed = false;  ///< the tap itself opened the app
    int request = 0;             ///< in flight, or 0
    int failures = 0;
    EpochMs due_at = 0;  ///< when to send it again
};

/// An app that was told to open; whether it did, no browser says (facts/upi-and-devices.md §3.6).
struct Opening {
    UpiApp app = UpiApp::Other;
    EpochMs opened_at = 0;
    bool left = false;    ///< the page was hidden or frozen since: something opened
    bool failed = false;  ///< it seems that nothing opened
};

/// The question "what is the order like?", held by the server until the answer changes.
struct Poll {
    int request = 0;  ///< in flight, or 0
    EpochMs sent_at = 0;
    EpochMs due_at = 0;
    EpochMs since = 0;        ///< the customer came, or something changed
    int failures = 0;         ///< running
    int quick = 0;            ///< answers that came at once and said nothing new, running
    bool held_wanted = true;  ///< false: the next one asks for the state as it is
};

struct Page {
    std::string order_id;
    std::optional<wire::OrderView> view;
    DeviceFacts facts;
    DeviceClass device = DeviceClass::Desktop;  ///< the class that is displayed
    bool device_switched = false;               ///< by the customer: detection was wrong
    std::string query;                          ///< of the address that the page was opened with
    bool in_app_browser = false;
    Language language = Language::English;
    bool language_chosen = false;
    bool visible = true;
    EpochMs blurred_at = 0;  ///< 0: the page has the focus
    bool online = true;
    bool forbidden = false;  ///< the server does not know this customer or order

    EpochMs now_ms = 0;
    EpochMs clock_offset_ms = 0;  ///< server minus page

    std::string vpa_typed;
    std::optional<VpaError> vpa_error;  ///< shown
    bool vpa_checked = false;           ///< the customer has finished typing it
    bool vpa_refused = false;           ///< by the gateway; shown until the text changes
    int refused_attempt = 0;            ///< whose refusal was said at the field in this tab
    std::vector<std::string> suggestions;
    std::string vpa_doubted;     ///< a likely typo that the customer was told of
    EpochMs vpa_doubted_at = 0;  ///< when; 0 if it was pressed since: another press sends it

    std::optional<Press> press;
    std::optional<Opening> opening;
    Poll poll;
    int cancel_request = 0;
    int way_out_request = 0;
    std::optional<Text> notice;  ///< a soft message beside the situation's own
    /// "Choose another way": the methods, though an attempt is open or its money is unclear.
    bool choosing = false;
    bool more_open = false;  ///< iOS: further apps and the QR
    bool items_open = false;
    std::optional<wire::Handoff> way_out;  ///< of an in-app browser
    std::optional<bool> way_out_copied;    ///< whether it could be put on the clipboard
    /// Pressed in this tab; its link opens once, when it comes.
    std::optional<UpiApp> awaited_link;
    std::optional<UpiApp> offered_link;  ///< was given to the browser a moment ago
    EpochMs checking_since = 0;          ///< a QR's countdown reached zero here
    /// The order became paid while this page was open; or it was, and came into sight again.
    EpochMs seen_paid_at = 0;
    bool stay = false;        ///< do not go back to the shop by itself
    bool going_back = false;  ///< was sent there, or went, and perhaps came no further
    int last_request = 0;
    std::string saved;     ///< what Save wrote last
    std::string focus;     ///< the control that should get focus ...
    int focus_serial = 0;  ///< ... each time this grows
};

/// Changes the page by one event and says what must happen outside.
std::vector<Effect> update(Page& page, const Event& event);

/// In how many ms a Tick is wanted. Nothing: not before something happens.
std::optional<EpochMs> next_wake_ms(const Page& page);

/// What the page is about now. Derived, never stored.
enum class Screen {
    Loading,
    Forbidden,
    Choose,  ///< also after a failure: banner_of says what happened
    Starting,
    WaitingIntent,
    WaitingCollect,
    WaitingQr,
    WaitingLong,
    CheckAfterUnclear,
    Checking,
    CodeExpired,  ///< nobody answered the check for long: a new code is offered all the same
    MaybePaid,    ///< failed, but money may have moved
    ContactYou,
    Review,
    Paid,
    OrderExpired,
    OrderCancelled,
    AttemptsExhausted,
};
Screen screen_of(const Page& page);

/// "" or "?lang=hi": what the address says now, so that a reload is written in the customer's
/// language and layout, and nothing that was pressed before the module came is done once more.
std::string address_query(const Page& page);
/// The backend does not answer: said as a banner over whatever is shown.
bool is_trying_later(const Page& page);
/// A request that would change something is in flight, so buttons wait.
bool is_busy(const Page& page);
/// Left of the open attempt's time by the server's clock, never negative; nothing without an end.
std::optional<EpochMs> remaining_ms(const Page& page);
/// The thank-you page is in sight this long before it goes back to the shop (WCAG 2.2, 2.2.1: time
/// to ask for more).
constexpr EpochMs kReturnAfter = 20'000;
/// Until the page goes back to the shop by itself; nothing if it does not.
std::optional<EpochMs> return_in_ms(const Page& page);

/// Whether a method may be chosen now.
bool can_choose(const Page& page, Channel channel);
/// The link of the app attempt that is open or being started, or empty.
std::string open_link(const Page& page);
/// The link that an app button should be, or empty: then it is a button that fetches one.
std::string app_link(const Page& page, UpiApp app);
/// The app of the press or of the attempt, if it is about an app.
std::optional<UpiApp> current_app(const Page& page);
/// The link that leaves an Android app's own browser for Chrome, or empty while there is none.
std::string way_out_link(const Page& page);

}  // namespace chukta::page
