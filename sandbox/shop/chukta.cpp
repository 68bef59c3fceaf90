#include "sandbox/shop/chukta.h"

#include <chrono>
#include <cstdio>

#include "http/text.h"
#include "sandbox/shop/wire.h"

namespace shop {

using namespace std::chrono_literals;

chukta::Result<OrderNews, ChuktaError> Chukta::create_order(
    http::Client& client, const Order& order, const Customer& customer
) const {
    const std::string return_url = options_.public_url + "/return/" + order.order_id;
    return post(client, "/v1/orders", encode_order(order, customer, return_url), order);
}

chukta::Result<OrderNews, ChuktaError> Chukta::cancel_order(
    http::Client& client, const Order& order
) const {
    const std::string path = "/v1/orders/" + http::percent_encode(order.order_id) + "/cancel";
    return post(client, path, "{}", order);
}

chukta::Result<std::string, ChuktaError> Chukta::refund_order(
    http::Client& client, const Order& order, std::string_view refund_id
) const {
    const std::string path = "/v1/orders/" + http::percent_encode(order.order_id) + "/refunds";
    const auto answer = send(client, path, encode_refund(refund_id), order);
    if (!answer) return chukta::failure(answer.error());
    const auto made = decode_refund_id(*answer);
    if (!made) return chukta::failure(ChuktaError::Refused);
    return *made;
}

chukta::Result<OrderNews, ChuktaError> Chukta::post(
    http::Client& client, const std::string& path, std::string body, const Order& order
) const {
    const auto answer = send(client, path, std::move(body), order);
    if (!answer) return chukta::failure(answer.error());
    const auto news = decode_order(*answer);
    if (!news || news->order_id != order.order_id) return chukta::failure(ChuktaError::Refused);
    return *news;
}

chukta::Result<std::string, ChuktaError> Chukta::send(
    http::Client& client, const std::string& path, std::string body, const Order& order
) const {
    const std::string bearer = "Bearer " + options_.api_key;
    http::ClientRequest request;
    request.method = "POST";
    request.url = options_.chukta_url + path;
    request.headers = {{"Content-Type", "application/json"}};
    request.secret_headers = {{"Authorization", bearer}};
    request.body = std::move(body);
    // A customer is waiting for the answer.
    request.connect_timeout = 2s;
    request.timeout = 8s;

    const auto answer = client.send(request);
    if (!answer) return chukta::failure(ChuktaError::Later);
    if (answer->status == 200 || answer->status == 201) return answer->body;
    const std::string code = decode_problem_code(answer->body);
    std::fprintf(
        stderr,
        "chukta-shop: order %s: Chukta answered %d (%s)\n",
        order.order_id.c_str(),
        answer->status,
        code.c_str()
    );
    const bool passes = answer->status >= 500 || answer->status == 429;
    return chukta::failure(passes ? ChuktaError::Later : ChuktaError::Refused);
}

}  // namespace shop
