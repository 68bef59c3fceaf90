/// @file
/// The grammar of a header field (RFC 9110 §5), shared by what we read and what we write. Pure.
#pragma once

#include <string_view>

namespace http {

/// A non-empty word of the characters allowed in a field name or method.
bool is_token(std::string_view text);

/// No control character but tab: a CR, LF or NUL would end the field early for some reader.
bool is_field_value(std::string_view text);

/// Equal without regard to ASCII case.
bool same_text(std::string_view a, std::string_view b);

/// Without blanks and tabs at both ends.
std::string_view trim_blanks(std::string_view text);

}  // namespace http
