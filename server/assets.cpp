#include "server/assets.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "server/crypto.h"

namespace chukta {

namespace {

namespace fs = std::filesystem;

struct Type {
    std::string_view extension;
    std::string_view content_type;
};
constexpr Type kTypes[] = {
    {".wasm", "application/wasm"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
};

/// Files that are not meant for browsers (maps, stamps) have no type here and are not served.
std::string_view content_type_of(const fs::path& file) {
    const auto extension = file.extension().string();
    for (const auto& type : kTypes) {
        if (type.extension == extension) return type.content_type;
    }
    return {};
}

std::string read_file(const fs::path& file) {
    std::ifstream stream{file, std::ios::binary};
    if (!stream) throw std::runtime_error("cannot read " + file.filename().string());
    return {std::istreambuf_iterator<char>{stream}, {}};
}

std::shared_ptr<const std::string> read_shared(const fs::path& file) {
    return std::make_shared<const std::string>(read_file(file));
}

std::shared_ptr<const std::string> read_if_there(fs::path file, const char* suffix) {
    file += suffix;
    if (!fs::is_regular_file(file) || fs::is_empty(file)) return nullptr;
    return read_shared(file);
}

/// "page.1f2e3d4c.wasm" or "page-1f2e3d4c.wasm": a part of at least eight hex digits before the
/// last extension, as the build writes it.
bool name_carries_hash(std::string_view name) {
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos) return false;
    const auto stem = name.substr(0, dot);
    const auto mark = stem.find_last_of(".-");
    if (mark == std::string_view::npos) return false;
    const auto part = stem.substr(mark + 1);
    return part.size() >= 8 && part.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// What stands between the template's <style> and </style>.
std::string_view style_of(std::string_view html) {
    constexpr std::string_view kOpen = "<style>", kClose = "</style>";
    const auto open = html.find(kOpen);
    if (open == std::string_view::npos) return {};
    const auto from = open + kOpen.size();
    return html.substr(from, html.find(kClose, from) - from);
}

bool is_zero_quality(std::string_view parameters) {
    const auto q = parameters.find("q=");
    if (q == std::string_view::npos) return false;
    const auto value = trim(parameters.substr(q + 2));
    return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts_encoding(std::string_view header, std::string_view coding) {
    bool by_star = false;
    while (!header.empty()) {
        const auto comma = header.find(',');
        const auto item = header.substr(0, comma);
        header = comma == std::string_view::npos ? "" : header.substr(comma + 1);
        const auto semicolon = item.find(';');
        const auto name = trim(item.substr(0, semicolon));
        const bool refused =
            semicolon != std::string_view::npos && is_zero_quality(item.substr(semicolon));
        if (name == coding) return !refused;
        if (name == "*") by_star = !refused;
    }
    return by_star;
}

Assets Assets::load(const fs::path& web_root) {
    if (!fs::is_regular_file(web_root / "index.html")) {
        throw std::runtime_error("WEB_ROOT has no index.html: build the page first");
    }
    Assets assets;
    assets.page_template_ = read_file(web_root / "index.html");
    assets.style_hash_ = crypto::base64_encode(crypto::sha256(style_of(assets.page_template_)));
    // The build may put the files beside index.html or into assets/: their URL is the same.
    const fs::path below = fs::is_directory(web_root / "assets") ? web_root / "assets" : web_root;
    for (const auto& entry : fs::recursive_directory_iterator{below}) {
        if (!entry.is_regular_file()) continue;
        const fs::path& file = entry.path();
        const auto content_type = content_type_of(file);
        if (content_type.empty() || file == web_root / "index.html") continue;
        Asset asset;
        asset.content_type = content_type;
        asset.plain = read_shared(file);
        asset.brotli = read_if_there(file, ".br");
        asset.gzip = read_if_there(file, ".gz");
        asset.etag = crypto::sha256_hex(*asset.plain).substr(0, 32);
        asset.immutable = name_carries_hash(file.filename().string());
        assets.assets_.emplace(fs::relative(file, below).generic_string(), std::move(asset));
    }
    return assets;
}

std::optional<http::Response> Assets::find(
    std::string_view name, std::string_view accept_encoding, std::string_view if_none_match
) const {
    const auto found = assets_.find(name);
    if (found == assets_.end()) return std::nullopt;
    const Asset& asset = found->second;
    const bool brotli = asset.brotli && accepts_encoding(accept_encoding, "br");
    const bool gzip = !brotli && asset.gzip && accepts_encoding(accept_encoding, "gzip");
    // Each coding is another representation and has its own tag (RFC 9110 §8.8.3).
    const std::string etag = "\"" + asset.etag + (brotli ? "-br" : gzip ? "-gz" : "") + "\"";

    http::Response response;
    response.headers.add("Content-Type", asset.content_type);
    response.headers.add("Vary", "Accept-Encoding");
    response.headers.add("ETag", etag);
    response.headers.add(
        "Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache"
    );
    if (if_none_match == etag) {
        response.status = 304;
        return response;
    }
    if (brotli || gzip) response.headers.add("Content-Encoding", brotli ? "br" : "gzip");
    response.shared_body = brotli ? asset.brotli : gzip ? asset.gzip : asset.plain;
    return response;
}

}  // namespace chukta
