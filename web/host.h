/// @file
/// The outside of the page: HTTP, storage, links. One in the browser, one in tests.
#pragma once

#include <string>

#include "web/page.h"

namespace chukta::page {

class Host {
public:
    virtual ~Host() = default;
    /// Answered later by an Answered event, also when it fails.
    virtual void send(const Request& request) = 0;
    /// Its answer is not reported any more.
    virtual void abort(int request) = 0;
    /// Keeps the text for this tab and order, through reloads.
    virtual void save(const std::string& text) = 0;
    /// Onto the clipboard; answered later by a Copied event.
    virtual void copy(const std::string& text) = 0;
    /// Whether the link was followed: not when it asked for an activation that is gone.
    virtual bool open(const OpenLink& link) = 0;
};

/// Gives the event to the page and does what it says.
void run(Page& page, Host& host, const Event& event);

}  // namespace chukta::page
