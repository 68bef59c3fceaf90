/// @file
/// Orders, payments and refunds as they behave at Cashfree. Pure: no sockets, no clock, no files;
/// the same seed and the same calls give the same answers, so a simulation can drive it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/entities.h"
#include "sandbox/ids.h"
#include "shared/result.h"

namespace sandbox {

/// Why the model refuses. `errors.h` has the answer that each becomes.
enum class ModelError {
    OrderExists,
    OrderNotFound,
    SessionInvalid,
    OrderInactive,
    PaymentNotFound,
    PaymentFinal,
    OrderNotPaid,
    RefundIdTaken,
    RefundTooLarge,
    RefundNotFound,
    RefundFinal,
    EntityNotFound,
    SimulationNotFound,
};

template <class T>
using ModelResult = chukta::Result<T, ModelError>;

struct NewPayment {
    std::string payment_session_id;
    Channel channel = Channel::Link;
    std::optional<std::string> upi_id;  ///< collect only
    int expiry_minutes = 5;             ///< collect only
    std::optional<Outcome> planned;     ///< a test id's
    std::int64_t planned_delay_ms = 0;
    std::int64_t close_out_ms = 0;  ///< link and qrcode
};

struct NewRefund {
    std::string order_id;
    std::string refund_id;
    Money amount;
    std::optional<std::string> note;
    std::string speed = "STANDARD";
    std::int64_t delay_ms = 0;
};

/// Something a webhook tells of, with the values at that moment.
struct Event {
    enum class Kind { Payment, Refund, AutoRefund };
    Kind kind = Kind::Payment;
    EpochMs at_ms = 0;
    Order order;
    Payment payment;
    Refund refund;  ///< Refund and AutoRefund only
};

/// What changed since it was last asked, for whoever keeps a copy.
struct Changes {
    std::set<std::string> orders;
    std::set<std::string> payments;
    std::set<std::string> refunds;  ///< by cf_refund_id
    std::set<std::string> simulations;
};

/// Sums over all payments and refunds, for the test that asks where the money is.
struct Ledger {
    Money captured;  ///< everything that ever reached us, also what was given back
    Money refunded;  ///< what was given back or is on its way
};

/// Not thread-safe. `now_ms` never goes back from call to call.
class Model {
public:
    Model(std::uint64_t seed, int id_digits, std::string merchant_id);

    /// asked: checked fields of a request; an empty order_id asks for one to be made, an expiry of
    /// 0 for the default. Status, times and Cashfree's own ids are set here.
    ModelResult<Order> create_order(Order asked, EpochMs now_ms);
    ModelResult<Order> terminate(std::string_view order_id);
    ModelResult<Payment> pay(const NewPayment& asked, EpochMs now_ms);
    /// The bank's word on a payment, now.
    ModelResult<Payment> settle(
        std::string_view cf_payment_id, const Outcome& outcome, EpochMs now_ms
    );
    /// A success is not one after all: given back by itself, or said to have failed. The order can
    /// be paid again.
    enum class Undone { GivenBack, Failed };
    static constexpr auto kTakenBack = "taken back";  ///< the message of one that failed so
    ModelResult<Payment> take_back(std::string_view cf_payment_id, Undone how, EpochMs now_ms);
    ModelResult<Payment> ignore(std::string_view cf_payment_id);
    ModelResult<Refund> refund(const NewRefund& asked, EpochMs now_ms);
    /// Ends a pending refund otherwise than by its own time: SUCCESS, CANCELLED, or ONHOLD.
    ModelResult<Refund> settle_refund(
        std::string_view refund_id, RefundStatus status, EpochMs now_ms
    );
    /// Records a simulation that settle() has already carried out.
    ModelResult<Simulation> record_simulation(Simulation simulation);

    /// Lets everything happen that is due: test ids, refunds, close-outs, expiries, in time order.
    void advance_to(EpochMs now_ms);
    std::optional<EpochMs> next_due_ms() const;

    /// A second success on a paid order: kept ("two attempts can both succeed", §3.5), or cancelled
    /// and refunded (default).
    void keep_second_success(bool keep) { keep_second_success_ = keep; }

    std::vector<Event> take_events();
    Changes take_changes();

    const Order* order(std::string_view order_id) const;
    const Order* order_of_session(std::string_view payment_session_id) const;
    const Payment* payment(std::string_view cf_payment_id) const;
    const Payment* payment_of_reference(std::string_view upi_reference) const;
    std::vector<const Payment*> payments_of(std::string_view order_id) const;
    std::vector<const Refund*> refunds_of(std::string_view order_id) const;
    const Refund* refund_of(std::string_view order_id, std::string_view refund_id) const;
    const Refund* refund_by_cf_id(std::string_view cf_refund_id) const;
    const Simulation* simulation(std::string_view simulation_id) const;
    const std::map<std::string, Order, std::less<>>& orders() const { return orders_; }
    const std::map<std::string, Payment, std::less<>>& payments() const { return payments_; }
    const std::map<std::string, Refund, std::less<>>& refunds() const { return refunds_; }
    Ledger ledger() const;

    /// Puts back what a copy kept; says nothing to anybody.
    void restore(Order order);
    void restore(Payment payment);
    void restore(Refund refund);
    void restore(Simulation simulation);

private:
    struct Due {
        EpochMs at_ms;
        int kind;  ///< order of things that are due in the same millisecond
        std::string id;
        auto operator<=>(const Due&) const = default;
    };

    void happen(const Due& due);
    void apply(Payment& payment, const Outcome& outcome, EpochMs now_ms);
    void succeed(Payment& payment, Order& order, EpochMs now_ms);
    void give_back(Payment& payment, const Order& order, EpochMs now_ms);
    void finish_refund(Refund& refund, RefundStatus status, EpochMs now_ms);
    void end_termination(Order& order);
    bool has_open_payment(std::string_view order_id) const;
    bool has_success(std::string_view order_id) const;
    void tell(Event::Kind kind, const Payment& payment, const Refund* refund, EpochMs now_ms);
    const Payment* payment_to_refund(std::string_view order_id, Money amount) const;
    Money left_of(const Payment& payment) const;
    std::string fresh_cf_id();

    IdMaker ids_;
    std::string merchant_id_;
    bool keep_second_success_ = false;
    std::map<std::string, Order, std::less<>> orders_;
    std::map<std::string, Payment, std::less<>> payments_;
    std::map<std::string, Refund, std::less<>> refunds_;  ///< by cf_refund_id
    std::map<std::string, Simulation, std::less<>> simulations_;
    std::map<std::string, std::string, std::less<>> order_of_session_;
    std::map<std::string, std::string, std::less<>> payment_of_reference_;
    std::map<std::string, std::string, std::less<>> refund_of_id_;  ///< merchant-wide (§6.2)
    std::map<std::string, std::vector<std::string>, std::less<>> payments_of_;
    std::map<std::string, std::vector<std::string>, std::less<>> refunds_of_;
    std::set<Due> due_;
    std::vector<Event> events_;
    Changes changes_;
};

}  // namespace sandbox
