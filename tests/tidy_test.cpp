// Reads the tree and holds it to its own rules (docs/architecture.md): who may include whom, where
// a library is spoken to, words that have a replacement, and how long a file may be. The tables at
// the top are the rules; everything below only reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

using Paths = std::vector<std::string>;  ///< regular expressions over paths from the root

// ---- Rules: arrows between folders -------------------------------------------------------------

const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"shared", {"shared"}},
    {"web", {"web", "shared"}},
    {"server", {"server", "shared", "http"}},
    {"sandbox", {"sandbox", "shared", "http"}},
    {"http", {"http"}},
    {"tests", {"tests", "shared", "web", "server", "sandbox", "http"}},
    {"bench", {"bench", "tests", "shared", "web", "server", "sandbox", "http"}},
};

// ---- Rules: libraries --------------------------------------------------------------------------

struct Library {
    std::string header;  ///< as its include begins
    Paths spoken_in;     ///< tests/ and bench/ are always allowed
};

const Library kLibraries[] = {
    {"pistache/", {"^http/"}},
    {"curl/", {"^http/client\\.cpp$"}},
    {"nlohmann/",
     {"^shared/wire_write\\.cpp$",
      "^(server|sandbox)/(.*/)?wire[^/]*\\.(h|cpp)$",
      "_wire\\.(h|cpp)$"}},
    {"rapidjson/", {"^server/rapid_json\\.h$"}},
    {"imgui", {"^web/(painter|widgets|canvas_font|host_web|imgui_config)[^/]*$"}},
    {"qrcodegen", {"^shared/qr\\.cpp$", "^sandbox/(qr|png)[^/]*$"}},
    {"brotli/", {"^server/compressor\\.cpp$"}},
    {"zlib.h", {"^server/compressor\\.cpp$"}},
    {"sqlite3.h", {"^server/db/sqlite[^/]*$", "^sandbox/store\\.cpp$"}},
    {"libpq-fe.h", {"^server/db/postgres[^/]*$"}},
    {"spdlog/", {"^server/log\\.cpp$"}},
};

// ---- Rules: words ------------------------------------------------------------------------------

struct BannedWord {
    std::string word;
    std::string instead;
    Paths allowed_in;
};

/// Looked for in code, as whole words, without comments and texts.
const BannedWord kBannedWords[] = {
    {"system_clock",
     "Clock (server/clock.h)",
     {"^server/clock\\.cpp$", "^sandbox/([^/]+/)?clock\\.(h|cpp)$", "^tests/", "^bench/"}},
    {"getenv", "the Config read once in main", {"(^|/)config\\.cpp$", "^tests/", "^bench/"}},
    {"double",
     "Money; a double never holds an amount",
     {"/wire[^/]*\\.cpp$",
      "_wire\\.(cpp|h)$",
      "^web/",
      "^tests/",
      "^bench/",
      "^server/metrics\\.(h|cpp)$"}},
    {"CURLOPT_VERBOSE", "nothing: it prints credentials", {}},
    {"serveFile", "server's own static files (facts/pistache.md D6)", {}},
    {"Rest::Router", "http::Router (facts/pistache.md D7)", {}},
    {"timeoutAfter", "ServerLimits::handler_timeout (facts/pistache.md D5)", {}},
    {"ResponseWriter", "http::Responder (facts/pistache.md D1)", {}},
    {"useSSL", "TLS in the reverse proxy (facts/pistache.md §4)", {}},
    {"ResponseStream", "http::Responder (facts/pistache.md D5)", {}},
    {"std::cout", "the log", {"(^|/)main\\.cpp$", "^tests/", "^bench/"}},
    {"NDEBUG", "assert in every build", {"^shared/result\\.h$"}},
};

/// Looked for in every text file as it is, comments and texts included.
const BannedWord kBannedText[] = {
    {"FIX"
     "ME",
     "the fix, or an issue",
     {}},
    {"/wo"
     "rk/main",
     "a path from the root of the repository",
     {}},
    {"/wo"
     "rk/shared",
     "the name of the document",
     {}},
    {"/tm"
     "p/chukta",
     "a path of the machine's own choosing",
     {}},
};

// ---- Rules: secrets ----------------------------------------------------------------------------

/// Every place that opens a Secret, and how often. A new one is a decision: this table is where
/// it is seen.
const std::map<std::string, int> kReveals = {
    {"server/app.cpp", 1},              // the database's address, once, to open it
    {"server/cashfree/client.cpp", 2},  // the two credential headers
    {"server/config.cpp", 1},           // are they long enough
    {"server/config_reader.cpp", 1},    // the same
    {"server/crypto.cpp", 2},           // HMAC and comparison in constant time
    {"server/session.cpp", 2},          // signing and checking of tokens
};

// ---- Rules: length -----------------------------------------------------------------------------

constexpr int kLinesMax = 400;
constexpr int kTestLinesMax = 700;

// ------------------------------------------------------------------------------------------------

const fs::path kRoot = CHUKTA_SOURCE_DIR;

const std::set<std::string> kNotOurs = {
    ".git", "build", "third_party", "node_modules", ".cache", "data", "out"};
const std::set<std::string> kSourceEndings = {".h", ".cpp"};
const std::set<std::string> kTextEndings = {
    ".h",
    ".cpp",
    ".js",
    ".mjs",
    ".ts",
    ".html",
    ".css",
    ".md",
    ".yaml",
    ".yml",
    ".json",
    ".sh",
    ".py",
    ".cmake",
    ".txt",
    ".sql",
    ".conf",
    ".service",
    ""};

struct File {
    std::string path;  ///< from the root
    std::string text;
};

std::string read(const fs::path& path) {
    std::ifstream stream{path, std::ios::binary};
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// Every file of ours whose name ends so.
std::vector<File> files_of(const std::set<std::string>& endings) {
    std::vector<File> files;
    for (auto entry = fs::recursive_directory_iterator{kRoot}; entry != fs::end(entry); ++entry) {
        // In a second worktree .git is a file, and names the machine.
        if (kNotOurs.count(entry->path().filename().string()) > 0) {
            if (entry->is_directory()) entry.disable_recursion_pending();
        } else if (entry->is_regular_file() && endings.count(entry->path().extension().string()) > 0) {
            files.push_back(
                {fs::relative(entry->path(), kRoot).generic_string(), read(entry->path())}
            );
        }
    }
    return files;
}

/// The sources that a compiler sees.
const std::vector<File>& sources() {
    static const auto kFiles = files_of(kSourceEndings);
    return kFiles;
}

bool matches_any(const std::string& path, const Paths& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return std::regex_search(path, std::regex{pattern});
    });
}

std::string folder_of(const std::string& path) { return path.substr(0, path.find('/')); }

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

/// The same text with comments and the insides of literals blanked; lines stay where they were.
std::string code_of(const std::string& text) {
    enum class In { Code, Line, Block, Text, Letter };
    std::string code;
    In in = In::Code;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        const bool digit_separator =
            c == '\'' && i > 0 && std::isalnum(static_cast<unsigned char>(text[i - 1]));
        switch (in) {
            case In::Code:
                if (c == '/' && next == '/')
                    in = In::Line;
                else if (c == '/' && next == '*')
                    in = In::Block;
                else if (c == '"')
                    in = In::Text;
                else if (c == '\'' && !digit_separator)
                    in = In::Letter;
                code += in == In::Code ? c : ' ';
                break;
            case In::Line:
                if (c == '\n') in = In::Code;
                code += c == '\n' ? c : ' ';
                break;
            case In::Block:
                if (c == '/' && text[i - 1] == '*') in = In::Code;
                code += c == '\n' ? c : ' ';
                break;
            case In::Text:
            case In::Letter:
                code += c == '\n' ? c : ' ';
                if (c == '\\') {
                    code += ' ';
                    ++i;
                } else if (c == (in == In::Text ? '"' : '\'') || c == '\n') {
                    in = In::Code;
                }
                break;
        }
    }
    return code;
}

struct Include {
    std::string header;
    bool quoted;
};

std::vector<Include> includes_of(const std::string& text) {
    std::vector<Include> includes;
    for (const auto& line : lines_of(text)) {
        const auto hash = line.find_first_not_of(" \t");
        if (hash == std::string::npos || line[hash] != '#') continue;
        const auto word = line.find("include", hash);
        const auto open = line.find_first_of("<\"", hash);
        if (word == std::string::npos || open == std::string::npos || word > open) continue;
        const bool quoted = line[open] == '"';
        const auto close = line.find(quoted ? '"' : '>', open + 1);
        if (close == std::string::npos) continue;
        includes.push_back({line.substr(open + 1, close - open - 1), quoted});
    }
    return includes;
}

bool is_word_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

enum class Match { WholeWord, Anywhere };

/// Where `word` starts in `text`, every time.
std::vector<std::size_t> places_of(const std::string& text, const std::string& word, Match match) {
    std::vector<std::size_t> places;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        const bool whole = (at == 0 || !is_word_letter(text[at - 1])) &&
                           (end == text.size() || !is_word_letter(text[end]));
        if (whole || match == Match::Anywhere) places.push_back(at);
    }
    return places;
}

void expect_no_word(
    const std::string& path, const std::string& text, const BannedWord& word, Match match
) {
    const auto places = places_of(text, word.word, match);
    if (places.empty() || matches_any(path, word.allowed_in)) return;
    for (const auto at : places) {
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
        ADD_FAILURE() << path << ":" << line << ": " << word.word << "; instead: " << word.instead;
    }
}

TEST(Tidy, ReadsTheTree) {
    // A test that finds no files would pass for ever.
    EXPECT_GT(sources().size(), 30U);
    EXPECT_TRUE(fs::exists(kRoot / "CMakeLists.txt"));
}

TEST(Tidy, StripsCommentsAndLiterals) {
    EXPECT_EQ(code_of("a // b\nc"), "a     \nc");
    EXPECT_EQ(code_of("a /* b */ c"), "a         c");
    EXPECT_EQ(code_of("f(\"x\\\"y\", 'z', 1'000)"), "f(      ,    , 1'000)");
}

TEST(Tidy, FoldersKnowOnlyWhomTheyMay) {
    for (const auto& file : sources()) {
        const auto rule = kMayInclude.find(folder_of(file.path));
        if (rule == kMayInclude.end()) continue;
        for (const auto& include : includes_of(file.text)) {
            const auto folder = folder_of(include.header);
            if (kMayInclude.count(folder) == 0) continue;
            EXPECT_TRUE(rule->second.count(folder) > 0)
                << file.path << " includes " << include.header;
        }
    }
}

TEST(Tidy, OurOwnIncludesStartAtTheRoot) {
    for (const auto& file : sources()) {
        for (const auto& include : includes_of(file.text)) {
            const bool third_party = std::any_of(
                std::begin(kLibraries),
                std::end(kLibraries),
                [&](const Library& library) { return include.header.rfind(library.header, 0) == 0; }
            );
            if (!include.quoted || third_party) continue;
            EXPECT_TRUE(kMayInclude.count(folder_of(include.header)) > 0)
                << file.path << " includes \"" << include.header << "\"";
        }
    }
}

TEST(Tidy, LibrariesAreSpokenToInTheirPlaces) {
    for (const auto& file : sources()) {
        const auto folder = folder_of(file.path);
        if (folder == "tests" || folder == "bench") continue;
        for (const auto& include : includes_of(file.text)) {
            for (const auto& library : kLibraries) {
                if (include.header.rfind(library.header, 0) != 0) continue;
                EXPECT_TRUE(matches_any(file.path, library.spoken_in))
                    << file.path << " includes " << include.header;
            }
        }
    }
}

TEST(Tidy, FindsWholeWords) {
    EXPECT_EQ(places_of("double x; doubled; (double)", "double", Match::WholeWord).size(), 2U);
    EXPECT_EQ(places_of("a.reveal() b->reveal()", ".reveal()", Match::Anywhere).size(), 1U);
}

TEST(Tidy, WordsWithAReplacementAreReplaced) {
    for (const auto& file : sources()) {
        const auto code = code_of(file.text);
        for (const auto& word : kBannedWords) {
            expect_no_word(file.path, code, word, Match::WholeWord);
        }
    }
}

TEST(Tidy, NoFileNamesThisMachine) {
    for (const auto& file : files_of(kTextEndings)) {
        for (const auto& word : kBannedText) {
            expect_no_word(file.path, file.text, word, Match::Anywhere);
        }
    }
}

TEST(Tidy, SecretsAreOpenedWhereTheTableSays) {
    std::map<std::string, int> found;
    for (const auto& file : sources()) {
        if (folder_of(file.path) == "tests") continue;
        const auto code = code_of(file.text);
        const auto count = places_of(code, ".reveal()", Match::Anywhere).size() +
                           places_of(code, "->reveal()", Match::Anywhere).size();
        if (count > 0) found[file.path] = static_cast<int>(count);
    }
    EXPECT_EQ(found, kReveals);
}

/// What stands between backticks and looks like a path of the tree.
std::vector<std::string> paths_named_in(const std::string& text) {
    std::vector<std::string> paths;
    for (auto at = text.find('`'); at != std::string::npos; at = text.find('`', at + 1)) {
        const auto end = text.find('`', at + 1);
        if (end == std::string::npos) break;
        const auto name = text.substr(at + 1, end - at - 1);
        const bool in_tree = kMayInclude.count(folder_of(name)) > 0 || folder_of(name) == "docs" ||
                             folder_of(name) == "deploy" || folder_of(name) == "scripts";
        const bool plain = name.find_first_of(" *{<") == std::string::npos;
        if (in_tree && plain && name.find('/') != std::string::npos) paths.push_back(name);
        at = end;
    }
    return paths;
}

TEST(Tidy, TheSecurityDocumentNamesFilesThatAreThere) {
    const auto paths = paths_named_in(read(kRoot / "docs/security.md"));
    EXPECT_GT(paths.size(), 40U);
    for (const auto& path : paths) EXPECT_TRUE(fs::exists(kRoot / path)) << path;
}

TEST(Tidy, WhatHasFaultPointsIsBuiltWithThemForTheSimulation) {
    const auto lists = read(kRoot / "server/CMakeLists.txt");
    const auto begin = lists.find("set(faulty\n");
    ASSERT_NE(begin, std::string::npos);
    const auto faulty = lists.substr(begin, lists.find(')', begin) - begin);
    for (const auto& file : sources()) {
        if (folder_of(file.path) != "server") continue;
        for (const auto& include : includes_of(file.text)) {
            if (include.header != "server/faults.h") continue;
            const auto name = file.path.substr(std::string{"server/"}.size());
            EXPECT_NE(faulty.find(" " + name + "\n"), std::string::npos)
                << file.path << " is not in the list `faulty` of server/CMakeLists.txt";
        }
    }
}

TEST(Tidy, FilesStayShort) {
    for (const auto& file : sources()) {
        const int most = folder_of(file.path) == "tests" ? kTestLinesMax : kLinesMax;
        EXPECT_LE(static_cast<int>(lines_of(file.text).size()), most) << file.path;
    }
}

TEST(Tidy, HeadersSayWhatTheyAre) {
    for (const auto& file : sources()) {
        if (file.path.size() < 2 || file.path.substr(file.path.size() - 2) != ".h") continue;
        EXPECT_NE(file.text.find("#pragma once"), std::string::npos) << file.path;
        EXPECT_NE(file.text.find("/// @file"), std::string::npos) << file.path;
    }
}

TEST(Tidy, EveryTestIsInAProgram) {
    std::set<std::string> listed;
    for (const auto& line : lines_of(read(CHUKTA_TEST_SOURCES))) {
        if (!line.empty()) listed.insert(fs::relative(line, kRoot).generic_string());
    }
    ASSERT_FALSE(listed.empty());
    for (const auto& file : sources()) {
        const std::string ending = "_test.cpp";
        if (file.path.size() < ending.size()) continue;
        if (file.path.compare(file.path.size() - ending.size(), ending.size(), ending) != 0)
            continue;
        EXPECT_TRUE(listed.count(file.path) > 0) << file.path << " is in no test program";
    }
}

}  // namespace
