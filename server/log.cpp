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

void write_out(std::string_view lines) { std::fwrite(lines.data(), 1, lines.size(), stderr); }

class StandardError final : public spdlog::sinks::base_sink<std::mutex> {
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

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit FunctionSink(std::function<void(std::string_view)> write) : write_{std::move(write)} {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        std::string_view text{line.data(), line.size()};
        while (text.ends_with('\n')) text.remove_suffix(1);
        write_(text);
    }
    void flush_() override {}

    std::function<void(std::string_view)> write_;
};

std::shared_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink) {
    auto logger = std::make_shared<spdlog::logger>("chukta", std::move(sink));
    // Our time, level and event are inside the pattern's braces, so that a line is one JSON object.
    logger->set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})", spdlog::pattern_time_type::utc
    );
    logger->set_level(spdlog::level::info);
    return logger;
}

spdlog::sink_ptr standard_error() { return std::make_shared<StandardError>(); }

std::shared_ptr<spdlog::logger>& logger() {
    static auto instance = make_logger(standard_error());
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

void set_sink(std::function<void(std::string_view)> sink) {
    const auto level = logger()->level();
    logger() =
        make_logger(sink ? std::make_shared<FunctionSink>(std::move(sink)) : standard_error());
    logger()->set_level(level);
}

RequestId current_request() { return request == nullptr ? RequestId{} : *request; }

RequestScope::RequestScope(const RequestId& id)
    : previous_{std::exchange(request, id.str().empty() ? nullptr : &id)} {}
RequestScope::~RequestScope() { request = previous_; }

Together::Together() : previous_{std::exchange(kept, &lines_)} {}
Together::~Together() {
    kept = previous_;
    if (kept != nullptr) {
        *kept += lines_;
    } else if (!lines_.empty()) {
        write_out(lines_);
    }
}

}  // namespace chukta::log
