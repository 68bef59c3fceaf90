/// @file
/// One connection of libpq with a deadline on every answer: a database that hangs costs a thread
/// seconds, not forever. The timeouts are set inside each transaction (SET LOCAL), because a pooler
/// may give the next one another connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/db/database.h"

struct pg_conn;
struct pg_result;

namespace chukta::db {

class PostgresParameters;

/// Of a StorageError: the server said nothing for longer than its own timeouts allow.
inline constexpr std::string_view kNoAnswer = "08T00";

/// Used by one thread at a time. Every function but roll_back throws StorageError.
class PostgresSession {
public:
    /// Connects.
    explicit PostgresSession(const std::string& url);
    ~PostgresSession();
    PostgresSession(const PostgresSession&) = delete;
    PostgresSession& operator=(const PostgresSession&) = delete;

    void begin(Mode mode);
    Rows run(std::string_view sql, std::span<const Value> values);
    std::size_t written() const { return written_; }
    /// Sends a statement with the next one: that one's answer, or the commit's, throws for it.
    void post(std::string_view sql, std::span<const Value> values);
    void commit();
    void roll_back() noexcept;

    /// Whether the next transaction may use it: alive, and in none now.
    bool idle() const noexcept;

private:
    class Result;
    /// The answer to what was sent. Whatever goes wrong with the connection drops it.
    Result answer();
    /// Sends what was posted and what was sent after it, and reads all answers: the last one's
    /// result. Throws the first error.
    Result settle();
    /// A statement that the server does not keep.
    Rows run_nameless(const std::string& text, const PostgresParameters& parameters);
    void send_prepared(std::string_view name, const PostgresParameters& parameters);
    Result execute(const char* statements);
    /// Its rows, and how many it wrote.
    Rows take(pg_result* result);
    void send(bool sent);
    void wait_until_read(std::chrono::steady_clock::time_point deadline);
    [[noreturn]] void fail(const pg_result* result);
    [[noreturn]] void lose(std::string_view code);
    static void note_warning(void* self, const pg_result* notice);
    bool is_direct();
    void begin_look();
    /// The name under which the server keeps this statement parsed and planned; empty: it does not.
    std::string_view prepared(const std::string& sql, const PostgresParameters& parameters);

    pg_conn* connection_ = nullptr;  ///< null once it is lost
    std::size_t written_ = 0;        ///< rows of the last statement
    std::size_t posted_ = 0;         ///< statements whose answer is still to be read
    Mode mode_ = Mode::Look;
    std::chrono::milliseconds patience_{0};
    bool warned_ = false;
    /// Whether nobody stands between us and the server; asked before the first transaction.
    std::optional<bool> direct_;
    std::unordered_map<std::string, std::string> prepared_;  ///< statement to name
    std::uint64_t uses_ = 0;  ///< statements since the plans were last made
    std::uint64_t plans_last_;
};

}  // namespace chukta::db
