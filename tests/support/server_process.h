/// @file
/// The server as its own process, for tests that measure it from outside: its memory is its own.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace support {

/// Starts the program with this environment and nothing else, waits until it says that it serves,
/// and ends it with the object. What it logs is kept.
class ServerProcess {
public:
    ServerProcess(const std::string& program, const std::map<std::string, std::string>& variables) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error{"pipe"};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
        std::vector<std::string> texts;
        for (const auto& [name, value] : variables) texts.push_back(name + "=" + value);
        std::vector<char*> environment;
        for (auto& text : texts) environment.push_back(text.data());
        environment.push_back(nullptr);
        std::string name = program;
        char* arguments[] = {name.data(), nullptr};
        const int failed = ::posix_spawn(
            &process_, program.c_str(), &actions, nullptr, arguments, environment.data()
        );
        posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        log_ = ends[0];
        if (failed != 0) throw std::runtime_error{"cannot start " + program};
        wait_until_it_serves();
        // A full pipe would stop the server.
        reader_ = std::thread{[this] {
            while (read_more()) {
            }
        }};
    }
    ~ServerProcess() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
        }
        if (reader_.joinable()) reader_.join();
        ::close(log_);
    }
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    std::uint16_t port() const { return port_; }
    bool is_running() const { return ::waitpid(process_, nullptr, WNOHANG) == 0; }

    /// A line of /proc/<pid>/status in KiB: "VmRSS" now, "VmHWM" the most it ever was.
    std::int64_t memory_kib(const std::string& line) const {
        std::ifstream status{"/proc/" + std::to_string(process_) + "/status"};
        for (std::string text; std::getline(status, text);) {
            if (text.starts_with(line + ":")) return std::stoll(text.substr(line.size() + 1));
        }
        return 0;
    }

    /// Descriptors, of which each connection is one.
    std::int64_t open_files() const {
        const std::filesystem::directory_iterator files{
            "/proc/" + std::to_string(process_) + "/fd"};
        return std::distance(begin(files), end(files));
    }

private:
    bool read_more() {
        char buffer[4096];
        const auto got = ::read(log_, buffer, sizeof buffer);
        if (got <= 0) return false;
        if (port_ == 0) said_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }
    void wait_until_it_serves() {
        const std::string started = R"("event":"server.started","port":)";
        while (said_.find(started) == std::string::npos || !said_.ends_with('\n')) {
            if (!read_more()) throw std::runtime_error{"the server did not start: " + said_};
        }
        port_ =
            static_cast<std::uint16_t>(std::stoi(said_.substr(said_.find(started) + started.size()))
            );
    }

    pid_t process_ = 0;
    int log_ = -1;
    std::string said_;
    std::uint16_t port_ = 0;
    std::thread reader_;
};

}  // namespace support
