#include "http/framing.h"

#include <algorithm>
#include <utility>

namespace http {
namespace {

constexpr std::string_view kLineBreak = "\r\n";
constexpr std::string_view kEndOfHead = "\r\n\r\n";

/// How many of the last bytes may be the beginning of `end`: they are not yet known to belong to
/// what stands before it.
std::size_t begun(std::string_view text, std::string_view end) {
    for (std::size_t count = std::min(text.size(), end.size() - 1); count > 0; --count) {
        if (text.ends_with(end.substr(0, count))) return count;
    }
    return 0;
}

/// Below this, moving the rest to the front is cheaper than keeping the dead bytes.
constexpr std::size_t kDeadBytesMax = 4096;

}  // namespace

void Framing::append(std::string_view bytes) { bytes_.append(bytes); }

Frame Framing::take() {
    if (!head_) {
        // RFC 9112 §2.2: an empty line before the request line is ignored; more than one is not.
        if (!line_skipped_ && std::string_view{bytes_}.substr(begin_, 2) == kLineBreak) {
            drop(2);
            line_skipped_ = true;
        }
        if (const auto refusal = find_head()) return refuse(*refusal);
        if (!head_) return NeedMore{};
    }
    if (buffered() < head_->body_bytes) {
        return NeedMore{true, head_->continue_expected && buffered() == 0};
    }
    Framed framed{std::move(head_->request), head_->minor_version, head_->keep_alive};
    framed.request.body = bytes_.substr(begin_, head_->body_bytes);
    drop(head_->body_bytes);
    head_.reset();
    line_skipped_ = false;
    return framed;
}

/// Reads the head as soon as it is whole; a refusal as soon as it is certain.
std::optional<Refusal> Framing::find_head() {
    const std::string_view unread = std::string_view{bytes_}.substr(begin_);
    if (!line_seen_) {
        const auto line_end = unread.find(kLineBreak, scanned_);
        line_seen_ = line_end != std::string_view::npos;
        const auto length = line_seen_ ? line_end : unread.size() - begun(unread, kLineBreak);
        if (length > limits_.request_line_bytes) return Refusal{414};
        scanned_ = line_seen_ ? line_end : unread.size() - std::min<std::size_t>(unread.size(), 1);
        if (!line_seen_) return std::nullopt;
    }
    const auto end = unread.find(kEndOfHead, scanned_);
    const bool whole = end != std::string_view::npos;
    const auto length = whole ? end : unread.size() - begun(unread, kEndOfHead);
    if (length > limits_.header_bytes) return Refusal{431};
    if (!whole) {
        // Three bytes of the four may be here already, but never those before the line's own end.
        scanned_ = std::max(scanned_, unread.size() - std::min<std::size_t>(unread.size(), 3));
        return std::nullopt;
    }
    auto read = read_head(unread.substr(0, end + kLineBreak.size()), limits_);
    if (const auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
    head_ = std::get<RequestHead>(std::move(read));
    drop(end + kEndOfHead.size());
    return std::nullopt;
}

Frame Framing::refuse(Refusal refusal) {
    drop(buffered());
    head_.reset();
    return refusal;
}

void Framing::drop(std::size_t count) {
    begin_ += count;
    scanned_ = 0;
    line_seen_ = false;
    if (begin_ == bytes_.size()) {
        // Given back, not kept: thousands of idle connections wait here between requests.
        std::string{}.swap(bytes_);
        begin_ = 0;
    } else if (begin_ > kDeadBytesMax) {
        bytes_.erase(0, begin_);
        begin_ = 0;
    }
}

}  // namespace http
