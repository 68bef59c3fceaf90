#include <utility>

#include "shared/limits.h"
#include "shared/wire.h"
#include "shared/wire_json.h"

namespace chukta::wire {

using namespace json;

std::string encode(const StartAttempt& start) {
    return dump({
        {"channel", word(start.channel)},
        {"app", word_or_null(start.app)},
        {"vpa", start.vpa ? Json(start.vpa->str()) : Json(nullptr)},
        {"replaces", start.replaces ? Json(*start.replaces) : Json(nullptr)},
        {"device", word(start.device)},
    });
}

Result<StartAttempt, StartAttemptError> decode_start_attempt(std::string_view text) {
    const auto json = parse(text, limits::kApiBodyMax);
    if (!json) return failure(StartAttemptError::NotJson);
    if (!json->is_object()) return failure(StartAttemptError::NotAnObject);

    StartAttempt start;
    if (!read_word(member(*json, "channel"), start.channel)) {
        return failure(StartAttemptError::ChannelInvalid);
    }
    if (!read_optional(member(*json, "app"), start.app, read_word<UpiApp>) ||
        start.app.has_value() != (start.channel == Channel::Intent)) {
        return failure(StartAttemptError::AppInvalid);
    }
    if (const Json* vpa = member(*json, "vpa")) {
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
    const auto read_index = [](const Json* index, int& out) {
        return read(index, out, 1, limits::kAttemptIndexMax);
    };
    if (!read_optional(member(*json, "replaces"), start.replaces, read_index)) {
        return failure(StartAttemptError::ReplacesInvalid);
    }
    std::string device;
    const bool device_is_text = read(member(*json, "device"), device, 40);
    const auto device_class = device_is_text ? device_class_from(device) : std::nullopt;
    if (!device_class) return failure(StartAttemptError::DeviceInvalid);
    start.device = *device_class;
    return start;
}

std::string encode(const Problem& problem) {
    return dump({
        {"type", "about:blank"},
        {"title", problem.title},
        {"status", problem.status},
        {"detail", problem.detail},
        {"code", problem.code},
    });
}

std::optional<Problem> decode_problem(std::string_view text) {
    const auto json = parse(text, limits::kApiBodyMax);
    if (!json || !json->is_object()) return std::nullopt;
    Problem problem;
    if (!read(member(*json, "status"), problem.status, 100, 599) ||
        !read(member(*json, "code"), problem.code, limits::kNameLengthMax)) {
        return std::nullopt;
    }
    // RFC 9457 lets any member be absent; only the code decides what the page does.
    const auto read_text = [&json](const char* name, std::string& out) {
        const Json* text_member = member(*json, name);
        return text_member == nullptr || read(text_member, out, limits::kApiBodyMax);
    };
    if (!read_text("title", problem.title) || !read_text("detail", problem.detail)) {
        return std::nullopt;
    }
    return problem;
}

}  // namespace chukta::wire
