#include "server/log.h"

#include <spdlog/common.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <mutex>
#include <utility>

namespace chukta::log {

namespace {

/// Which request this thread works for, if any.
thread_local const RequestId* request = nullptr;

/// Where this thread's lines are kept for now, if anywhere.
thread_local std::string* kept = nullptr;

/// Where lines go instead of standard error, if anywhere.
std::function<void(std::string_view)> given_sink;
std::mutex given_sink_mutex;

void write_out(std::string_view lines) {
    if (!given_sink) {
        std::fwrite(lines.data(), 1, lines.size(), stderr);
        return;
    }
    const std::lock_guard lock{given_sink_mutex};
    for (auto end = lines.find('\n'); end != lines.npos; end = lines.find('\n')) {
        given_sink(lines.substr(0, end));
        lines.remove_prefix(end + 1);
    }
}

class Sink final : public spdlog::sinks::base_sink<std::mutex> {
private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (kept != nullptr) {
            kept->append(line.data(), line.size());
        } else {
            write_out({line.data(), line.size()});
        }
    }
    void flush_() override {}
};

std::shared_ptr<spdlog::logger> make_logger() {
    auto logger = std::make_shared<spdlog::logger>("chukta", std::make_shared<Sink>());
    // Our time, level and event are inside the pattern's braces, so that a line is one JSON object.
    logger->set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})", spdlog::pattern_time_type::utc
    );
    logger->set_level(spdlog::level::info);
    return logger;
}

const std::shared_ptr<spdlog::logger>& logger() {
    static const auto instance = make_logger();
    return instance;
}

spdlog::level::level_enum level_of(Level level) {
    switch (level) {
        case Level::Debug:
            return spdlog::level::debug;
        case Level::Info:
            return spdlog::level::info;
        case Level::Warning:
            return spdlog::level::warn;
        case Level::Error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

/// Ids were checked where they came in; escaping them again costs little and holds always.
void append_json_string(std::string& line, std::string_view text) {
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    line += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (byte < 0x20 || byte >= 0x7f) {
            line += "\\u00";
            line += kHexDigits[byte >> 4];
            line += kHexDigits[byte & 15];
        } else {
            line += c;
        }
    }
    line += '"';
}

bool is_word(std::string_view text) {
    constexpr std::size_t kWordLengthMax = 64;
    return text.size() <= kWordLengthMax && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == ':' || c == '-' || c == '/' || c == '{' ||
                      c == '}';
           });
}

void write(Level level, const char* event, Fields fields) {
    const auto& to = logger();
    if (!to->should_log(level_of(level))) return;
    std::string line = "\"event\":";
    append_json_string(line, event);
    if (request != nullptr) Field{"request", *request}.append_to(line);
    for (const Field& field : fields) field.append_to(line);
    to->log(level_of(level), spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace

Field::Field(const char* name, std::string_view word)
    : name_{name}, text_{is_word(word) ? word : std::string_view{"unprintable"}} {}

void Field::append_to(std::string& line) const {
    line += ',';
    append_json_string(line, name_);
    line += ':';
    if (is_number_) {
        line += std::to_string(number_);
    } else {
        append_json_string(line, text_);
    }
}

void debug(const char* event, Fields fields) { write(Level::Debug, event, fields); }
void info(const char* event, Fields fields) { write(Level::Info, event, fields); }
void warning(const char* event, Fields fields) { write(Level::Warning, event, fields); }
void error(const char* event, Fields fields) { write(Level::Error, event, fields); }

void set_level(Level level) { logger()->set_level(level_of(level)); }

void set_sink(std::function<void(std::string_view)> sink) { given_sink = std::move(sink); }

RequestId current_request() { return request == nullptr ? RequestId{} : *request; }

RequestScope::RequestScope(const RequestId& id)
    : previous_{std::exchange(request, id.str().empty() ? nullptr : &id)} {}
RequestScope::~RequestScope() { request = previous_; }

Together::Together() : previous_{std::exchange(kept, &lines_)} {}
Together::~Together() {
    kept = previous_;
    if (lines_.empty()) return;
    if (kept == nullptr) {
        write_out(lines_);
    } else if (kept->empty()) {
        kept->swap(lines_);
    } else {
        *kept += lines_;
    }
}

AtOnce::AtOnce() : previous_{std::exchange(kept, nullptr)} {}
AtOnce::~AtOnce() { kept = previous_; }

}  // namespace chukta::log
