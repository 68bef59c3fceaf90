/// @file
/// A file of JSON documents, so that a sandbox survives its own restart. SQLite keeps it whole.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

struct Document {
    std::string kind;
    std::string id;
    std::string text;
};

/// Not thread-safe. Every failure throws std::runtime_error: without its memory the sandbox would
/// tell another story than before.
class Store {
public:
    /// An empty path keeps nothing.
    explicit Store(const std::string& path);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// In the order in which they were first kept.
    void load(std::string_view kind, const std::function<void(std::string_view text)>& each);

    /// All or nothing.
    void save(
        const std::vector<Document>& documents,
        const std::vector<std::pair<std::string, std::string>>& gone
    );
    void clear();

private:
    void run(const char* sql);
    [[noreturn]] void fail(const char* doing);

    void* database_ = nullptr;
};

}  // namespace sandbox
