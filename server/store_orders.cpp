#include <bit>

#include "server/store.h"
#include "server/stored_rows.h"
#include "server/stored_wire.h"
#include "server/stored_word.h"

namespace chukta {
namespace {

using db::Row;
using db::Value;

// What a page is shown of an order, and then the rest.
#define SHOWN_ORDER_COLUMNS                                                \
    "order_id, version, amount_paise, items, return_url, payment_status, " \
    "fulfillment_status, review_reason, gateway_state, gateway_failures, " \
    "collect_refused, last_index, expires_at_ms, paid_at_ms"
#define ORDER_COLUMNS                                                              \
    SHOWN_ORDER_COLUMNS                                                            \
    ", request_hash, customer_id, customer_phone, customer_email, customer_name, " \
    "gateway_session, created_at_ms, updated_at_ms"

Money stored_money(std::int64_t paise) {
    const auto money = Money::from_paise(paise);
    if (!money) throw db::StorageError{db::StorageError::Kind::Broken, 0};
    return *money;
}

Order shown_order_of(const Row& row) {
    using stored::known;
    Order order;
    order.order_id = OrderId{row.text("order_id")};
    order.version = row.integer("version");
    order.amount = stored_money(row.integer("amount_paise"));
    order.items = StoredItems::of_table(row.text("items"));
    order.return_url = row.text("return_url");
    order.payment_status = known<PaymentStatus>(row.text("payment_status"));
    order.fulfillment_status = known<FulfillmentStatus>(row.text("fulfillment_status"));
    order.review_reason = known<ReviewReason>(row.text("review_reason"));
    order.gateway_state = stored::value_of(
        row.text("gateway_state"),
        {GatewayState::None, GatewayState::Active, GatewayState::Refused, GatewayState::Closed}
    );
    order.gateway_failures = row.integer("gateway_failures");
    order.collect_refused = row.integer("collect_refused") != 0;
    order.last_index = row.integer("last_index");
    order.expires_at = row.optional_integer("expires_at_ms");
    order.paid_at = row.optional_integer("paid_at_ms");
    return order;
}

Order order_of(const Row& row) {
    Order order = shown_order_of(row);
    order.request_hash = row.text("request_hash");
    order.customer_id = CustomerId{row.text("customer_id")};
    order.customer_phone = row.text("customer_phone");
    order.customer_email = row.text("customer_email");
    order.customer_name = row.text("customer_name");
    order.gateway_session = row.text("gateway_session");
    order.created_at = row.integer("created_at_ms");
    order.updated_at = row.integer("updated_at_ms");
    return order;
}

std::optional<Order> first(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return order_of(rows.front());
}

}  // namespace

bool Store::insert_order(Transaction& transaction, const Order& order) {
    constexpr auto kSql = "INSERT INTO orders (merchant_id, " ORDER_COLUMNS
                          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
                          "$15, $16, $17, $18, $19, $20, "
                          "$21, $22, $23) ON CONFLICT DO NOTHING";
    return transaction.write(
               kSql,
               {merchant_,
                order.order_id.str(),
                order.version,
                order.amount.paise(),
                order.items.text(),
                order.return_url,
                word(order.payment_status),
                word(order.fulfillment_status),
                word(order.review_reason),
                word(order.gateway_state),
                order.gateway_failures,
                std::int64_t{order.collect_refused},
                order.last_index,
                db::nullable(order.expires_at),
                db::nullable(order.paid_at),
                order.request_hash,
                order.customer_id.str(),
                order.customer_phone,
                order.customer_email,
                order.customer_name,
                order.gateway_session,
                order.created_at,
                order.updated_at}
           ) > 0;
}

std::optional<Order> Store::find_order(Transaction& transaction, const OrderId& order_id) {
    constexpr auto kSql =
        "SELECT " ORDER_COLUMNS " FROM orders WHERE merchant_id = $1 AND order_id = $2";
    return first(transaction.run(kSql, {merchant_, order_id.str()}));
}

std::optional<Order> Store::lock_order(Transaction& transaction, const OrderId& order_id) {
    constexpr auto kSql =
        "SELECT " ORDER_COLUMNS " FROM orders WHERE merchant_id = $1 AND order_id = $2";
    const auto sql = kSql + std::string{database_.lock_rows()};
    return first(transaction.run(sql, {merchant_, order_id.str()}));
}

void Store::update_order(Transaction& transaction, const Order& order) {
    constexpr auto kSql =
        "UPDATE orders SET version = $3, payment_status = $4, fulfillment_status = $5, "
        "review_reason = $6, "
        "gateway_state = $7, gateway_session = $8, gateway_failures = $9, collect_refused = $10, "
        "last_index = $11, "
        "paid_at_ms = $12, updated_at_ms = $13 WHERE merchant_id = $1 AND order_id = $2";
    transaction.post(
        kSql,
        {merchant_,
         order.order_id.str(),
         order.version,
         word(order.payment_status),
         word(order.fulfillment_status),
         word(order.review_reason),
         word(order.gateway_state),
         order.gateway_session,
         order.gateway_failures,
         std::int64_t{order.collect_refused},
         order.last_index,
         db::nullable(order.paid_at),
         order.updated_at}
    );
}

std::vector<Store::Version> Store::versions_of(
    Transaction& transaction, const std::vector<OrderId>& orders
) {
    if (orders.empty()) return {};
    std::string sql =
        "SELECT order_id, version FROM orders WHERE merchant_id = $1 AND order_id IN (";
    std::vector<Value> values{merchant_};
    for (const auto& order_id : orders) {
        values.emplace_back(order_id.str());
    }
    // Few are asked for all the time: of powers of two alone, so that an engine that keeps
    // statements has few to keep.
    constexpr std::size_t kFew = 32;
    const Value last = values.back();
    if (orders.size() < kFew) values.resize(1 + std::bit_ceil(orders.size()), last);
    for (std::size_t i = 2; i <= values.size(); ++i)
        sql += (i == 2 ? "$" : ", $") + std::to_string(i);
    std::vector<Version> versions;
    for (const auto& row : transaction.run(sql + ")", values)) {
        versions.push_back({OrderId{row.text("order_id")}, row.integer("version")});
    }
    return versions;
}

std::vector<Order> Store::list_orders(
    Transaction& transaction, int limit, EpochMs before_ms, const std::string& before_id
) {
    constexpr auto kSql = "SELECT " ORDER_COLUMNS
                          " FROM orders WHERE merchant_id = $1 AND (created_at_ms < $2 OR "
                          "(created_at_ms = $2 AND order_id < $3)) "
                          "ORDER BY created_at_ms DESC, order_id DESC LIMIT $4";
    std::vector<Order> orders;
    for (const auto& row :
         transaction.run(kSql, {merchant_, before_ms, before_id, std::int64_t{limit}})) {
        orders.push_back(order_of(row));
    }
    return orders;
}

std::string_view stored::shown_order_columns() { return SHOWN_ORDER_COLUMNS; }
Order stored::read_shown_order(const db::Row& row) { return shown_order_of(row); }

#undef ORDER_COLUMNS
#undef SHOWN_ORDER_COLUMNS

}  // namespace chukta
