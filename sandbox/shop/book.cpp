#include "sandbox/shop/book.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "sandbox/shop/catalogue.h"
#include "sandbox/shop/crypto.h"
#include "sandbox/shop/state_wire.h"

namespace shop {
namespace {

/// Writes all of it and waits for the disk; closes the file either way.
bool write_and_close(int file, std::string_view text) {
    bool good = true;
    while (good && !text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        good = written > 0;
        if (good) text.remove_prefix(static_cast<std::size_t>(written));
    }
    good = good && ::fsync(file) == 0;
    return ::close(file) == 0 && good;
}

void sync_folder_of(const std::string& path) {
    const std::string folder = std::filesystem::absolute(path).parent_path().string();
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) return;  // The rename is done; only its survival of a power cut is in question.
    ::fsync(opened);
    ::close(opened);
}

/// The old content or the new one is there at any time, never half of one.
void replace_file(const std::string& path, std::string_view text) {
    const std::string fresh = path + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || !write_and_close(file, text) || ::rename(fresh.c_str(), path.c_str()) != 0) {
        throw std::runtime_error{"the shop's state file cannot be written"};
    }
    sync_folder_of(path);
}

Order* find_order(State& state, std::string_view order_id) {
    const auto found = std::ranges::find(state.orders, order_id, &Order::order_id);
    return found == state.orders.end() ? nullptr : &*found;
}

/// Webhooks and answers arrive late and out of order; the highest version is the newest news.
void keep_newest(Order& order, const OrderNews& news) {
    if (!order.told || news.version > order.told->version) order.told = news;
}

CartLine& line_of(Cart& cart, std::string_view tea_id) {
    const auto found = std::ranges::find(cart, tea_id, &CartLine::tea_id);
    if (found != cart.end()) return *found;
    return cart.emplace_back(CartLine{std::string{tea_id}, 0});
}

template <class T>
void drop_oldest(std::vector<T>& rows, std::size_t rows_max) {
    if (rows.size() <= rows_max) return;
    rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(rows_max));
}

/// Nothing when the cart holds no tea that is still sold.
std::optional<Order> order_from_cart(const Cart& cart) {
    Order order;
    for (const CartLine& line : cart) {
        const Tea* tea = find_tea(line.tea_id);
        if (tea == nullptr) continue;
        // The dearest tea times kQuantityMax times the whole shelf is far inside Money.
        const auto amount = chukta::Money::from_paise(tea->price.paise() * line.quantity).value();
        order.lines.push_back({std::string{tea->name}, line.quantity, amount});
        order.amount = checked_add(order.amount, amount).value();
    }
    if (order.lines.empty()) return std::nullopt;
    return order;
}

}  // namespace

Book::Book(std::string path) : path_{std::move(path)} {
    std::error_code none;
    if (!std::filesystem::exists(path_, none)) {
        change([](State& state) { state.form_key = random_hex(32); });
        return;
    }
    std::ifstream file{path_, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    auto state = decode_state(text.str());
    if (!file || !state) throw std::runtime_error{"not a state file of this shop: " + path_};
    state_ = std::move(*state);
}

void Book::change(const std::function<void(State&)>& edit) {
    const std::lock_guard lock{mutex_};
    State next = state_;
    edit(next);
    replace_file(path_, encode_state(next));
    state_ = std::move(next);
}

std::string Book::form_key() const {
    const std::lock_guard lock{mutex_};
    return state_.form_key;
}

void Book::sign_in(std::string_view token, std::string_view customer_id, chukta::EpochMs now_ms) {
    change([&](State& state) {
        std::erase_if(state.sessions, [&](const Session& s) { return s.expires_at <= now_ms; });
        state.sessions.push_back(
            {sha256_hex(token), std::string{customer_id}, now_ms + kSessionLifeMs}
        );
        drop_oldest(state.sessions, kSessionsMax);
    });
}

void Book::sign_out(std::string_view token) {
    const std::string hash = sha256_hex(token);
    change([&](State& state) {
        std::erase_if(state.sessions, [&](const Session& s) { return s.token_hash == hash; });
    });
}

std::optional<std::string> Book::customer_of(std::string_view token, chukta::EpochMs now_ms) const {
    const std::string hash = sha256_hex(token);
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find(state_.sessions, hash, &Session::token_hash);
    if (found == state_.sessions.end() || found->expires_at <= now_ms) return std::nullopt;
    return found->customer_id;
}

Cart Book::cart(std::string_view customer_id) const {
    const std::lock_guard lock{mutex_};
    const auto found = state_.carts.find(customer_id);
    return found == state_.carts.end() ? Cart{} : found->second;
}

void Book::add_to_cart(std::string_view customer_id, std::string_view tea_id, int quantity) {
    change([&](State& state) {
        CartLine& line = line_of(state.carts[std::string{customer_id}], tea_id);
        line.quantity = std::min(line.quantity + quantity, kQuantityMax);
    });
}

void Book::set_quantity(std::string_view customer_id, std::string_view tea_id, int quantity) {
    change([&](State& state) {
        Cart& cart = state.carts[std::string{customer_id}];
        line_of(cart, tea_id).quantity = std::min(quantity, kQuantityMax);
        std::erase_if(cart, [](const CartLine& line) { return line.quantity <= 0; });
    });
}

std::optional<Order> Book::place_order(
    std::string_view customer_id, std::string_view checkout_key, chukta::EpochMs now_ms
) {
    std::optional<Order> placed;
    change([&](State& state) {
        for (const Order& order : state.orders) {
            const bool same = order.checkout_key == checkout_key;
            if (same && order.customer_id == customer_id) placed = order;
        }
        if (placed) return;
        Cart& cart = state.carts[std::string{customer_id}];
        placed = order_from_cart(cart);
        if (!placed) return;
        placed->order_id = "CHAI-" + random_hex(5);
        placed->customer_id = customer_id;
        placed->checkout_key = checkout_key;
        placed->placed_at = now_ms;
        state.orders.push_back(*placed);
        drop_oldest(state.orders, kOrdersMax);
        cart.clear();
    });
    return placed;
}

std::optional<Order> Book::find(std::string_view customer_id, std::string_view order_id) const {
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find(state_.orders, order_id, &Order::order_id);
    if (found == state_.orders.end() || found->customer_id != customer_id) return std::nullopt;
    return *found;
}

std::vector<Order> Book::orders_of(std::string_view customer_id) const {
    const std::lock_guard lock{mutex_};
    std::vector<Order> theirs;
    for (const Order& order : state_.orders) {
        if (order.customer_id == customer_id) theirs.push_back(order);
    }
    std::ranges::reverse(theirs);
    return theirs;
}

std::optional<Order> Book::take(const OrderNews& news) {
    std::optional<Order> taken;
    change([&](State& state) {
        Order* order = find_order(state, news.order_id);
        if (order == nullptr || order->amount != news.amount) return;
        keep_newest(*order, news);
        taken = *order;
    });
    return taken;
}

Receipt Book::receive(const ReceivedWebhook& webhook, const std::optional<OrderNews>& news) {
    auto receipt = Receipt::NotOurs;
    change([&](State& state) {
        const auto known = std::ranges::find(state.webhooks, webhook.id, &ReceivedWebhook::id);
        if (known != state.webhooks.end()) {
            ++known->deliveries;
            receipt = Receipt::Repeated;
            return;
        }
        state.webhooks.push_back(webhook);
        drop_oldest(state.webhooks, kWebhooksMax);
        Order* order = news ? find_order(state, news->order_id) : nullptr;
        if (order == nullptr) return;
        if (order->amount != news->amount) {
            receipt = Receipt::WrongTotal;
            return;
        }
        keep_newest(*order, *news);
        receipt = Receipt::New;
    });
    return receipt;
}

void Book::count_refused_webhook() {
    // Anyone can send rubbish, so it is counted in memory and reaches the disk with the next
    // change.
    const std::lock_guard lock{mutex_};
    ++state_.webhooks_refused;
}

std::vector<ReceivedWebhook> Book::webhooks_of(std::string_view order_id) const {
    const std::lock_guard lock{mutex_};
    std::vector<ReceivedWebhook> rows;
    for (const ReceivedWebhook& webhook : state_.webhooks) {
        if (webhook.order_id == order_id) rows.push_back(webhook);
    }
    std::ranges::reverse(rows);
    return rows;
}

State Book::snapshot() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

}  // namespace shop
