/// @file
/// The settings of one process, read once from the environment and checked as a whole. config.cpp
/// is the only file that reads the environment; secrets are taken out of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/client_address.h"
#include "server/orders.h"
#include "server/secret.h"
#include "server/web_url.h"
#include "shared/result.h"

namespace chukta {

/// The gateway's address and credentials, to be moved into its client.
struct CashfreeSettings {
    WebUrl base_url;  ///< "https://api.cashfree.com/pg", without a slash at the end
    Secret client_id;
    Secret client_secret;
    Secret client_secret_previous;  ///< empty but during a rotation
    std::string ca_file;            ///< empty: the system's authorities
};

/// Where the shop hears of its orders; nobody tells it anything when there is no URL.
struct ShopWebhookSettings {
    std::optional<WebUrl> url;
    Secret key;           ///< the decoded bytes of what follows "whsec_"
    Secret previous_key;  ///< may be empty
};

/// Everything the environment says. Moves, never copies.
struct Config {
    std::string listen_address;
    std::uint16_t port = 0;
    std::uint16_t metrics_port = 0;  ///< 0: no metrics listener
    WebUrl public_url;               ///< without a slash at the end
    Secret database_url;
    std::filesystem::path web_root;
    OrderPolicy policy;
    WatchPolicy watch;
    std::int64_t shop_requests_per_s = 500;
    std::vector<Secret> shop_api_keys;  ///< current first, then the previous one if any
    std::vector<Secret> token_keys;     ///< current first, then the previous one if any
    ShopWebhookSettings shop_webhook;
    std::vector<std::string> allowed_origins;
    CashfreeSettings cashfree;
    std::vector<AddressBlock> trusted_proxies;
    std::string frame_ancestors;  ///< the value of the CSP directive: "'none'" or origins
    bool development = false;

    /// The value of a variable, or nothing. Secrets are looked up once.
    using Environment = std::function<std::optional<std::string>(const char* name)>;

    /// All that is wrong with the settings, each line naming the variable and never its value.
    using Complaints = std::vector<std::string>;

    static Result<Config, Complaints> read(const Environment& environment);

    /// Reads the process's environment, wiping secrets from it. Call while there is one thread.
    static Result<Config, Complaints> from_environment();
};

/// The readiness address of the server that these variables start, for `chukta health`.
std::string health_url_from_environment();

}  // namespace chukta
