#include "server/intake.h"

#include <algorithm>
#include <iterator>
#include <new>

#include "server/faults.h"
#include "server/log.h"
#include "server/webhook_key.h"

namespace chukta {

namespace {

// A commit of more would keep the first of them waiting for the last.
constexpr std::size_t kGroupMax = 128;

}  // namespace

Intake::Intake(Store& store, Applier& applier, std::function<void()> inbox_changed)
    : store_{store},
      applier_{applier},
      inbox_changed_{std::move(inbox_changed)},
      applies_{!store.database().shared()} {}

Intake::~Intake() { stop(); }

void Intake::stop() {
    if (!writer_.joinable()) return;
    writer_.request_stop();
    arrived_.notify_all();
    writer_.join();
}

void Intake::start() {
    writer_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

void Intake::accept(
    std::string raw_body, EpochMs received_at, std::function<void(bool stored)> done
) {
    InboxRow row;
    row.kind = NewsKind::Webhook;
    // The same bytes again are the same news; a repeat that differs in a byte is settled by `step`.
    row.dedupe_key = webhook_key(raw_body);
    if (faults::planted(faults::Bug::AlikeIsTheSame)) {
        row.dedupe_key = raw_body.substr(0, raw_body.find("order_amount"));
    }
    row.body = std::move(raw_body);
    row.received_at = received_at;
    // Read by the thread that took it, since all of them wait for the one that writes.
    Waiting waiting{
        applies_ ? applier_.read(std::move(row)) : Applier::Arrived{std::move(row), {}},
        std::move(done)};
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(std::move(waiting));
    }
    arrived_.notify_one();
}

void Intake::run(const std::stop_token& stop) {
    for (;;) {
        {
            std::unique_lock lock{mutex_};
            arrived_.wait(lock, stop, [this] { return !waiting_.empty(); });
        }
        if (!run_once()) return;  // stopped, and nothing is left
    }
}

std::vector<Intake::Waiting> Intake::next_group() {
    std::vector<Waiting> group;
    const std::lock_guard lock{mutex_};
    const auto end =
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kGroupMax));
    group.assign(std::move_iterator{waiting_.begin()}, std::move_iterator{end});
    waiting_.erase(waiting_.begin(), end);
    return group;
}

bool Intake::run_once() {
    auto group = next_group();
    if (group.empty()) return false;
    if (faults::planted(faults::Bug::AnsweredBeforeCommit)) {
        for (const auto& waiting : group) waiting.done(true);
    }
    if (applies_ && commit_applied(group)) return true;
    const bool stored = commit(group);
    for (const auto& waiting : group) waiting.done(stored);
    if (stored) inbox_changed_();
    return true;
}

bool Intake::commit_applied(std::vector<Waiting>& group) {
    std::vector<Applier::Arrived*> webhooks;
    webhooks.reserve(group.size());
    for (auto& waiting : group) {
        webhooks.push_back(&waiting.news);
    }
    const log::Together together;  // no answer waits for the log
    std::vector<Applier::Applied> applied;
    try {
        applied = store_.transact([&](Transaction& transaction) {
            auto all = applier_.take_in(transaction, webhooks);
            faults::pass(faults::Point::IntakeBeforeCommit);
            return all;
        });
    } catch (const db::StorageError& error) {
        // The Applier finds out which of them it is; all are kept first.
        log::error("webhooks.not_applied", {{"storage_code", error.code()}});
        return false;
    } catch (const std::bad_alloc&) {
        log::error("webhooks.not_applied");
        return false;
    }
    faults::pass(faults::Point::IntakeAfterCommit);
    for (const auto& waiting : group) waiting.done(true);
    applier_.tell(applied);
    return true;
}

bool Intake::commit(const std::vector<Waiting>& group) {
    std::vector<const InboxRow*> rows;
    rows.reserve(group.size());
    for (const auto& waiting : group) rows.push_back(&waiting.news.row);
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
