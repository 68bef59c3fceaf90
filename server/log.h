/// @file
/// One JSON line per fact. A field takes ids, integers and fixed words: free text does not compile,
/// so that no body, header, token, name or address of a person reaches a log (product.md §5, Logs).
/// The only files of server/ that speak to spdlog are this one's. Any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "shared/ids.h"
#include "shared/vpa.h"

namespace chukta::log {

/// One named value of a line. The name is a literal.
class Field {
public:
    template <class Tag>
    Field(const char* name, const Id<Tag>& id) : name_{name}, text_{id.str()} {}
    /// A shop may use a phone number or an e-mail address as its customer's id.
    Field(const char* name, const CustomerId&) = delete;

    template <std::integral Number>
    requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
        Field(const char* name, Number number)
        : name_{name}, is_number_{true}, number_{static_cast<std::int64_t>(number)} {}
    Field(const char* name, bool) = delete;

    /// A word of an enum's table, or a literal. Anything that is not [A-Za-z0-9_.:/{}-]{0,64} is
    /// written as "unprintable": a guard for the day somebody passes a view of something else.
    Field(const char* name, std::string_view word);
    Field(const char* name, const char* word) : Field{name, std::string_view{word}} {}
    Field(const char* name, const std::string&) = delete;
    Field(const char* name, std::string&&) = delete;

    /// Written masked: "as***@okaxis".
    Field(const char* name, const Vpa& vpa) : name_{name}, text_{vpa.masked()} {}

    void append_to(std::string& line) const;

private:
    const char* name_;
    bool is_number_ = false;
    std::int64_t number_ = 0;
    std::string text_;
};

using Fields = std::initializer_list<Field>;

enum class Level { Debug, Info, Warning, Error };

/// `event` is a literal, "noun.past_participle": "attempt.advanced".
void debug(const char* event, Fields fields = {});
void info(const char* event, Fields fields = {});
void warning(const char* event, Fields fields = {});
void error(const char* event, Fields fields = {});

/// Lines below this level are not written. Default: Info.
void set_level(Level level);

/// Where lines go, each without its newline. Default: standard error. For tests; an empty function
/// restores the default. Not while other threads log.
void set_sink(std::function<void(std::string_view line)> sink);

/// A request's own name: accepted from the client when it looks like one, carried through every
/// line that is written on its behalf, and sent back.
using RequestId = Id<struct RequestIdTag>;

/// The id of the request that this thread works for; empty where it works for none.
RequestId current_request();

/// Until its end this thread works for that request, or for none when the id is empty: its lines
/// carry the id, and so does what it writes and whom it calls. `id` outlives the scope.
class RequestScope {
public:
    explicit RequestScope(const RequestId& id);
    ~RequestScope();
    RequestScope(const RequestScope&) = delete;
    RequestScope& operator=(const RequestScope&) = delete;

private:
    const RequestId* previous_;
};

/// Until its end this thread's lines are kept, and then written at once: a group of a hundred
/// orders is one write. Who ends the process meanwhile (an assertion, a planted crash) takes them
/// along.
class Together {
public:
    Together();
    ~Together();
    Together(const Together&) = delete;
    Together& operator=(const Together&) = delete;

    /// What was kept so far is not written.
    void drop() { lines_.clear(); }

private:
    std::string lines_;  ///< no memory until there is one
    std::string* previous_;
};

/// Until its end this thread's lines are kept, and then written together if what they tell of has
/// happened, or else dropped. Each try of db::transact is in one, so that what becomes of a row is
/// logged where it is decided: once, and not before it is so.
class Provisional {
public:
    Provisional() = default;
    ~Provisional() {
        if (!confirmed_) lines_.drop();
    }
    Provisional(const Provisional&) = delete;
    Provisional& operator=(const Provisional&) = delete;

    /// It has happened.
    void confirm() { confirmed_ = true; }

private:
    Together lines_;
    bool confirmed_ = false;
};

/// Until its end this thread's lines are written as they come, inside the two above, too: what is
/// so whatever becomes of a transaction, such as that the database is away.
class AtOnce {
public:
    AtOnce();
    ~AtOnce();
    AtOnce(const AtOnce&) = delete;
    AtOnce& operator=(const AtOnce&) = delete;

private:
    std::string* previous_;
};

}  // namespace chukta::log
