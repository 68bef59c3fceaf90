/// @file
/// What the address of the page asks for (/pay/{order_id}?lang=hi&choose=1): the state that a page
/// without JavaScript can keep nowhere else. The server draws by it, and the module starts from it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "shared/device.h"
#include "shared/messages.h"

namespace chukta {

struct PageQuery {
    std::optional<Language> language;   ///< lang=hi
    std::optional<DeviceClass> device;  ///< device=desktop: the customer chose the other layout
    bool choosing = false;              ///< choose=1: the methods, though an attempt is open
    bool more_open = false;             ///< more=1: iOS, further apps and the QR
    bool items_open = false;            ///< items=1
    bool choose_again = false;          ///< again=1: a press that could not be carried out
};

/// Unknown parameters and values are skipped. Of a parameter given twice the first counts: a form's
/// button stands before its hidden fields.
PageQuery read_page_query(std::string_view query);

/// "" or "?lang=hi&device=desktop".
std::string query_text(const PageQuery& query);

/// The query with the choices that last as they are now, and without what has been done. What it
/// does not know stays where it was.
std::string kept_query(
    std::string_view query, std::optional<Language> language, std::optional<DeviceClass> device
);

}  // namespace chukta
