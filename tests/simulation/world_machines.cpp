// The machines of a world: processes that boot, work, stand still, and die.
#include <algorithm>

#include "tests/simulation/world.h"

namespace chukta::simulation {
namespace {

constexpr std::array<int, kParts> kThreads = {1, 4, 1};  // Applier, Dispatcher, Reconciler
constexpr std::array<const char*, kParts> kPartWords = {"applies", "dispatches", "reconciles"};

}  // namespace

void World::boot(std::size_t number) {
    auto& machine = machines_[number];
    if (machine.process) return;
    ++boots_;
    const auto seed = options_.seed * 1'000'003 + boots_;
    auto process = std::make_shared<Process>(
        *this, static_cast<int>(number), *machine.clock, shared_, *gateway_, settings(), seed
    );
    machine.process = process;
    story_.tell(now_, "machine", number, "boots");
    const bool up = run_in(process, [&] { process->engine.take_over(); });
    if (!up && !process->dead) kill(*process, dice_.between(500, 5'000));
}

void World::kill(Process& process, std::int64_t down_ms) {
    const auto number = static_cast<std::size_t>(process.machine);
    process.dead = true;
    *process.died_at = now_;
    story_.tell(now_, "machine", number, "dies");
    if (machines_[number].process.get() == &process) {
        machines_[number].process.reset();
        after(down_ms, [this, number] { boot(number); });
    }
}

void World::die(Process& process) {
    kill(process, dice_.strikes(800) ? dice_.between(200, 5'000) : dice_.between(5'000, 180'000));
    throw Crashed{};
}

void World::cut_power() {
    story_.tell(now_, "power cut");
    for (auto& machine : machines_) {
        const auto process = machine.process;
        if (process) kill(*process, dice_.between(1'000, 20'000));
    }
    options_.cut_power();
    inspector_.after_power_cut();
    due_known_ = false;
}

void World::tend_log() {
    if (options_.tend_log && !options_.tend_log()) cut_power();
}

void World::go_on(const Process& process) const {
    if (process.dead) throw Crashed{};
}

bool World::run_in(const std::shared_ptr<Process>& process, const std::function<void()>& work) {
    struct Frame {
        std::vector<Process*>& running;
        Frame(std::vector<Process*>& all, Process* one) : running{all} { running.push_back(one); }
        ~Frame() { running.pop_back(); }
    } frame{running_, process.get()};
    try {
        go_on(*process);
        work();
        return true;
    } catch (const Crashed&) {
        return false;
    } catch (const db::StorageError& error) {
        // The handler guard answers 503, the loops try again.
        story_.tell(now_, "storage failed", error.code());
        return false;
    }
}

std::shared_ptr<Process> World::pick_process() {
    std::vector<std::shared_ptr<Process>> up;
    for (const auto& machine : machines_) {
        if (machine.process) up.push_back(machine.process);
    }
    return up.empty() ? nullptr : dice_.one_of(up);
}

std::string World::some_order() {
    auto chosen = ledger_.orders.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(dice_.draw() % ledger_.orders.size()));
    return chosen->first;
}

bool World::ask_server(const std::function<void(Process&)>& request) {
    const auto process = pick_process();
    return process && run_in(process, [&] { request(*process); });
}

void World::disturb_machines() {
    if (calm()) return;
    if (options_.cut_power && dice_.strikes(40)) return cut_power();
    if (dice_.strikes(weather_.kill)) {
        if (const auto process = pick_process()) kill(*process, dice_.between(200, 60'000));
    }
    if (dice_.strikes(weather_.clock_jump)) {
        const auto machine = dice_.draw() % machines_.size();
        const auto skew =
            dice_.one_of<std::int64_t>({-3'600'000, 3'600'000, -1'000, 1'000, -300, 45'000});
        set_clock(machine, skew);
        story_.tell(now_, "clock of machine", machine, "jumps by", skew);
        after(dice_.between(1'000, 600'000), [this, machine] {
            set_clock(machine, 0);
            due_known_ = false;
        });
    }
}

void World::set_clock(std::size_t machine, std::int64_t skew_ms) {
    auto& skew = machines_[machine].clock->skew_ms;
    if (skew != 0 && skew_ms == 0) clocks_wrong_until_ = now_;
    skew = skew_ms;
}

bool World::clocks_right_since(EpochMs began, std::int64_t before_ms) const {
    const bool right = std::all_of(machines_.begin(), machines_.end(), [](const Machine& machine) {
        return machine.clock->skew_ms == 0;
    });
    return right && began - clocks_wrong_until_ > before_ms;
}

void World::between_transactions(Process& process) {
    go_on(process);
    inspector_.after_step();
    tend_log();
    go_on(process);
    if (!dice_.strikes(weather_.descheduled)) return;
    // Mostly for a moment; sometimes longer than any lease.
    pass_time(dice_.strikes(60) ? dice_.between(5'000, 90'000) : dice_.between(1, 1'500));
    go_on(process);
}

void World::before_commit(Process& process) {
    go_on(process);
    if (dice_.strikes(weather_.crash_at_commit)) die(process);
    if (dice_.strikes(weather_.commit_conflict)) {
        throw db::StorageError{db::StorageError::Kind::Conflict, 5};
    }
    if (dice_.strikes(weather_.disk_error)) {
        throw db::StorageError{db::StorageError::Kind::Broken, 13};
    }
}

void World::after_commit(Process& process) {
    inspector_.after_commit();
    due_known_ = false;
    if (dice_.strikes(weather_.crash_at_commit)) die(process);
    if (dice_.strikes(weather_.commit_unknown)) {
        ++commits_unheard_;
        throw db::StorageError{db::StorageError::Kind::Lost, 0};
    }
}

void World::pass_point(faults::Point point) {
    if (running_.empty() || !dice_.strikes(weather_.crash_at_point)) return;
    story_.tell(now_, "crash at", faults::word(point));
    die(*running_.back());
}

void World::read_due() {
    constexpr auto kSql =
        "SELECT (SELECT MIN(due_at_ms) FROM inbox WHERE merchant_id = $1 AND due_at_ms IS NOT "
        "NULL) AS inbox_due, (SELECT MIN(due_at_ms) FROM outbox WHERE merchant_id = $1 AND "
        "due_at_ms IS NOT NULL) AS outbox_due, (SELECT MIN(next_ask_at_ms) FROM attempts WHERE "
        "merchant_id = $1 AND next_ask_at_ms IS NOT NULL) AS ask_due, (SELECT MIN(next_ask_at_ms) "
        "FROM refunds WHERE merchant_id = $1 AND next_ask_at_ms IS NOT NULL) AS refund_due, "
        "(SELECT MAX(due_at_ms) FROM outbox WHERE merchant_id = $1 AND due_at_ms IS NOT NULL AND "
        "kind <> 'notify') AS last_call, (SELECT MAX(due_at_ms) FROM inbox WHERE merchant_id = $1 "
        "AND due_at_ms IS NOT NULL) AS last_news";
    Transaction transaction{shared_, db::Mode::Read};
    const auto rows = transaction.run(kSql, {std::string{"chai"}});
    due_ = {
        rows.front().optional_integer("inbox_due"),
        rows.front().optional_integer("outbox_due"),
        rows.front().optional_integer("ask_due")};
    const auto refund_due = rows.front().optional_integer("refund_due");
    auto& ask_due = due_[static_cast<std::size_t>(Part::Reconciler)];
    if (refund_due && (!ask_due || *refund_due < *ask_due)) ask_due = refund_due;
    const auto last = std::max(
        rows.front().optional_integer("last_call"), rows.front().optional_integer("last_news")
    );
    any_is_far_ = last && *last > now_ + Reconciler::kFarMs;
    due_known_ = true;
}

std::optional<World::Ready> World::next_ready() {
    if (!due_known_) read_due();
    std::vector<Ready> first;
    for (std::size_t number = 0; number < machines_.size(); ++number) {
        const auto& [clock, process] = machines_[number];
        if (!process) continue;
        for (std::size_t part = 0; part < kParts; ++part) {
            if (process->busy[part] >= kThreads[part]) continue;
            // When this machine's own clock says that it is due.
            auto due = due_[part];
            if (due) *due -= clock->skew_ms;
            // The Reconciler looks by itself for what nobody can have meant to be so late.
            if (static_cast<Part>(part) == Part::Reconciler && any_is_far_) {
                const auto look_at = process->looked_at + Reconciler::kFarEveryMs;
                due = due ? std::min(*due, look_at) : look_at;
            }
            if (!due) continue;
            const auto at = std::max({*due, process->rests_until[part], now_});
            if (!first.empty() && first.front().at < at) continue;
            if (!first.empty() && first.front().at > at) first.clear();
            first.push_back({at, number, static_cast<Part>(part)});
        }
    }
    if (first.empty()) return std::nullopt;
    // Drawn only by who works: looking must not change the story.
    return first[static_cast<std::size_t>(steps_) % first.size()];
}

void World::work(const Ready& ready) {
    const auto process = machines_[ready.machine].process;
    const auto part = static_cast<std::size_t>(ready.part);
    struct Busy {
        int& count;
        explicit Busy(int& c) : count{c} { ++count; }
        ~Busy() { --count; }
    } busy{process->busy[part]};
    story_.tell(now_, "machine", ready.machine, kPartWords[part]);
    if (ready.part == Part::Reconciler) process->looked_at = now_;
    bool worked = false;
    run_in(process, [&] { worked = process->run_once(ready.part); });
    process->rests_until[part] = now_ + (worked ? dice_.between(0, 20) : dice_.between(20, 250));
}

}  // namespace chukta::simulation
