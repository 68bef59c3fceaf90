#include "http/client.h"

#include <curl/curl.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "http/field.h"

namespace http {
namespace {

constexpr std::size_t kResponseHeadBytesMax = 65536;

/// curl wants its global state made once, before threads use it.
void start_curl() {
    static const CURLcode started = ::curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw std::bad_alloc{};
}

/// What one call has received so far.
struct Incoming {
    ClientResponse response;
    std::size_t body_bytes_max = 0;
    std::size_t head_bytes = 0;
};

std::size_t take_body(char* bytes, std::size_t, std::size_t count, void* into) {
    auto& incoming = *static_cast<Incoming*>(into);
    auto& body = incoming.response.body;
    // Anything but `count` makes curl give up: the limit holds before the bytes are kept.
    if (count > incoming.body_bytes_max - body.size()) return 0;
    body.append(bytes, count);
    return count;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t count, void* into) {
    auto& incoming = *static_cast<Incoming*>(into);
    incoming.head_bytes += count;
    if (incoming.head_bytes > kResponseHeadBytesMax) return 0;
    std::string_view line{bytes, count};
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (line.substr(0, 5) == "HTTP/") {
        // A new status line: what came before it was "100 Continue" or its like.
        incoming.response.headers = {};
    } else if (colon != std::string_view::npos) {
        incoming.response.headers.add(
            std::string{line.substr(0, colon)}, std::string{trim_blanks(line.substr(colon + 1))}
        );
    }
    return count;
}

/// The header list as curl wants it. Wiped when it goes: some lines are credentials. (curl's own
/// send buffer cannot be reached; it is freed with the transfer.)
class HeaderLines {
public:
    HeaderLines() = default;
    HeaderLines(const HeaderLines&) = delete;
    HeaderLines& operator=(const HeaderLines&) = delete;
    ~HeaderLines() {
        for (auto* line = lines_; line != nullptr; line = line->next) {
            ::explicit_bzero(line->data, ::strlen(line->data));
        }
        ::curl_slist_free_all(lines_);
    }

    /// "Name: value"; an empty value is written as curl's "Name;", a bare "Name:" would remove it.
    void add(std::string_view name, std::string_view value) {
        std::string line;
        line.reserve(name.size() + value.size() + 2);
        line.append(name).append(value.empty() ? ";" : ": ").append(value);
        append(line.c_str());
        ::explicit_bzero(line.data(), line.size());
    }

    /// Keeps curl from sending a header of its own.
    void leave_out(std::string_view name) { append((std::string{name} + ":").c_str()); }

    curl_slist* get() const { return lines_; }

private:
    void append(const char* line) {
        auto* longer = ::curl_slist_append(lines_, line);
        if (longer == nullptr) throw std::bad_alloc{};
        lines_ = longer;
    }

    curl_slist* lines_ = nullptr;
};

bool well_formed(const ClientRequest& request) {
    const auto& fields = request.headers.fields();
    const auto& secrets = request.secret_headers;
    return is_token(request.method) && is_field_value(request.url) &&
           std::all_of(
               fields.begin(),
               fields.end(),
               [](const Header& field) {
                   return is_token(field.name) && is_field_value(field.value);
               }
           ) &&
           std::all_of(secrets.begin(), secrets.end(), [](const SecretHeader& field) {
               return is_token(field.name) && is_field_value(field.value);
           });
}

void fill(HeaderLines& lines, const ClientRequest& request) {
    for (const auto& field : request.headers.fields()) lines.add(field.name, field.value);
    for (const auto& field : request.secret_headers) lines.add(field.name, field.value);
    // curl would call any body a form and wait a second for "100 Continue" before a large one.
    if (request.headers.count("Content-Type") == 0) lines.leave_out("Content-Type");
    lines.leave_out("Expect");
}

/// curl sends a request again, on a new connection and without saying so, when a kept connection
/// breaks before the first byte of an answer. The first copy may have been acted on by then, so
/// only methods that may be repeated (RFC 9110 §9.2.2) go over kept connections.
bool repeatable(std::string_view method) {
    constexpr std::array<std::string_view, 5> kIdempotent = {
        "GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
    return std::find(kIdempotent.begin(), kIdempotent.end(), method) != kIdempotent.end();
}

/// curl takes 0 for "for ever"; no call here may last that long.
long milliseconds(std::chrono::milliseconds time) {
    return static_cast<long>(std::max<std::chrono::milliseconds::rep>(time.count(), 1));
}

void set_limits_and_trust(CURL* easy, const ClientRequest& request, const std::string& ca_file) {
    ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    ::curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    ::curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    // An empty proxy also switches off the proxies named by the environment.
    ::curl_easy_setopt(easy, CURLOPT_PROXY, "");
    ::curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    ::curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    ::curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    ::curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!ca_file.empty()) {
        ::curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
        ::curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    }
    ::curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connect_timeout));
    ::curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(request.timeout));
    ::curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
}

void set_message(CURL* easy, const ClientRequest& request) {
    ::curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    ::curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, repeatable(request.method) ? 0L : 1L);
    const bool sends_body = !request.body.empty() || request.method == "POST" ||
                            request.method == "PUT" || request.method == "PATCH";
    if (request.method == "HEAD") {
        ::curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (sends_body) {
        ::curl_easy_setopt(
            easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size())
        );
        ::curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    }
    if (request.method != "HEAD") {
        ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
}

/// Whether a byte of the request may have left, judged by what curl did and not by its error code:
/// a time-out is named alike before and after.
ClientError classify(CURL* easy) {
    long request_bytes = 0;
    curl_off_t ready_after_us = 0;
    ::curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    ::curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready_after_us);
    return request_bytes == 0 && ready_after_us == 0 ? ClientError::NotSent
                                                     : ClientError::MaybeSent;
}

}  // namespace

Client::Client(std::string ca_file) : easy_{nullptr}, ca_file_{std::move(ca_file)} {
    start_curl();
    easy_ = ::curl_easy_init();
    if (easy_ == nullptr) throw std::bad_alloc{};
}

Client::~Client() { ::curl_easy_cleanup(static_cast<CURL*>(easy_)); }

tl::expected<ClientResponse, ClientError> Client::send(const ClientRequest& request) {
    if (!well_formed(request)) return tl::make_unexpected(ClientError::NotSent);
    auto* easy = static_cast<CURL*>(easy_);
    // Forgets the last call's options; connections and TLS sessions stay.
    ::curl_easy_reset(easy);
    HeaderLines lines;
    fill(lines, request);
    Incoming incoming;
    incoming.body_bytes_max = request.response_bytes_max;
    set_limits_and_trust(easy, request, ca_file_);
    set_message(easy, request);
    ::curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines.get());
    ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take_body);
    ::curl_easy_setopt(easy, CURLOPT_WRITEDATA, &incoming);
    ::curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &take_header);
    ::curl_easy_setopt(easy, CURLOPT_HEADERDATA, &incoming);
    const CURLcode done = ::curl_easy_perform(easy);
    const auto error = classify(easy);
    long status = 0;
    ::curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    // The handle outlives this call; the credentials and buffers it points at do not.
    ::curl_easy_reset(easy);
    if (done != CURLE_OK) return tl::make_unexpected(error);
    incoming.response.status = static_cast<int>(status);
    return std::move(incoming.response);
}

}  // namespace http
