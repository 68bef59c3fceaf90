/// @file
/// Reads the text of a QR code out of a PNG (docs/architecture.md §7): the only file that speaks to
/// libpng and ZBar. The picture comes from outside, so everything about it is bounded and an image
/// that is no image is an ordinary answer. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "shared/result.h"

namespace chukta {

enum class QrImageError {
    NotAnImage,  ///< no PNG, a broken one, or one beyond limits.h: not fit to be shown either
    NoCode,      ///< a picture in which not exactly one QR code could be read: show it as it is
};

/// The code's bytes as they are, without any conversion of characters.
Result<std::string, QrImageError> read_qr_png(std::string_view png);

}  // namespace chukta
