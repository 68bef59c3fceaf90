#include <cstdio>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/load/loop.h"
#include "bench/load/requests.h"
#include "bench/load/settings.h"

namespace load {
namespace {

constexpr std::int64_t kSeedVersion = 2;  // bench/lib/seed.mjs gives every order this one
constexpr int kSenders = 64;
/// A request that was just sent may not be held yet: its order is paid this much later at least.
constexpr Micros kSettled = 500'000;

/// What happened to one order, in order of time.
struct Story {
    int page = -1;        ///< the connection that waits for it
    Micros asked = 0;     ///< its question was sent
    Micros sent = 0;      ///< its webhook was sent
    Micros accepted = 0;  ///< the webhook's 200
    Micros told = 0;      ///< the page's answer
};

class Held {
public:
    explicit Held(const Settings& settings)
        : settings_{settings}, loop_{settings.port}, next_{settings.first} {
        loop_.on_answer([this](int connection, const Answer& answer) {
            if (connection < settings_.held) {
                told(connection, answer);
            } else {
                accepted(connection, answer);
            }
        });
    }

    void run() {
        of_page_.resize(static_cast<std::size_t>(settings_.held));
        for (int i = 0; i < settings_.held; ++i) {
            ask(loop_.connect());
            loop_.turn(0);
        }
        for (int i = 0; i < kSenders; ++i) free_.push_back(loop_.connect());
        of_sender_.resize(kSenders);
        const Micros settled = now() + 2'000'000;
        while (now() < settled) loop_.turn(20);
        begin_ = now();
        const Micros end = begin_ + static_cast<Micros>(settings_.seconds * 1e6);
        while (now() < end) {
            pay_due();
            loop_.turn(1);
        }
        const Micros give_up = now() + 10'000'000;
        while (open_ > 0 && now() < give_up) loop_.turn(20);
        print();
    }

private:
    void ask(int page) {
        if (next_ == settings_.first + settings_.orders) die("there are not enough orders");
        const auto k = next_++;
        of_page_[static_cast<std::size_t>(page)] = k;
        stories_[k] = {.page = page, .asked = now()};
        waiting_.push_back(k);
        loop_.send(page, poll(k, kSeedVersion));
    }

    /// The n-th webhook is due at its time, and goes when a sender is free: while all wait for
    /// their 200, webhooks are late. Who reads the figures compares the rate with the wanted one.
    void pay_due() {
        const double elapsed = static_cast<double>(now() - begin_) / 1e6;
        const auto due = static_cast<std::int64_t>(elapsed * settings_.rate);
        while (sent_ < due && !free_.empty()) {
            if (waiting_.empty() || now() - stories_[waiting_.front()].asked < kSettled) {
                ++starved_;
                return;
            }
            const auto k = waiting_.front();
            waiting_.pop_front();
            // In turn: a connection that says nothing for ten seconds is closed.
            const int sender = free_.front();
            free_.pop_front();
            of_sender_[static_cast<std::size_t>(sender - settings_.held)] = k;
            ++sent_;
            ++open_;
            stories_[k].sent = now();
            loop_.send(sender, webhook(k, settings_.secret, Signed::Well));
        }
    }

    void accepted(int sender, const Answer& answer) {
        if (answer.status != 200) die("a webhook was not accepted");
        const auto k = of_sender_[static_cast<std::size_t>(sender - settings_.held)];
        free_.push_back(sender);
        auto& story = stories_[k];
        story.accepted = now();
        accept_.add(story.accepted - story.sent);
        if (story.told != 0) finish(k);
    }

    void told(int page, const Answer& answer) {
        if (answer.status != 200) die("a page was refused");
        const auto k = of_page_[static_cast<std::size_t>(page)];
        auto& story = stories_[k];
        if (answer.body.find("\"payment_status\":\"paid\"") == answer.body.npos) {
            // 25 seconds were over: the page asks again.
            ++again_;
            if (story.sent != 0) ++told_without_news_;
            loop_.send(page, poll(k, kSeedVersion));
            return;
        }
        story.told = now();
        if (story.accepted != 0) finish(k);
        ask(page);
    }

    void finish(std::int64_t k) {
        const auto& story = stories_[k];
        // A page that was told before the webhook's own answer came waited for nothing.
        after_accept_.add(std::max<Micros>(story.told - story.accepted, 0));
        after_send_.add(story.told - story.sent);
        stories_.erase(k);
        --open_;
    }

    void print() const {
        std::printf(
            "{\"held\":%d,\"wanted\":%d,\"rate\":%.1f,\"webhooks\":%lld,\"untold\":%lld,"
            "\"asked_again\":%lld,"
            "\"starved\":%lld,\"odd\":%lld,\"accepted_to_page_us\":%s,\"sent_to_page_us\":%s,"
            "\"webhook_us\":%s}\n",
            settings_.held,
            settings_.rate,
            static_cast<double>(sent_) / settings_.seconds,
            static_cast<long long>(sent_),
            static_cast<long long>(open_),
            static_cast<long long>(again_),
            static_cast<long long>(starved_),
            static_cast<long long>(told_without_news_),
            after_accept_.json().c_str(),
            after_send_.json().c_str(),
            accept_.json().c_str()
        );
    }

    const Settings& settings_;
    Loop loop_;
    Micros begin_ = 0;
    std::int64_t next_;
    std::int64_t sent_ = 0;
    std::int64_t open_ = 0;
    std::int64_t again_ = 0;
    std::int64_t starved_ = 0;
    std::int64_t told_without_news_ = 0;
    std::vector<std::int64_t> of_page_;
    std::vector<std::int64_t> of_sender_;
    std::deque<int> free_;
    std::deque<std::int64_t> waiting_;
    std::unordered_map<std::int64_t, Story> stories_;
    Histogram accept_;
    Histogram after_accept_;
    Histogram after_send_;
};

}  // namespace

void run_held(const Settings& settings) { Held{settings}.run(); }

}  // namespace load
