#include "server/intake.h"

#include "server/crypto.h"
#include "server/log.h"

namespace chukta {

Intake::Intake(Store& store, std::function<void()> inbox_changed)
    : store_{store},
      inbox_changed_{std::move(inbox_changed)},
      writer_{[this](std::stop_token stop) { run(stop); }} {}

Intake::~Intake() {
    writer_.request_stop();
    arrived_.notify_all();
    writer_.join();
}

void Intake::accept(
    std::string raw_body, EpochMs received_at, std::function<void(bool stored)> done
) {
    Waiting waiting;
    waiting.row.kind = NewsKind::Webhook;
    // The same bytes again are the same news; a repeat that differs in a byte is settled by `step`.
    waiting.row.dedupe_key = crypto::sha256_hex(raw_body).substr(0, 32);
    waiting.row.body = std::move(raw_body);
    waiting.row.received_at = received_at;
    waiting.done = std::move(done);
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(std::move(waiting));
    }
    arrived_.notify_one();
}

void Intake::run(std::stop_token stop) {
    for (;;) {
        std::vector<Waiting> group;
        {
            std::unique_lock lock{mutex_};
            arrived_.wait(lock, stop, [this] { return !waiting_.empty(); });
            if (waiting_.empty()) return;  // stopped, and nothing is left
            group.swap(waiting_);
        }
        const bool stored = commit(group);
        for (const auto& waiting : group) waiting.done(stored);
        if (stored) inbox_changed_();
    }
}

bool Intake::commit(const std::vector<Waiting>& group) {
    try {
        store_.transact([&](Transaction& transaction) {
            for (const auto& waiting : group) store_.insert_inbox(transaction, waiting.row);
        });
        return true;
    } catch (const db::StorageError& error) {
        log::error("webhooks.not_stored", {{"storage_code", error.code()}, {"rows", group.size()}});
        return false;
    }
}

}  // namespace chukta
