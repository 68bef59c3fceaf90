#include "sandbox/payment_wire.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "sandbox/json_wire.h"

namespace sandbox::wire {
namespace {

/// What the sandbox itself takes for a UPI ID: one @, something like a name before, letters and
/// digits after.
bool looks_like_upi_id(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at < 2 || text.size() > 255) return false;
    const auto handle = text.substr(at + 1);
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    const auto in_local = [&](char c) { return is_word(c) || c == '.' || c == '_' || c == '-'; };
    return handle.size() >= 2 && std::all_of(handle.begin(), handle.end(), is_word) &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), in_local);
}

void read_collect(Fields& upi, PayRequest& request, Problems& problems) {
    request.upi_id = upi.text("upi_id");
    if (!request.upi_id) {
        problems.missing("upi_id");
    } else if (!looks_like_upi_id(*request.upi_id)) {
        problems.invalid(refused("upi_id_invalid", "Invalid UPI ID entered"));
    }
    request.wants_waiting_page = upi.boolean("upi_redirect_url").value_or(false);
    const auto* minutes = upi.number("upi_expiry_minutes");
    if (minutes == nullptr) return;
    const auto asked = minutes->is_number_integer() ? minutes->get<std::int64_t>() : 0;
    if (asked < 5 || asked > 15) {
        problems.invalid("upi_expiry_minutes", "between 5 and 15", *minutes);
        return;
    }
    request.expiry_minutes = static_cast<int>(asked);
}

void read_upi(const Json* object, PayRequest& request, Problems& problems) {
    Fields upi{object, "", problems};
    const auto text = upi.required_text("channel");
    if (!text) return;
    const auto channel = channel_of(*text);
    if (!channel) {
        problems.invalid("channel", "one of link, collect, qrcode", Json(*text));
        return;
    }
    request.channel = *channel;
    // upi_id is "ignored for link/qrcode" (§3.1).
    if (*channel == Channel::Collect) read_collect(upi, request, problems);
}

void read_method(const Json* method, PayRequest& request, Problems& problems) {
    constexpr std::array<std::string_view, 7> kOthers = {
        "card", "netbanking", "app", "emi", "cardless_emi", "paylater", "banktransfer"};
    if (method == nullptr) {
        problems.missing("payment_method");
        return;
    }
    if (method->size() != 1) {
        problems.invalid(
            refused("payment_method_invalid", "payment_method : should have exactly one method")
        );
        return;
    }
    const std::string name = method->begin().key();
    if (name == "upi") {
        Fields fields{method, "payment_method.", problems};
        if (const auto* upi = fields.object("upi")) {
            read_upi(upi, request, problems);
        } else if ((*method)["upi"].is_null()) {
            problems.missing("channel");
        }
    } else if (std::find(kOthers.begin(), kOthers.end(), name) != kOthers.end()) {
        problems.invalid(refused("request_failed", name + " is not enabled for your account"));
    } else {
        problems.invalid(refused(
            "payment_method_invalid",
            "payment_method : should be a known method. Value received: " + name
        ));
    }
}

Json id_of(const std::string& cf_payment_id, bool numeric) {
    std::int64_t number = 0;
    const auto* end = cf_payment_id.data() + cf_payment_id.size();
    if (numeric && std::from_chars(cf_payment_id.data(), end, number).ec == std::errc{}) {
        return Json(number);
    }
    return Json(cf_payment_id);
}

std::string pay_text(const Payment& payment, const char* action, Json data, bool numeric_id) {
    return api_text({
        {"action", action},
        {"cf_payment_id", id_of(payment.cf_payment_id, numeric_id)},
        {"channel", std::string{word(payment.channel)}},
        {"data", std::move(data)},
        {"payment_amount", rupees(payment.amount)},
        {"payment_method", "upi"},
    });
}

Json pay_data(Json url, Json payload) {
    return {
        {"url", std::move(url)},
        {"payload", std::move(payload)},
        {"content_type", nullptr},
        {"method", nullptr},
    };
}

Json error_json(const std::optional<ErrorDetails>& error) {
    if (!error) return nullptr;
    return {
        {"error_code", error->code},
        {"error_description", error->description},
        {"error_reason", error->reason},
        {"error_source", error->source},
    };
}

Json payment_json(const Order& order, const PaymentView& view) {
    const auto& payment = *view.payment;
    const auto& distortion = view.distortion;
    const Json channel =
        distortion.null_upi_channel ? Json(nullptr) : Json(std::string{word(payment.channel)});
    const auto status = distortion.unknown_status ? "PARKED" : std::string{word(payment.status)};
    // Member by member: a list of lists makes each of them three times, and a payment is asked for
    // again and again.
    auto json = Json::object();
    auto& members = json.get_ref<Json::object_t&>();
    members.reserve(20);
    const auto add = [&](const char* name, Json value) {
        members.emplace_back(name, std::move(value));
    };
    add("auth_id", nullptr);
    add("authorization", nullptr);
    add("bank_reference", text_or_null(payment.bank_reference));
    add("cf_payment_id", id_of(payment.cf_payment_id, distortion.numeric_cf_payment_id));
    add("entity", "payment");
    add("error_details", error_json(payment.error));
    add("is_captured", payment.status == PaymentStatus::Success);
    add("order_amount", rupees(order.amount));
    add("order_currency", "INR");
    add("order_id", order.order_id);
    add("payment_amount", rupees(distortion.amount.value_or(payment.amount)));
    add("payment_completion_time",
        payment.completed_at_ms ? Json(indian_time(*payment.completed_at_ms)) : Json(nullptr));
    add("payment_currency", "INR");
    add("payment_gateway_details", {{"gateway_settlement", "cashfree"}});
    add("payment_group", "upi");
    add("payment_message", text_or_null(payment.message));
    add("payment_method",
        {{"upi", {{"channel", channel}, {"upi_id", text_or_null(payment.upi_id)}}}});
    add("payment_offers", nullptr);
    add("payment_status", status);
    add("payment_time", indian_time(payment.started_at_ms));
    return json;
}

}  // namespace

chukta::Result<PayRequest, ApiError> read_pay(std::string_view body) {
    const auto decoded = decode(body);
    if (!decoded) return chukta::failure(decoded.error());
    Problems problems;
    Fields fields{&*decoded, "", problems};
    PayRequest request;
    if (auto session = fields.text("payment_session_id")) {
        request.payment_session_id = *session;
    } else if (!decoded->contains("payment_session_id") || !(*decoded)["payment_session_id"].is_number()) {
        problems.invalid(error_of(ModelError::SessionInvalid));
    }
    const auto had = decoded->contains("payment_method") && !(*decoded)["payment_method"].is_null();
    const auto* method = fields.object("payment_method");
    if (method != nullptr || !had) read_method(method, request, problems);
    fields.boolean("save_instrument");
    if (auto problem = problems.first()) return chukta::failure(*problem);
    return request;
}

chukta::Result<SimulateRequest, ApiError> read_simulate(std::string_view body) {
    const auto decoded = decode(body);
    if (!decoded) return chukta::failure(decoded.error());
    Problems problems;
    Fields fields{&*decoded, "", problems};
    SimulateRequest request;
    const auto entity = fields.required_text("entity");
    if (entity && *entity != "PAYMENTS") {
        problems.invalid(refused("entity_unsupported", "entity : is not supported here"));
    }
    request.cf_payment_id = fields.required_text("entity_id").value_or("");
    const auto* simulation = fields.object("entity_simulation");
    if (simulation == nullptr) {
        problems.missing("entity_simulation");
    } else {
        Fields inner{simulation, "entity_simulation.", problems};
        request.error_code = inner.text("payment_error_code");
        const auto text = inner.required_text("payment_status");
        const auto status = text ? payment_status_of(*text) : std::nullopt;
        const bool known =
            status && (*status == PaymentStatus::Success || *status == PaymentStatus::Failed ||
                       *status == PaymentStatus::Pending || *status == PaymentStatus::UserDropped);
        if (known) {
            request.status = *status;
        } else if (text) {
            problems.invalid(
                inner.path("payment_status"),
                "one of SUCCESS, FAILED, PENDING, USER_DROPPED",
                Json(*text)
            );
        }
    }
    if (auto problem = problems.first()) return chukta::failure(*problem);
    return request;
}

std::string link_answer(const Payment& payment, const Links& links, bool numeric_id) {
    const Json payload = {
        {"bhim", links.bhim},
        {"default", links.any_app},
        {"gpay", links.gpay},
        {"paytm", links.paytm},
        {"phonepe", links.phonepe},
        {"web", links.web},
    };
    return pay_text(payment, "custom", pay_data(nullptr, payload), numeric_id);
}

std::string qr_answer(const Payment& payment, std::string_view data_uri, bool numeric_id) {
    const Json payload = {{"qrcode", std::string{data_uri}}};
    return pay_text(payment, "custom", pay_data(nullptr, payload), numeric_id);
}

std::string collect_answer(
    const Payment& payment, const std::optional<std::string>& waiting_page, bool numeric_id
) {
    const auto* action = waiting_page ? "collect" : "custom";
    return pay_text(payment, action, pay_data(text_or_null(waiting_page), nullptr), numeric_id);
}

std::string payment_text(const Order& order, const PaymentView& view) {
    return api_text(payment_json(order, view));
}

std::string payments_text(const Order& order, const std::vector<PaymentView>& views) {
    auto list = Json::array();
    for (const auto& view : views) list.push_back(payment_json(order, view));
    return api_text(list);
}

std::string simulation_text(const Simulation& simulation) {
    return api_text({
        {"simulation_id", simulation.simulation_id},
        {"entity", "PAYMENTS"},
        {"entity_id", simulation.entity_id},
        {"entity_simulation",
         {{"payment_status", simulation.payment_status},
          {"payment_error_code", text_or_null(simulation.payment_error_code)}}},
    });
}

}  // namespace sandbox::wire
