#include "http/reply.h"

#include <pistache/http_defs.h>

#include <algorithm>
#include <string_view>

#include "http/field.h"

namespace http {
namespace {

bool bodiless(int status) { return status == 204 || status == 304; }

bool is_ours(std::string_view name) {
    return same_text(name, "Content-Length") || same_text(name, "Connection") ||
           same_text(name, "Transfer-Encoding");
}

}  // namespace

bool writable(const Response& response) {
    if (response.status < 200 || response.status > 599) return false;
    const auto& fields = response.headers.fields();
    return std::all_of(fields.begin(), fields.end(), [](const Header& field) {
        return is_token(field.name) && is_field_value(field.value);
    });
}

bool sends_content(const Response& response, const ReplyForm& form) {
    return !form.head_only && !bodiless(response.status);
}

std::string reply_head(const Response& response, const ReplyForm& form) {
    std::string bytes = form.minor_version == 0 ? "HTTP/1.0 " : "HTTP/1.1 ";
    bytes += std::to_string(response.status);
    bytes += ' ';
    bytes += Pistache::Http::codeString(static_cast<Pistache::Http::Code>(response.status));
    bytes += "\r\n";
    for (const auto& field : response.headers.fields()) {
        if (is_ours(field.name)) continue;
        bytes.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    if (!bodiless(response.status)) {
        bytes += "Content-Length: " + std::to_string(response.content().size()) + "\r\n";
    }
    bytes += form.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return bytes;
}

}  // namespace http
