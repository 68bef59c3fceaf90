#include "sandbox/control_wire.h"

#include "sandbox/json_wire.h"
#include "sandbox/state_wire.h"
#include "sandbox/test_ids.h"

namespace sandbox::wire {
namespace {

using Refusal = tl::unexpected<std::string>;

ControlResult<Json> read_object(std::string_view body) {
    auto value = body.empty() ? Json::object() : Json::parse(body, nullptr, false);
    if (!value.is_object()) return Refusal{"the body is not a JSON object"};
    return value;
}

std::string text_at(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::int64_t> number_at(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<std::int64_t>();
}

bool flag_at(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

ControlResult<FaultRule> rule_of(const Json& object) {
    if (!object.is_object()) return Refusal{"a fault is a JSON object"};
    const auto fault = fault_of(text_at(object, "name"));
    if (!fault) return Refusal{"no fault has the name \"" + text_at(object, "name") + "\""};
    FaultRule rule;
    rule.fault = *fault;
    if (const auto found = object.find("count"); found != object.end()) {
        if (found->is_string() && found->get<std::string>() == "always") {
            rule.count = std::nullopt;
        } else if (found->is_number_integer() && found->get<std::int64_t>() > 0) {
            rule.count = found->get<int>();
        } else {
            return Refusal{"count is a number above 0 or \"always\""};
        }
    }
    rule.skip = static_cast<int>(number_at(object, "skip").value_or(0));
    rule.endpoint = text_at(object, "endpoint");
    rule.order_id = text_at(object, "order_id");
    rule.type = text_at(object, "type");
    rule.value = number_at(object, "value").value_or(0);
    rule.accepted = flag_at(object, "accepted");
    return rule;
}

ControlResult<Chaos> chaos_of(const Json& object) {
    if (!object.is_object()) return Refusal{"chaos is a JSON object"};
    Chaos chaos;
    chaos.seed = static_cast<std::uint64_t>(number_at(object, "seed").value_or(1));
    chaos.percent = static_cast<int>(number_at(object, "percent").value_or(0));
    if (chaos.percent < 0 || chaos.percent > 100) return Refusal{"percent is 0 to 100"};
    const auto found = object.find("faults");
    if (found == object.end()) {
        chaos.faults.insert(all_faults().begin(), all_faults().end());
        return chaos;
    }
    if (!found->is_array()) return Refusal{"faults of chaos is a list of names"};
    for (const auto& name : *found) {
        const auto fault = name.is_string() ? fault_of(name.get<std::string>()) : std::nullopt;
        if (!fault) return Refusal{"an unknown fault is in the list of chaos"};
        chaos.faults.insert(*fault);
    }
    return chaos;
}

std::optional<LinkMode> link_mode_of(const std::string& text) {
    if (text == "sandbox") return LinkMode::Sandbox;
    if (text == "production") return LinkMode::Production;
    return std::nullopt;
}

std::optional<RateLimits> rate_limits_of(const std::string& text) {
    for (const auto limits : {RateLimits::Off, RateLimits::Sandbox, RateLimits::Production}) {
        if (text == word(limits)) return limits;
    }
    return std::nullopt;
}

Json rule_json(const FaultRule& rule) {
    return {
        {"name", std::string{word(rule.fault)}},
        {"count", rule.count ? Json(*rule.count) : Json("always")},
        {"skip", rule.skip},
        {"endpoint", rule.endpoint},
        {"order_id", rule.order_id},
        {"type", rule.type},
        {"value", rule.value},
        {"accepted", rule.accepted},
    };
}

}  // namespace

ControlResult<FaultRequest> read_faults(std::string_view body) {
    const auto object = read_object(body);
    if (!object) return Refusal{object.error()};
    FaultRequest request;
    request.clear = flag_at(*object, "clear");
    std::vector<Json> rules;
    if (object->contains("name")) rules.push_back(*object);
    if (const auto list = object->find("faults"); list != object->end()) {
        if (!list->is_array()) return Refusal{"faults is a list"};
        rules.insert(rules.end(), list->begin(), list->end());
    }
    for (const auto& each : rules) {
        auto rule = rule_of(each);
        if (!rule) return Refusal{rule.error()};
        request.rules.push_back(std::move(*rule));
    }
    if (object->contains("chaos")) {
        auto chaos = chaos_of((*object)["chaos"]);
        if (!chaos) return Refusal{chaos.error()};
        request.chaos = std::move(*chaos);
    }
    if (!request.clear && request.rules.empty() && !request.chaos) {
        return Refusal{"say name, faults, chaos or clear"};
    }
    return request;
}

std::string faults_view(const Faults& faults) {
    auto rules = Json::array();
    for (const auto& rule : faults.rules()) rules.push_back(rule_json(rule));
    auto drawn = Json::array();
    for (const auto fault : faults.chaos().faults) drawn.push_back(std::string{word(fault)});
    auto names = Json::array();
    for (const auto fault : all_faults()) names.push_back(std::string{word(fault)});
    return Json{
        {"faults", rules},
        {"chaos",
         {{"seed", faults.chaos().seed}, {"percent", faults.chaos().percent}, {"faults", drawn}}},
        {"names", names}}
        .dump();
}

ControlResult<Settings> read_settings(std::string_view body, Settings settings) {
    const auto object = read_object(body);
    if (!object) return Refusal{object.error()};
    if (object->contains("webhook_url")) settings.webhook_url = text_at(*object, "webhook_url");
    if (object->contains("link_mode")) {
        const auto mode = link_mode_of(text_at(*object, "link_mode"));
        if (!mode) return Refusal{"link_mode is \"sandbox\" or \"production\""};
        settings.link_mode = *mode;
    }
    if (object->contains("rate_limits")) {
        const auto limits = rate_limits_of(text_at(*object, "rate_limits"));
        if (!limits) return Refusal{"rate_limits is \"off\", \"sandbox\" or \"production\""};
        settings.rate_limits = *limits;
    }
    const auto change = [&](const char* name, std::int64_t& setting) {
        if (!object->contains(name)) return true;
        const auto value = number_at(*object, name);
        if (!value || *value < 0) return false;
        setting = *value;
        return true;
    };
    const bool understood = change("collect_success_delay_ms", settings.collect_success_delay_ms) &&
                            change("refund_delay_ms", settings.refund_delay_ms) &&
                            change("close_out_ms", settings.close_out_ms) &&
                            change("webhook_timeout_ms", settings.webhook_timeout_ms);
    if (!understood) return Refusal{"a delay is a number of milliseconds, not below 0"};
    return settings;
}

std::string document_of(const Settings& settings) {
    return Json{
        {"webhook_url", settings.webhook_url},
        {"link_mode", std::string{word(settings.link_mode)}},
        {"rate_limits", std::string{word(settings.rate_limits)}},
        {"collect_success_delay_ms", settings.collect_success_delay_ms},
        {"refund_delay_ms", settings.refund_delay_ms},
        {"close_out_ms", settings.close_out_ms},
        {"webhook_timeout_ms", settings.webhook_timeout_ms}}
        .dump();
}

Settings settings_of_document(std::string_view text) {
    return read_settings(text, {}).value_or(Settings{});
}

ControlResult<std::int64_t> read_advance(std::string_view body) {
    const auto object = read_object(body);
    if (!object) return Refusal{object.error()};
    const auto ms = number_at(*object, "advance_ms");
    if (!ms || *ms < 0) return Refusal{"advance_ms is a number of milliseconds, not below 0"};
    return *ms;
}

ControlResult<ActionRequest> read_action(std::string_view body) {
    const auto object = read_object(body);
    if (!object) return Refusal{object.error()};
    ActionRequest request;
    request.action = text_at(*object, "action");
    const auto error_code = text_at(*object, "error_code");
    if (request.action == "approve" || request.action == "approve_late") {
        request.outcome = success_outcome();
        request.outcome.honoured_late = request.action == "approve_late";
        const auto payer = text_at(*object, "upi_id");
        request.outcome.payer = payer.empty() ? "customer@upi" : payer;
    } else if (request.action == "decline") {
        request.outcome = failure_outcome(error_code);
    } else if (request.action == "drop") {
        request.outcome = dropped_outcome();
    } else if (request.action == "pending" || request.action == "flag") {
        request.outcome.status =
            request.action == "flag" ? PaymentStatus::Flagged : PaymentStatus::Pending;
        request.outcome.message = "Transaction pending";
    } else if (request.action == "cancel") {
        request.outcome.status = PaymentStatus::Cancelled;
        request.outcome.message = "Transaction cancelled";
    } else if (request.action != "ignore") {
        return Refusal{
            "action is approve, approve_late, decline, drop, pending, flag, cancel or ignore"};
    }
    if (object->contains("amount")) {
        const auto& amount = (*object)["amount"];
        const auto money = amount.is_number() ? money_of(amount) : std::nullopt;
        if (!money || money->paise() == 0) return Refusal{"amount is a number of rupees above 0"};
        request.outcome.amount = *money;
    }
    return request;
}

ControlResult<ResendRequest> read_resend(std::string_view body) {
    const auto object = read_object(body);
    if (!object) return Refusal{object.error()};
    ResendRequest request;
    if (const auto id = number_at(*object, "delivery_id"); id && *id > 0) {
        request.delivery_id = static_cast<std::uint64_t>(*id);
    }
    request.order_id = text_at(*object, "order_id");
    request.test = flag_at(*object, "test");
    if (!request.delivery_id && request.order_id.empty() && !request.test) {
        return Refusal{"say delivery_id, order_id or test"};
    }
    return request;
}

ControlResult<std::string> read_text(std::string_view body, std::string_view name) {
    const auto object = read_object(body);
    if (!object) return Refusal{object.error()};
    return text_at(*object, std::string{name}.c_str());
}

std::string control_error(std::string_view sentence) { return control_text("error", sentence); }

std::string control_text(std::string_view name, std::string_view value) {
    return Json{{std::string{name}, std::string{value}}}.dump(
        -1, ' ', false, Json::error_handler_t::replace
    );
}

std::string control_number(std::string_view name, std::int64_t value) {
    return Json{{std::string{name}, value}}.dump();
}

}  // namespace sandbox::wire
