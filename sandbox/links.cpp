#include "sandbox/links.h"

#include "http/text.h"
#include "sandbox/ids.h"

namespace sandbox {
namespace {

constexpr std::string_view kSimulatorPath = "/pgbillpayuiapi/simulator/";
constexpr std::string_view kWebPath = "/pg/view/upi/";

std::string simulator_url(const Merchant& merchant, const Payment& payment, Money amount) {
    const auto& id = payment.cf_payment_id;
    const auto am = amount.rupees();
    return merchant.public_url + std::string{kSimulatorPath} + id + "?txnId=" + id +
           "&amount=" + am + "&pa=cashfree@testbank&pn=Cashfree&tr=" + id + "&am=" + am +
           "&cu=INR&mode=00&purpose=00&mc=5732&tn=Cashfree%20Simulator%20Payment";
}

/// Order and spelling are fixed (§3.3); `am` always has two decimals.
std::string production_query(const Merchant& merchant, const Payment& payment, Money amount) {
    return "pa=" + merchant.vpa + "&pn=" + http::percent_encode(merchant.name) +
           "&tr=" + payment.upi_reference + "&am=" + amount.rupees() +
           "&cu=INR&mode=00&purpose=00&mc=" + merchant.category_code +
           "&tn=" + http::percent_encode("Payment for " + payment.order_id);
}

}  // namespace

std::string web_url(const Merchant& merchant, const Order& order, const Payment& payment) {
    return merchant.public_url + std::string{kWebPath} + base32_of(payment.cf_payment_id) + "." +
           order.payment_session_id + "." + payment.web_token;
}

Links links_of(
    const Merchant& merchant, LinkMode mode, const Order& order, const Payment& payment
) {
    Links links;
    links.web = web_url(merchant, order, payment);
    if (mode == LinkMode::Sandbox) {
        const auto url = simulator_url(merchant, payment, payment.amount);
        links.bhim = links.any_app = links.gpay = links.paytm = links.phonepe = url;
        return links;
    }
    const auto query = production_query(merchant, payment, payment.amount);
    links.any_app = "upi://pay?" + query;
    links.gpay = "tez://upi/pay?" + query;
    links.phonepe = "phonepe://pay?" + query;
    links.paytm = "paytmmp://pay?" + query;
    links.bhim = "bhim://upi/pay?" + query;
    return links;
}

std::string qr_text(const Merchant& merchant, LinkMode mode, const Payment& payment, Money amount) {
    if (mode == LinkMode::Sandbox) return simulator_url(merchant, payment, amount);
    return "upi://pay?" + production_query(merchant, payment, amount);
}

std::string payment_named_by(std::string_view link) {
    const auto question = link.find('?');
    const auto path = link.substr(0, question);
    if (const auto at = path.find(kSimulatorPath); at != std::string_view::npos) {
        return std::string{path.substr(at + kSimulatorPath.size())};
    }
    if (const auto at = path.find(kWebPath); at != std::string_view::npos) {
        const auto rest = path.substr(at + kWebPath.size());
        return decimal_of(rest.substr(0, rest.find('.')));
    }
    if (question == std::string_view::npos) return {};
    return http::query_parameter(link.substr(question + 1), "tr").value_or("");
}

}  // namespace sandbox
