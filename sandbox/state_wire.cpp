#include "sandbox/state_wire.h"

#include <stdexcept>

#include "sandbox/json_wire.h"

namespace sandbox::wire {
namespace {

std::optional<std::string> optional_text(const Json& object, const char* name) {
    const auto& value = object.at(name);
    if (value.is_null()) return std::nullopt;
    return value.get<std::string>();
}

Json time_or_null(const std::optional<EpochMs>& at_ms) {
    return at_ms ? Json(*at_ms) : Json(nullptr);
}

std::optional<EpochMs> optional_time(const Json& object, const char* name) {
    const auto& value = object.at(name);
    if (value.is_null()) return std::nullopt;
    return value.get<EpochMs>();
}

Money money_at(const Json& object, const char* name) {
    const auto money = Money::from_paise(object.at(name).get<std::int64_t>());
    if (!money) throw std::runtime_error("state file: an amount is out of range");
    return *money;
}

template <class T>
T known(std::optional<T> value) {
    if (!value) throw std::runtime_error("state file: an unknown word");
    return *value;
}

Json pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
    auto object = Json::object();
    for (const auto& [name, value] : pairs) object[name] = value;
    return object;
}

std::vector<std::pair<std::string, std::string>> pairs_of(const Json& object) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const auto& [name, value] : object.items()) {
        pairs.emplace_back(name, value.get<std::string>());
    }
    return pairs;
}

Json error_json(const std::optional<ErrorDetails>& error) {
    if (!error) return nullptr;
    return Json{
        {"code", error->code},
        {"description", error->description},
        {"reason", error->reason},
        {"source", error->source}};
}

std::optional<ErrorDetails> error_of_json(const Json& value) {
    if (value.is_null()) return std::nullopt;
    return ErrorDetails{
        value.at("code").get<std::string>(),
        value.at("description").get<std::string>(),
        value.at("reason").get<std::string>(),
        value.at("source").get<std::string>()};
}

Json json_of(const Order& order) {
    return {
        {"order_id", order.order_id},
        {"cf_order_id", order.cf_order_id},
        {"payment_session_id", order.payment_session_id},
        {"amount_paise", order.amount.paise()},
        {"status", std::string{word(order.status)}},
        {"customer",
         {{"id", order.customer.id},
          {"phone", order.customer.phone},
          {"email", text_or_null(order.customer.email)},
          {"name", text_or_null(order.customer.name)}}},
        {"return_url", text_or_null(order.return_url)},
        {"notify_url", text_or_null(order.notify_url)},
        {"payment_methods", text_or_null(order.payment_methods)},
        {"note", text_or_null(order.note)},
        {"tags", order.tags ? pairs_json(*order.tags) : Json(nullptr)},
        {"created_at_ms", order.created_at_ms},
        {"expires_at_ms", order.expires_at_ms},
    };
}

/// Only what a test id plans is ever kept, so its rare fields are left out.
Json planned_json(const std::optional<Outcome>& planned) {
    if (!planned) return nullptr;
    return Json{
        {"status", std::string{word(planned->status)}},
        {"message", planned->message},
        {"bank_reference", text_or_null(planned->bank_reference)},
        {"error", error_json(planned->error)}};
}

std::optional<Outcome> planned_of(const Json& value) {
    if (value.is_null()) return std::nullopt;
    Outcome outcome;
    outcome.status = known(payment_status_of(value.at("status").get<std::string>()));
    outcome.message = value.at("message").get<std::string>();
    outcome.bank_reference = optional_text(value, "bank_reference");
    outcome.error = error_of_json(value.at("error"));
    return outcome;
}

Json json_of(const Payment& payment) {
    return {
        {"cf_payment_id", payment.cf_payment_id},
        {"order_id", payment.order_id},
        {"amount_paise", payment.amount.paise()},
        {"channel", std::string{word(payment.channel)}},
        {"upi_id", text_or_null(payment.upi_id)},
        {"web_token", payment.web_token},
        {"upi_reference", payment.upi_reference},
        {"status", std::string{word(payment.status)}},
        {"message", text_or_null(payment.message)},
        {"bank_reference", text_or_null(payment.bank_reference)},
        {"error", error_json(payment.error)},
        {"started_at_ms", payment.started_at_ms},
        {"completed_at_ms", time_or_null(payment.completed_at_ms)},
        {"close_out_at_ms", payment.close_out_at_ms},
        {"planned", planned_json(payment.planned)},
        {"planned_at_ms", payment.planned_at_ms},
        {"ignored", payment.ignored},
    };
}

Json json_of(const Refund& refund) {
    return {
        {"cf_refund_id", refund.cf_refund_id},
        {"refund_id", refund.refund_id},
        {"order_id", refund.order_id},
        {"cf_payment_id", refund.cf_payment_id},
        {"amount_paise", refund.amount.paise()},
        {"automatic", refund.automatic},
        {"note", text_or_null(refund.note)},
        {"speed", refund.speed},
        {"status", std::string{word(refund.status)}},
        {"arn", text_or_null(refund.arn)},
        {"created_at_ms", refund.created_at_ms},
        {"processed_at_ms", time_or_null(refund.processed_at_ms)},
        {"due_at_ms", refund.due_at_ms},
    };
}

Json json_of(const Delivery& delivery) {
    auto attempts = Json::array();
    for (const auto& attempt : delivery.attempts) {
        attempts.push_back(
            {{"at_ms", attempt.at_ms},
             {"http_status", attempt.http_status},
             {"fault", attempt.fault}}
        );
    }
    return {
        {"id", delivery.id},
        {"url", delivery.url},
        {"order_id", delivery.order_id},
        {"type", delivery.type},
        {"body", delivery.body},
        {"status", std::string{word(delivery.status)}},
        {"created_at_ms", delivery.created_at_ms},
        {"due_at_ms", delivery.due_at_ms},
        {"held", delivery.held},
        {"attempts", attempts},
    };
}

Json json_of(const Call& call) {
    return {
        {"number", call.number},
        {"at_ms", call.at_ms},
        {"idempotency_key", text_or_null(call.idempotency_key)},
        {"headers", pairs_json(call.headers)},
        {"credentials_sent", call.credentials_sent},
        {"body", call.body},
        {"status", call.status},
        {"order_id", call.order_id},
        {"cf_payment_id", call.cf_payment_id},
        {"replayed", call.replayed},
    };
}

/// Bytes that are no UTF-8 are shown as replacement characters instead of failing.
std::string text_of(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string document_of(const Order& order) { return text_of(json_of(order)); }
std::string document_of(const Payment& payment) { return text_of(json_of(payment)); }
std::string document_of(const Refund& refund) { return text_of(json_of(refund)); }
std::string document_of(const Delivery& delivery) { return text_of(json_of(delivery)); }
std::string document_of(const Call& call) { return text_of(json_of(call)); }

std::string document_of(const Simulation& simulation) {
    return text_of(Json{
        {"simulation_id", simulation.simulation_id},
        {"entity_id", simulation.entity_id},
        {"payment_status", simulation.payment_status},
        {"payment_error_code", text_or_null(simulation.payment_error_code)}});
}

std::string document_of(const Replay& replay) {
    return text_of(Json{
        {"scope", replay.scope},
        {"key", replay.key},
        {"request_body", replay.request_body},
        {"status", replay.status},
        {"response_body", replay.response_body},
        {"at_ms", replay.at_ms}});
}

Order order_of_document(std::string_view text) {
    const auto value = Json::parse(text);
    Order order;
    order.order_id = value.at("order_id").get<std::string>();
    order.cf_order_id = value.at("cf_order_id").get<std::string>();
    order.payment_session_id = value.at("payment_session_id").get<std::string>();
    order.amount = money_at(value, "amount_paise");
    order.status = known(order_status_of(value.at("status").get<std::string>()));
    const auto& customer = value.at("customer");
    order.customer.id = customer.at("id").get<std::string>();
    order.customer.phone = customer.at("phone").get<std::string>();
    order.customer.email = optional_text(customer, "email");
    order.customer.name = optional_text(customer, "name");
    order.return_url = optional_text(value, "return_url");
    order.notify_url = optional_text(value, "notify_url");
    order.payment_methods = optional_text(value, "payment_methods");
    order.note = optional_text(value, "note");
    if (!value.at("tags").is_null()) order.tags = pairs_of(value.at("tags"));
    order.created_at_ms = value.at("created_at_ms").get<EpochMs>();
    order.expires_at_ms = value.at("expires_at_ms").get<EpochMs>();
    return order;
}

Payment payment_of_document(std::string_view text) {
    const auto value = Json::parse(text);
    Payment payment;
    payment.cf_payment_id = value.at("cf_payment_id").get<std::string>();
    payment.order_id = value.at("order_id").get<std::string>();
    payment.amount = money_at(value, "amount_paise");
    payment.channel = known(channel_of(value.at("channel").get<std::string>()));
    payment.upi_id = optional_text(value, "upi_id");
    payment.web_token = value.at("web_token").get<std::string>();
    payment.upi_reference = value.at("upi_reference").get<std::string>();
    payment.status = known(payment_status_of(value.at("status").get<std::string>()));
    payment.message = optional_text(value, "message");
    payment.bank_reference = optional_text(value, "bank_reference");
    payment.error = error_of_json(value.at("error"));
    payment.started_at_ms = value.at("started_at_ms").get<EpochMs>();
    payment.completed_at_ms = optional_time(value, "completed_at_ms");
    payment.close_out_at_ms = value.at("close_out_at_ms").get<EpochMs>();
    payment.planned = planned_of(value.at("planned"));
    payment.planned_at_ms = value.at("planned_at_ms").get<EpochMs>();
    payment.ignored = value.at("ignored").get<bool>();
    return payment;
}

Refund refund_of_document(std::string_view text) {
    const auto value = Json::parse(text);
    Refund refund;
    refund.cf_refund_id = value.at("cf_refund_id").get<std::string>();
    refund.refund_id = value.at("refund_id").get<std::string>();
    refund.order_id = value.at("order_id").get<std::string>();
    refund.cf_payment_id = value.at("cf_payment_id").get<std::string>();
    refund.amount = money_at(value, "amount_paise");
    refund.automatic = value.at("automatic").get<bool>();
    refund.note = optional_text(value, "note");
    refund.speed = value.at("speed").get<std::string>();
    refund.status = known(refund_status_of(value.at("status").get<std::string>()));
    refund.arn = optional_text(value, "arn");
    refund.created_at_ms = value.at("created_at_ms").get<EpochMs>();
    refund.processed_at_ms = optional_time(value, "processed_at_ms");
    refund.due_at_ms = value.at("due_at_ms").get<EpochMs>();
    return refund;
}

Simulation simulation_of_document(std::string_view text) {
    const auto value = Json::parse(text);
    return {
        value.at("simulation_id").get<std::string>(),
        value.at("entity_id").get<std::string>(),
        value.at("payment_status").get<std::string>(),
        optional_text(value, "payment_error_code")};
}

Delivery delivery_of_document(std::string_view text) {
    const auto value = Json::parse(text);
    Delivery delivery;
    delivery.id = value.at("id").get<std::uint64_t>();
    delivery.url = value.at("url").get<std::string>();
    delivery.order_id = value.at("order_id").get<std::string>();
    delivery.type = value.at("type").get<std::string>();
    delivery.body = value.at("body").get<std::string>();
    delivery.status = known(delivery_status_of(value.at("status").get<std::string>()));
    delivery.created_at_ms = value.at("created_at_ms").get<EpochMs>();
    delivery.due_at_ms = value.at("due_at_ms").get<EpochMs>();
    delivery.held = value.at("held").get<bool>();
    for (const auto& attempt : value.at("attempts")) {
        delivery.attempts.push_back(
            {attempt.at("at_ms").get<EpochMs>(),
             attempt.at("http_status").get<int>(),
             attempt.at("fault").get<std::string>()}
        );
    }
    return delivery;
}

Replay replay_of_document(std::string_view text) {
    const auto value = Json::parse(text);
    return {
        value.at("scope").get<std::string>(),
        value.at("key").get<std::string>(),
        value.at("request_body").get<std::string>(),
        value.at("status").get<int>(),
        value.at("response_body").get<std::string>(),
        value.at("at_ms").get<EpochMs>()};
}

Call call_of_document(std::string_view text) {
    const auto value = Json::parse(text);
    Call call;
    call.number = value.at("number").get<std::uint64_t>();
    call.at_ms = value.at("at_ms").get<EpochMs>();
    call.idempotency_key = optional_text(value, "idempotency_key");
    call.headers = pairs_of(value.at("headers"));
    call.credentials_sent = value.at("credentials_sent").get<bool>();
    call.body = value.at("body").get<std::string>();
    call.status = value.at("status").get<int>();
    call.order_id = value.at("order_id").get<std::string>();
    call.cf_payment_id = value.at("cf_payment_id").get<std::string>();
    call.replayed = value.at("replayed").get<bool>();
    return call;
}

}  // namespace sandbox::wire
