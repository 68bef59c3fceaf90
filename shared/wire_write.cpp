// What only the server writes; the page's module has no use for it and leaves it out. Straight into
// the text: every poll writes a view, and a tree of values first was a third of its work. What has
// to be escaped is the library's.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "shared/characters.h"
#include "shared/wire.h"

namespace chukta::wire {
namespace {

/// As it stands in JSON, between quotes.
bool is_plain(std::string_view text) {
    const auto characters = characters_of(text);
    return characters.ascii && !characters.controls && text.find('"') == text.npos &&
           text.find('\\') == text.npos;
}

/// Bytes that are not UTF-8 become replacement characters: an answer with a smudge beats an abort.
/// Names are written as they are.
class JsonText {
public:
    JsonText() { text_.reserve(kUsualSize); }
    std::string take() { return std::move(text_); }

    template <class Members>
    void object(Members&& members) {
        open('{');
        members();
        close('}');
    }
    template <class Members>
    void object(std::string_view name, Members&& members) {
        key(name);
        object(members);
    }
    template <class List, class Each>
    void list(std::string_view name, const List& all, Each&& each) {
        key(name);
        open('[');
        for (const auto& one : all) {
            separate();
            object([&] { each(one); });
        }
        close(']');
    }

    void text(std::string_view name, std::string_view value) {
        key(name);
        string(value);
    }
    void number(std::string_view name, std::int64_t value) {
        key(name);
        text_ += std::to_string(value);
    }
    void truth(std::string_view name, bool value) {
        key(name);
        text_ += value ? "true" : "false";
    }
    void null(std::string_view name) {
        key(name);
        text_ += "null";
    }
    void text_or_null(std::string_view name, const std::optional<std::string>& value) {
        value ? text(name, *value) : null(name);
    }
    template <class Enum>
    void word_or_null(std::string_view name, const std::optional<Enum>& value) {
        value ? text(name, word(*value)) : null(name);
    }
    void time(std::string_view name, EpochMs at) { text(name, to_rfc3339(at)); }
    void time_or_null(std::string_view name, const std::optional<EpochMs>& at) {
        at ? time(name, *at) : null(name);
    }

private:
    static constexpr std::size_t kUsualSize = 2048;  // of a view

    void open(char bracket) {
        text_ += bracket;
        first_ = true;
    }
    void close(char bracket) {
        text_ += bracket;
        first_ = false;
    }
    void separate() {
        if (!first_) text_ += ',';
        first_ = false;
    }
    void key(std::string_view name) {
        separate();
        quoted(name);
        text_ += ':';
    }
    void quoted(std::string_view plain) {
        text_ += '"';
        text_ += plain;
        text_ += '"';
    }
    void string(std::string_view value) {
        if (is_plain(value)) return quoted(value);
        using Json = nlohmann::json;
        text_ += Json(value).dump(-1, ' ', false, Json::error_handler_t::replace);
    }

    std::string text_;
    bool first_ = true;  ///< of its object or list
};

void write(JsonText& json, const PaymentPrompt& prompt) {
    if (const auto* intent = std::get_if<IntentPrompt>(&prompt)) {
        json.text("type", word(Channel::Intent));
        json.list("links", intent->links, [&](const AppLink& link) {
            json.text("app", word(link.app));
            json.text("href", link.href);
        });
    } else if (const auto* qr = std::get_if<QrPrompt>(&prompt)) {
        json.text("type", word(Channel::QrCode));
        json.text("text", qr->text);
        json.text("png_base64", qr->png_base64);
    } else {
        json.text("type", word(Channel::Collect));
    }
}

void write(JsonText& json, const AttemptView& attempt) {
    json.number("index", attempt.index);
    json.text("channel", word(attempt.channel));
    json.word_or_null("app", attempt.app);
    json.text("vpa_masked", attempt.vpa_masked);
    json.text("status", word(attempt.status));
    json.time("created_at", attempt.created_at);
    json.time_or_null("expires_at", attempt.expires_at);
    if (attempt.prompt) {
        json.object("prompt", [&] { write(json, *attempt.prompt); });
    } else {
        json.null("prompt");
    }
}

void write(JsonText& json, const Message& message) {
    json.text("situation", word(message.situation));
    json.text("failure", word(message.failure));
    json.text("detail", word(message.detail));
    json.word_or_null("channel", message.channel);
    json.truth("no_money_taken", message.no_money_taken);
}

void write_lists(JsonText& json, const OrderView& view) {
    json.list("items", view.items, [&](const Item& item) {
        json.text("name", item.name);
        json.number("quantity", item.quantity);
        json.number("amount", item.amount.paise());
    });
    json.list("channels", view.channels, [&](const ChannelView& channel) {
        json.text("channel", word(channel.channel));
        json.truth("allowed", channel.allowed);
        json.truth("closed", channel.closed);
        json.number("failures_left", channel.failures_left);
    });
    json.list("apps", view.apps, [&](const AppView& app) {
        json.text("app", word(app.app));
        json.text_or_null("href", app.href);
    });
}

}  // namespace

std::string encode(const OrderView& view) {
    JsonText json;
    json.object([&] {
        json.text("order_id", view.order_id.str());
        json.number("version", view.version);
        json.text("merchant_name", view.merchant_name);
        json.number("amount", view.amount.paise());
        json.text("currency", "INR");
        json.text("payment_status", word(view.payment_status));
        json.text("fulfillment_status", word(view.fulfillment_status));
        json.truth("under_review", view.under_review);
        json.truth("payable", view.payable);
        write_lists(json, view);
        json.number("attempts_left", view.attempts_left);
        if (view.attempt) {
            json.object("attempt", [&] { write(json, *view.attempt); });
        } else {
            json.null("attempt");
        }
        json.object("message", [&] { write(json, view.message); });
        json.text("return_url", view.return_url);
        json.time_or_null("paid_at", view.paid_at);
        json.text("bank_reference", view.bank_reference);
        json.time("server_time", view.server_time);
    });
    return json.take();
}

std::string encode(const Problem& problem) {
    JsonText json;
    json.object([&] {
        json.text("type", "about:blank");
        json.text("title", problem.title);
        json.number("status", problem.status);
        json.text("detail", problem.detail);
        json.text("code", problem.code);
    });
    return json.take();
}

}  // namespace chukta::wire
