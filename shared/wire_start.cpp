#include <utility>

#include "shared/limits.h"
#include "shared/wire.h"
#include "shared/wire_read.h"

namespace chukta::wire {

using reading::is_object;
using reading::parse_object;
using reading::read;
using reading::read_optional;
using reading::read_word;
using reading::Value;

std::string encode(const StartAttempt& start) {
    // By hand, since the page has no writer of JSON; the server reads it as strictly as any other.
    std::string out = "{\"channel\":";
    const auto put = [&out](std::string_view text) { chukta::json::append_quoted(out, text); };
    put(word(start.channel));
    if (start.app) {
        out += ",\"app\":";
        put(word(*start.app));
    }
    if (start.vpa) {
        out += ",\"vpa\":";
        put(start.vpa->str());
    }
    if (start.replaces) out.append(",\"replaces\":").append(std::to_string(*start.replaces));
    out += ",\"device\":";
    put(word(start.device));
    return out += '}';
}

Result<StartAttempt, StartAttemptError> decode_start_attempt(std::string_view text) {
    if (text.size() > limits::kApiBodyMax) return failure(StartAttemptError::NotJson);
    const auto json = chukta::json::parse(text, limits::kJsonDepthMax);
    if (!json) return failure(StartAttemptError::NotJson);
    if (!is_object(&*json)) return failure(StartAttemptError::NotAnObject);

    StartAttempt start;
    if (!read_word(json->member("channel"), start.channel)) {
        return failure(StartAttemptError::ChannelInvalid);
    }
    if (!read_optional(json->member("app"), start.app, read_word<UpiApp>) ||
        start.app.has_value() != (start.channel == Channel::Intent)) {
        return failure(StartAttemptError::AppInvalid);
    }
    if (const Value* vpa = json->member("vpa")) {
        std::string typed;
        if (!read(vpa, typed, limits::kLinkLengthMax)) {
            return failure(StartAttemptError::VpaInvalid);
        }
        auto parsed = Vpa::parse(typed);
        if (!parsed) return failure(StartAttemptError::VpaInvalid);
        start.vpa = std::move(*parsed);
    }
    if (start.vpa.has_value() != (start.channel == Channel::Collect)) {
        return failure(StartAttemptError::VpaInvalid);
    }
    const auto read_index = [](const Value* index, int& out) {
        return read(index, out, 1, limits::kAttemptIndexMax);
    };
    if (!read_optional(json->member("replaces"), start.replaces, read_index)) {
        return failure(StartAttemptError::ReplacesInvalid);
    }
    std::string device;
    const bool device_is_text = read(json->member("device"), device, 40);
    const auto device_class = device_is_text ? device_class_from(device) : std::nullopt;
    if (!device_class) return failure(StartAttemptError::DeviceInvalid);
    start.device = *device_class;
    return start;
}

std::optional<Problem> decode_problem(std::string_view text) {
    const auto json = parse_object(text, limits::kApiBodyMax);
    if (!json) return std::nullopt;
    Problem problem;
    if (!read(json->member("status"), problem.status, 100, 599) ||
        !read(json->member("code"), problem.code, limits::kNameLengthMax)) {
        return std::nullopt;
    }
    // RFC 9457 lets any member be absent; only the code decides what the page does.
    const auto read_text = [&json](const char* name, std::string& out) {
        const Value* text_member = json->member(name);
        return text_member == nullptr || read(text_member, out, limits::kApiBodyMax);
    };
    if (!read_text("title", problem.title) || !read_text("detail", problem.detail)) {
        return std::nullopt;
    }
    return problem;
}

}  // namespace chukta::wire
