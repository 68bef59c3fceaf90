#include "web/host.h"

namespace chukta::page {

void run(Page& page, Host& host, const Event& event) {
    for (const Effect& effect : update(page, event)) {
        if (const auto* request = std::get_if<Request>(&effect)) {
            host.send(*request);
        } else if (const auto* aborted = std::get_if<Abort>(&effect)) {
            host.abort(aborted->id);
        } else if (const auto* saved = std::get_if<Save>(&effect)) {
            host.save(saved->text);
        } else if (const auto* copy = std::get_if<Copy>(&effect)) {
            host.copy(copy->text);
        } else if (const auto* link = std::get_if<OpenLink>(&effect)) {
            const bool opened = host.open(*link);
            if (link->only_if_activated) run(page, host, {event.now_ms, LinkOpened{opened}});
        }
    }
}

}  // namespace chukta::page
