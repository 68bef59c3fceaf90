/// @file
/// Fault points and planted bugs, for the simulation (docs/simulation.md) and for tests that kill
/// the process. They exist only in what links chukta_server_faults; everywhere else each call is
/// nothing, and tests/server/faults_test.cpp holds the program to it.
#pragma once

#ifdef CHUKTA_FAULTS
#include <functional>
#include <string_view>
#include <vector>
#endif

namespace chukta::faults {

/// Every place where a process may be ended, in the order in which one payment passes them.
/// "before_commit" stands inside the transaction: what ends there was never written.
#define CHUKTA_FAULT_POINTS(POINT)                                   \
    POINT(StartBeforeCommit, "start.before_commit")                  \
    POINT(StartAfterCommit, "start.after_commit")                    \
    POINT(OrderBeforeCommit, "order.before_commit")                  \
    POINT(OrderAfterCommit, "order.after_commit")                    \
    POINT(SessionBeforeCommit, "session.before_commit")              \
    POINT(SessionAfterCommit, "session.after_commit")                \
    POINT(PrepareBeforeCommit, "prepare.before_commit")              \
    POINT(PrepareAfterCommit, "prepare.after_commit")                \
    POINT(AttemptBeforeCommit, "attempt.before_commit")              \
    POINT(AttemptAfterCommit, "attempt.after_commit")                \
    POINT(CancelAttemptBeforeCommit, "cancel_attempt.before_commit") \
    POINT(CancelAttemptAfterCommit, "cancel_attempt.after_commit")   \
    POINT(CancelOrderBeforeCommit, "cancel_order.before_commit")     \
    POINT(CancelOrderAfterCommit, "cancel_order.after_commit")       \
    POINT(VerifyOrderBeforeCommit, "verify_order.before_commit")     \
    POINT(VerifyOrderAfterCommit, "verify_order.after_commit")       \
    POINT(RefundBeforeCommit, "refund.before_commit")                \
    POINT(RefundAfterCommit, "refund.after_commit")                  \
    POINT(DispatcherBeforeClaim, "dispatcher.before_claim")          \
    POINT(DispatcherAfterClaim, "dispatcher.after_claim")            \
    POINT(DispatcherBeforeBudget, "dispatcher.before_budget")        \
    POINT(DispatcherAfterBudget, "dispatcher.after_budget")          \
    POINT(DispatcherBeforeGiveBack, "dispatcher.before_give_back")   \
    POINT(DispatcherAfterGiveBack, "dispatcher.after_give_back")     \
    POINT(DispatcherBeforeCall, "dispatcher.before_call")            \
    POINT(DispatcherAfterCall, "dispatcher.after_call")              \
    POINT(DispatcherBeforeRecord, "dispatcher.before_record")        \
    POINT(DispatcherAfterRecord, "dispatcher.after_record")          \
    POINT(DispatcherBeforeLater, "dispatcher.before_later")          \
    POINT(DispatcherAfterLater, "dispatcher.after_later")            \
    POINT(DispatcherBeforeDrop, "dispatcher.before_drop")            \
    POINT(DispatcherAfterDrop, "dispatcher.after_drop")              \
    POINT(IntakeBeforeCommit, "intake.before_commit")                \
    POINT(IntakeAfterCommit, "intake.after_commit")                  \
    POINT(ApplierAfterClaim, "applier.after_claim")                  \
    POINT(ApplierBeforeCommit, "applier.before_commit")              \
    POINT(ApplierAfterCommit, "applier.after_commit")                \
    POINT(ApplierBeforePostpone, "applier.before_postpone")          \
    POINT(ApplierAfterPostpone, "applier.after_postpone")            \
    POINT(ReconcilerBeforeForget, "reconciler.before_forget")        \
    POINT(ReconcilerAfterForget, "reconciler.after_forget")          \
    POINT(ReconcilerBeforeHurry, "reconciler.before_hurry")          \
    POINT(ReconcilerAfterHurry, "reconciler.after_hurry")            \
    POINT(ReconcilerBeforeCommit, "reconciler.before_commit")        \
    POINT(ReconcilerAfterCommit, "reconciler.after_commit")          \
    POINT(NotifierBeforeCall, "notifier.before_call")                \
    POINT(NotifierAfterCall, "notifier.after_call")                  \
    POINT(NotifierBeforeRecord, "notifier.before_record")            \
    POINT(NotifierAfterRecord, "notifier.after_record")

/// Every deliberate bug that the simulation must find. A planted one replaces a rule by the mistake
/// that its name says.
#define CHUKTA_PLANTED_BUGS(BUG)                               \
    BUG(LateFailureTakesBack, "step.late_failure_takes_back")  \
    BUG(FailureIsFinal, "step.failure_is_final")               \
    BUG(AnySumPays, "sum.any_sum_pays")                        \
    BUG(WholeRupees, "sum.whole_rupees")                       \
    BUG(OpenOutranksPaid, "fold.open_outranks_paid")           \
    BUG(ClosedIsForgotten, "watch.closed_is_forgotten")        \
    BUG(NobodyAsks, "watch.nobody_asks")                       \
    BUG(UnknownIsDropped, "news.unknown_is_dropped")           \
    BUG(UnknownDoesNotWait, "news.unknown_does_not_wait")      \
    BUG(GraceIsIgnored, "news.grace_is_ignored")               \
    BUG(SurplusIsUnseen, "paid.surplus_is_unseen")             \
    BUG(TakenBackIsUnseen, "paid.taken_back_is_unseen")        \
    BUG(ToldAgain, "paid.told_again")                          \
    BUG(ForgedIsBelieved, "intake.forged_is_believed")         \
    BUG(AnsweredBeforeCommit, "intake.answered_before_commit") \
    BUG(AlikeIsTheSame, "intake.alike_is_the_same")            \
    BUG(AppliedApart, "applier.applied_apart")                 \
    BUG(DoneBeforeNews, "dispatcher.done_before_news")         \
    BUG(TimeoutIsFailure, "dispatcher.timeout_is_failure")     \
    BUG(CollectSentAgain, "dispatcher.collect_sent_again")     \
    BUG(CrashIsForgotten, "dispatcher.crash_is_forgotten")     \
    BUG(KeyForEachTry, "dispatcher.key_for_each_try")          \
    BUG(SecondTabCalls, "dispatcher.second_tab_calls")         \
    BUG(LeaseNeverEnds, "claims.lease_never_ends")             \
    BUG(PressKeyIgnored, "start.press_key_ignored")            \
    BUG(SecondTabStarts, "start.second_tab_starts")            \
    BUG(SecondTabIsForgotten, "start.second_tab_is_forgotten") \
    BUG(ReplacedStaysOpen, "start.replaced_stays_open")        \
    BUG(FourthFailure, "limits.fourth_failure")                \
    BUG(NoLastAttempt, "limits.no_last_attempt")               \
    BUG(ToldOnce, "notifier.told_once")                        \
    BUG(IdForEachTry, "notifier.id_for_each_try")              \
    BUG(OvertakenIsTold, "notifier.overtaken_is_told")         \
    BUG(ReplacedIsFailure, "told.replaced_is_failure")         \
    BUG(UntappedIsFailure, "told.untapped_is_failure")         \
    BUG(QuestionIsReview, "told.question_is_review")           \
    BUG(ReservedIsFree, "refund.reserved_is_free")             \
    BUG(RefundKeyIgnored, "refund.key_ignored")                \
    BUG(RefusalIsFinal, "refund.refusal_is_final")             \
    BUG(RefundTimeoutIsEnd, "refund.timeout_is_end")           \
    BUG(RefundCrashIsEnd, "refund.crash_is_end")               \
    BUG(RefundIdForEachTry, "refund.id_for_each_try")          \
    BUG(LatePendingReopens, "refund.late_pending_reopens")     \
    BUG(PriceIsSurplus, "refund.price_is_surplus")             \
    BUG(NobodyAsksOfRefunds, "refund.nobody_asks")             \
    BUG(RefundEndIsUntold, "refund.end_is_untold")

#define CHUKTA_FAULT_ENUMERATOR(identifier, name) identifier,
enum class Point { CHUKTA_FAULT_POINTS(CHUKTA_FAULT_ENUMERATOR) };
enum class Bug { CHUKTA_PLANTED_BUGS(CHUKTA_FAULT_ENUMERATOR) };
#undef CHUKTA_FAULT_ENUMERATOR

/// What stands on both sides of a commit that several have in common.
struct Commit {
    Point before;
    Point after;
};

#ifdef CHUKTA_FAULTS

/// The process passes this point. Any thread; what happens is set_handler's or arm's.
void pass(Point point);
/// Whether this bug is to be made. Any thread.
bool planted(Bug bug);

std::string_view word(Point point);
std::string_view word(Bug bug);
const std::vector<Point>& all_points();
const std::vector<Bug>& all_bugs();

/// In one process: called at every point; it may throw to end what runs. Empty: none. Not while
/// other threads pass points.
void set_handler(std::function<void(Point)> handler);
/// Not while other threads run.
void plant(Bug bug, bool active);

/// For whole processes: "name:n[:kill|stop]", several with commas. At the n-th pass (from 1) the
/// process kills itself (SIGKILL, the default) or stops (SIGSTOP, until somebody continues it).
/// False when a name or a number is unknown. Call while there is one thread.
bool arm(std::string_view settings);
/// "name", several with commas, as plant does.
bool plant_all(std::string_view names);

#else

// Macros of enumerators rather than of text: no name of a point reaches a binary that has none.
[[gnu::always_inline]] inline void pass(Point) {}
[[gnu::always_inline]] inline constexpr bool planted(Bug) { return false; }

#endif

}  // namespace chukta::faults
