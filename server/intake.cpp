#include "server/intake.h"

#include "server/faults.h"
#include "server/log.h"
#include "server/webhook_key.h"

namespace chukta {

Intake::Intake(Store& store, std::function<void()> inbox_changed)
    : store_{store}, inbox_changed_{std::move(inbox_changed)} {}

Intake::~Intake() {
    if (!writer_.joinable()) return;
    writer_.request_stop();
    arrived_.notify_all();
    writer_.join();
}

void Intake::start() {
    writer_ = std::jthread{[this](std::stop_token stop) { run(stop); }};
}

void Intake::accept(
    std::string raw_body, EpochMs received_at, std::function<void(bool stored)> done
) {
    Waiting waiting;
    waiting.row.kind = NewsKind::Webhook;
    // The same bytes again are the same news; a repeat that differs in a byte is settled by `step`.
    waiting.row.dedupe_key = webhook_key(raw_body);
    if (faults::planted(faults::Bug::AlikeIsTheSame)) {
        waiting.row.dedupe_key = raw_body.substr(0, raw_body.find("order_amount"));
    }
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
        {
            std::unique_lock lock{mutex_};
            arrived_.wait(lock, stop, [this] { return !waiting_.empty(); });
        }
        if (!run_once()) return;  // stopped, and nothing is left
    }
}

bool Intake::run_once() {
    std::vector<Waiting> group;
    {
        const std::lock_guard lock{mutex_};
        group.swap(waiting_);
    }
    if (group.empty()) return false;
    if (faults::planted(faults::Bug::AnsweredBeforeCommit)) {
        for (const auto& waiting : group) waiting.done(true);
    }
    const bool stored = commit(group);
    for (const auto& waiting : group) waiting.done(stored);
    if (stored) inbox_changed_();
    return true;
}

bool Intake::commit(const std::vector<Waiting>& group) {
    std::vector<const InboxRow*> rows;
    for (const auto& waiting : group) rows.push_back(&waiting.row);
    try {
        store_.transact([&](Transaction& transaction) {
            store_.insert_inbox(transaction, rows);
            faults::pass(faults::Point::IntakeBeforeCommit);
        });
        faults::pass(faults::Point::IntakeAfterCommit);
        return true;
    } catch (const db::StorageError& error) {
        log::error("webhooks.not_stored", {{"storage_code", error.code()}, {"rows", group.size()}});
        return false;
    }
}

}  // namespace chukta
