#include "sandbox/pages.h"

#include "http/text.h"
#include "sandbox/ids.h"
#include "sandbox/page_files.h"
#include "sandbox/test_ids.h"

namespace sandbox {
namespace {

using http::PathParameters;
using http::Request;
using http::Response;

Response page(int status, std::string_view type, std::string body) {
    Response response;
    response.status = status;
    response.headers = {
        {"Content-Type", std::string{type} + "; charset=utf-8"},
        {"Cache-Control", "no-store"},
        {"Content-Security-Policy",
         "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
         "img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
    };
    response.body = std::move(body);
    return response;
}

std::string replaced(std::string text, std::string_view mark, std::string_view value) {
    const auto at = text.find(mark);
    if (at != std::string::npos) text.replace(at, mark.size(), value);
    return text;
}

/// The three buttons, or what became of the payment.
std::string outcome_part(const Payment& payment) {
    if (is_open(payment.status)) {
        return "<form method=\"post\" action=\"/pgbillpayuiapi/simulator/" +
               http::html_escape(payment.cf_payment_id) +
               "\">"
               "<button class=\"yes\" name=\"outcome\" value=\"success\">Success</button>"
               "<button class=\"no\" name=\"outcome\" value=\"failure\">Failure</button>"
               "<button class=\"quiet\" name=\"outcome\" value=\"drop\">Drop</button></form>";
    }
    const bool paid = payment.status == PaymentStatus::Success;
    return "<p role=\"status\" class=\"" + std::string{paid ? "done good" : "done bad"} + "\">" +
           std::string{word(payment.status)} + "</p><p class=\"note\">" +
           http::html_escape(payment.message.value_or("")) + "</p>";
}

std::string return_part(const Order& order) {
    if (!order.return_url) return {};
    const auto url = replaced(*order.return_url, "{order_id}", order.order_id);
    return "<a class=\"back\" href=\"" + http::html_escape(url) + "\">Return to merchant</a>";
}

Response simulator(World& world, const std::string& cf_payment_id) {
    return world.act([&](State& state, EpochMs) {
        const auto* payment = state.model.payment(cf_payment_id);
        auto text = std::string{page_file("simulator.html")};
        if (payment == nullptr) {
            text = replaced(text, "<!--merchant-->", "Not found");
            text = replaced(text, "<!--amount-->", "—");
            text = replaced(
                text,
                "<!--outcome-->",
                "<p role=\"status\" class=\"done bad\">No such payment in this sandbox</p>"
            );
            return page(404, "text/html", std::move(text));
        }
        const auto& order = *state.model.order(payment->order_id);
        text = replaced(text, "<!--merchant-->", http::html_escape(state.merchant.name));
        text = replaced(text, "<!--amount-->", http::html_escape(payment->amount.display()));
        text = replaced(text, "<!--order-->", http::html_escape(order.order_id));
        text = replaced(text, "<!--payment-->", http::html_escape(payment->cf_payment_id));
        text = replaced(text, "<!--outcome-->", outcome_part(*payment));
        text = replaced(text, "<!--return-->", return_part(order));
        return page(200, "text/html", std::move(text));
    });
}

Response choose(World& world, const std::string& cf_payment_id, const Request& request) {
    const auto outcome = http::form_field(request.body, "outcome").value_or("");
    world.act([&](State& state, EpochMs now_ms) {
        auto chosen = success_outcome();
        chosen.payer = "customer@upi";
        if (outcome == "failure") chosen = failure_outcome("");
        if (outcome == "drop") chosen = dropped_outcome();
        // A second press finds the payment ended; the page that follows says how.
        const auto settled = state.model.settle(cf_payment_id, chosen, now_ms);
        static_cast<void>(settled);
    });
    Response response;
    response.status = 303;
    response.headers = {
        {"Location", "/pgbillpayuiapi/simulator/" + http::percent_encode(cf_payment_id)},
        {"Cache-Control", "no-store"}};
    return response;
}

}  // namespace

void add_page_routes(http::Router& router, World& world) {
    const auto add = [&](const char* method, const char* pattern, auto handler) {
        router.add(
            method,
            pattern,
            [handler](
                const PathParameters& parameters, Request&& request, const http::Responder& out
            ) { out.send(handler(parameters, request)); }
        );
    };
    using P = const PathParameters&;
    using R = const Request&;
    add("GET", "/", [](P, R) { return page(200, "text/html", std::string{page_file("app.html")}); }
    );
    add("GET", "/app.css", [](P, R) {
        return page(200, "text/css", std::string{page_file("app.css")});
    });
    add("GET", "/app.js", [](P, R) {
        return page(200, "text/javascript", std::string{page_file("app.js")});
    });
    add("GET", "/pgbillpayuiapi/simulator/{cf_payment_id}", [&world](P parameters, R) {
        return simulator(world, parameters.find("cf_payment_id")->second);
    });
    add("POST", "/pgbillpayuiapi/simulator/{cf_payment_id}", [&world](P parameters, R request) {
        return choose(world, parameters.find("cf_payment_id")->second, request);
    });
    add("GET", "/pg/view/upi/{token}", [&world](P parameters, R) {
        const auto& token = parameters.find("token")->second;
        return simulator(world, decimal_of(token.substr(0, token.find('.'))));
    });
}

}  // namespace sandbox
