#include "http/responder.h"

#include <utility>

namespace http {

Responder::State::State(std::shared_ptr<Mailbox> home, Address asker)
    : mailbox{std::move(home)}, to{asker} {}

Responder::State::~State() {
    if (!answered) mailbox->post({to, Ending::Forgotten});
}

Responder::Responder(std::shared_ptr<State> state) : state_{std::move(state)} {}

bool Responder::send(Response response) const {
    if (state_->answered.exchange(true)) return false;
    return state_->mailbox->post({state_->to, Ending::Answered, std::move(response)});
}

bool Responder::hang_up() const {
    if (state_->answered.exchange(true)) return false;
    return state_->mailbox->post({state_->to, Ending::HungUp});
}

bool Responder::alive() const { return !state_->client_gone; }

}  // namespace http
