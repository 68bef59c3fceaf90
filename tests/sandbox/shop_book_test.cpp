#include "sandbox/shop/book.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/sandbox/shop_support.h"

namespace {

using shop::Book;
using shop::Receipt;
using shop_test::kNow;

/// A book with one order of Asha's: one masala chai.
struct WithAnOrder {
    shop_test::Folder folder;
    Book book{folder.file("shop.json")};
    shop::Order order = placed();

    shop::Order placed() {
        book.add_to_cart("cust_asha", "masala", 1);
        return book.place_order("cust_asha", "key_1", kNow).value();
    }

    shop::OrderNews news(std::int64_t version, std::string payment_status) const {
        shop::OrderNews news;
        news.order_id = order.order_id;
        news.version = version;
        news.amount = order.amount;
        news.payment_status = std::move(payment_status);
        news.fulfillment_status = news.payment_status == "paid" ? "confirmed" : "pending";
        news.review_reason = "none";
        news.pay_url = "http://pay.test/pay/" + order.order_id;
        return news;
    }

    Receipt hear(const std::string& id, const shop::OrderNews& news) {
        shop::ReceivedWebhook webhook;
        webhook.id = id;
        webhook.type = "order.paid";
        webhook.order_id = news.order_id;
        webhook.version = news.version;
        return book.receive(webhook, news);
    }

    std::string payment_status() const {
        return book.find("cust_asha", order.order_id).value().told.value().payment_status;
    }
};

TEST(ShopBook, KeepsTheHighestVersionWhateverTheOrderOfArrival) {
    WithAnOrder with;
    EXPECT_EQ(with.hear("msg_2", with.news(5, "paid")), Receipt::New);
    EXPECT_EQ(with.hear("msg_1", with.news(3, "failed")), Receipt::New);
    EXPECT_EQ(with.payment_status(), "paid");
    ASSERT_TRUE(with.book.take(with.news(4, "processing")));
    EXPECT_EQ(with.payment_status(), "paid");
}

TEST(ShopBook, CountsARepeatedWebhookOnce) {
    WithAnOrder with;
    EXPECT_EQ(with.hear("msg_1", with.news(2, "paid")), Receipt::New);
    EXPECT_EQ(with.hear("msg_1", with.news(2, "paid")), Receipt::Repeated);
    const auto rows = with.book.webhooks_of(with.order.order_id);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].deliveries, 2);
}

TEST(ShopBook, DoesNotBelieveAnotherTotal) {
    WithAnOrder with;
    auto news = with.news(9, "paid");
    news.amount = chukta::Money::from_paise(100).value();
    EXPECT_EQ(with.hear("msg_1", news), Receipt::WrongTotal);
    EXPECT_FALSE(with.book.take(news));
    EXPECT_FALSE(with.book.find("cust_asha", with.order.order_id)->told);
    EXPECT_EQ(with.book.webhooks_of(with.order.order_id).size(), 1U);
}

TEST(ShopBook, ListsWebhooksOfOrdersItDoesNotKnow) {
    WithAnOrder with;
    auto news = with.news(1, "paid");
    news.order_id = "someone-elses";
    EXPECT_EQ(with.hear("msg_1", news), Receipt::NotOurs);
    EXPECT_EQ(with.book.snapshot().webhooks.size(), 1U);
    EXPECT_EQ(with.book.snapshot().orders.size(), 1U);
}

TEST(ShopBook, MakesOneOrderOfOneCheckoutKey) {
    WithAnOrder with;
    const auto again = with.book.place_order("cust_asha", "key_1", kNow);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->order_id, with.order.order_id);
    EXPECT_EQ(with.book.orders_of("cust_asha").size(), 1U);
    EXPECT_FALSE(with.book.place_order("cust_asha", "key_2", kNow)) << "the cart is empty";
    EXPECT_FALSE(with.book.place_order("cust_ravi", "key_1", kNow)) << "not Ravi's order";
}

TEST(ShopBook, ShowsAnOrderToItsCustomerOnly) {
    WithAnOrder with;
    EXPECT_TRUE(with.book.find("cust_asha", with.order.order_id));
    EXPECT_FALSE(with.book.find("cust_ravi", with.order.order_id));
    EXPECT_TRUE(with.book.orders_of("cust_ravi").empty());
}

TEST(ShopBook, RemembersEverythingWhenItIsOpenedAgain) {
    WithAnOrder with;
    with.hear("msg_1", with.news(2, "paid"));
    with.book.sign_in("token", "cust_asha", kNow);
    with.book.add_to_cart("cust_asha", "tulsi", 3);

    const Book again{with.folder.file("shop.json")};
    EXPECT_EQ(again.form_key(), with.book.form_key());
    EXPECT_EQ(again.customer_of("token", kNow), "cust_asha");
    ASSERT_EQ(again.cart("cust_asha").size(), 1U);
    EXPECT_EQ(again.cart("cust_asha")[0].quantity, 3);
    const auto order = again.find("cust_asha", with.order.order_id);
    ASSERT_TRUE(order && order->told);
    EXPECT_EQ(order->told->fulfillment_status, "confirmed");
    EXPECT_EQ(order->amount, with.order.amount);
    EXPECT_EQ(again.webhooks_of(with.order.order_id).size(), 1U);
}

TEST(ShopBook, NeverOverwritesAFileItCannotRead) {
    const shop_test::Folder folder;
    const std::string path = folder.file("shop.json");
    for (const std::string_view text : {"", "{", "{}", R"({"format":2})", "not json"}) {
        std::ofstream{path} << text;
        EXPECT_THROW(Book{path}, std::runtime_error) << text;
        std::string kept;
        std::getline(std::ifstream{path}, kept);
        EXPECT_EQ(kept, text);
    }
}

TEST(ShopBook, ForgetsAChangeThatCannotBeWritten) {
    const shop_test::Folder folder;
    std::filesystem::create_directory(folder.file("in"));
    Book book{folder.file("in/shop.json")};
    std::filesystem::remove_all(folder.file("in"));
    EXPECT_THROW(book.add_to_cart("cust_asha", "masala", 1), std::runtime_error);
    EXPECT_TRUE(book.cart("cust_asha").empty());
}

TEST(ShopBook, EndsASessionAtItsTimeAndAtLogOut) {
    const shop_test::Folder folder;
    Book book{folder.file("shop.json")};
    book.sign_in("one", "cust_asha", kNow);
    book.sign_in("two", "cust_ravi", kNow);
    EXPECT_EQ(book.customer_of("one", kNow + Book::kSessionLifeMs - 1), "cust_asha");
    EXPECT_FALSE(book.customer_of("one", kNow + Book::kSessionLifeMs));
    book.sign_out("two");
    EXPECT_FALSE(book.customer_of("two", kNow));
    EXPECT_EQ(book.snapshot().sessions.size(), 1U);
    EXPECT_NE(book.snapshot().sessions[0].token_hash, "one") << "the file holds no token";
}

TEST(ShopBook, BoundsQuantities) {
    const shop_test::Folder folder;
    Book book{folder.file("shop.json")};
    book.add_to_cart("cust_asha", "masala", 15);
    book.add_to_cart("cust_asha", "masala", 15);
    EXPECT_EQ(book.cart("cust_asha").at(0).quantity, shop::kQuantityMax);
    book.set_quantity("cust_asha", "masala", 0);
    EXPECT_TRUE(book.cart("cust_asha").empty());
}

}  // namespace
