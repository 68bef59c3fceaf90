/// @file
/// The built page's files, held in memory from the start: a request looks a name up in a map, so no
/// path of a client ever meets the file system. Read-only after load; any thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace chukta {

class Assets {
public:
    /// Reads index.html (the template of the payment page) and every other file under web_root,
    /// with its .br and .gz variants beside it. Throws std::runtime_error naming what is missing: a
    /// server without a page must not start.
    static Assets load(const std::filesystem::path& web_root);

    /// The text of index.html with its placeholders.
    const std::string& page_template() const { return page_template_; }

    /// The base64 SHA-256 of what the template's <style> holds, for the page's CSP. The style is in
    /// the page, so that the first paint needs one round trip.
    const std::string& style_hash() const { return style_hash_; }

    /// The file of that name ("page.1f2e3d4c.wasm", "js/host.js"), in the best encoding the client
    /// accepts; nothing when there is none. if_none_match: the client's header, may be empty.
    std::optional<http::Response> find(
        std::string_view name, std::string_view accept_encoding, std::string_view if_none_match
    ) const;

private:
    struct Asset {
        std::string content_type;
        std::string etag;
        bool immutable = false;  ///< its name carries a hash of its content
        // Shared with every client that is being sent it.
        std::shared_ptr<const std::string> plain;
        std::shared_ptr<const std::string> brotli;  ///< null when there is none
        std::shared_ptr<const std::string> gzip;
    };

    std::string page_template_;
    std::string style_hash_;
    std::map<std::string, Asset, std::less<>> assets_;
};

/// Whether an Accept-Encoding header takes this coding (RFC 9110 §12.5.3): named or by '*', and not
/// with q=0.
bool accepts_encoding(std::string_view header, std::string_view coding);

}  // namespace chukta
