#include "tests/simulation/disk_database.h"

#include <unistd.h>

#include "tests/simulation/power_vfs.h"
#include "tests/simulation/world.h"

namespace chukta::simulation {

DiskDatabase::DiskDatabase(std::uint64_t seed)
    : dice_{seed}, often_{dice_.one_of<int>({30, 200, 700})} {
    PowerVfs::installed().forget();
    auto name = (std::filesystem::temp_directory_path() / "chukta-world-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    open();
}

DiskDatabase::~DiskDatabase() {
    reading_.reset();
    open_.reset();
    std::error_code ignored;  // a leftover in the temporary folder harms nobody
    std::filesystem::remove_all(folder_, ignored);
}

void DiskDatabase::open() {
    open_ = std::make_unique<db::Sqlite>((folder_ / "chukta.db").string());
    begin_tending();
}

void DiskDatabase::begin_tending() {
    open_->tend_log_within(draw_limits());
    fresh_ = true;
}

db::SqliteCheckpoints::Limits DiskDatabase::draw_limits() {
    const auto pages = [&](int least, int most) {
        return static_cast<int>(dice_.between(least, most));
    };
    db::SqliteCheckpoints::Limits limits;
    limits.apart = dice_.strikes(500) ? pages(1, 20) : pages(40, 200);
    limits.together = pages(1, 20);
    limits.most = limits.apart + pages(0, 60);
    limits.left = pages(0, 20);
    limits.few = pages(0, 20);
    limits.busy = pages(1, 30);
    // It never becomes shorter by itself.
    std::error_code none;
    const auto bytes = std::filesystem::file_size(folder_ / "chukta.db-wal", none);
    const auto now = none ? 0 : bytes / db::SqliteSession::log_bytes(1);
    limits.length = static_cast<int>(now) + pages(1, 60);
    limits.step = pages(1, 20);
    return limits;
}

void DiskDatabase::cut_power() {
    auto& vfs = PowerVfs::installed();
    vfs.pull_plug();
    reading_.reset();
    open_.reset();
    vfs.power_on();
    try {
        open();
    } catch (const db::StorageError& error) {
        throw Violation{
            "after a power cut the database does not open: " + std::string{error.what()}};
    }
    check_file();
}

void DiskDatabase::check_file() {
    std::string said;
    try {
        db::Transaction transaction{*this, db::Mode::Read};
        said = transaction.run("PRAGMA integrity_check").front().text("integrity_check");
    } catch (const db::StorageError& error) {
        said = error.what();
    }
    if (said != "ok") throw Violation{"the database file is damaged: " + said};
}

std::int64_t DiskDatabase::read_old() {
    const auto rows = reading_->run(
        "SELECT (SELECT COALESCE(SUM(version), 0) FROM orders) + (SELECT COUNT(*) FROM inbox) AS n",
        {}
    );
    return rows.front().integer("n");
}

void DiskDatabase::read_for_long() {
    if (!reading_) {
        if (!dice_.strikes(30)) return;
        reading_ = open_->begin(db::Mode::Read);
        old_ = read_old();
        return;
    }
    if (read_old() != old_) throw Violation{"who reads sees what was committed later"};
    if (!dice_.strikes(200)) return;
    open_->roll_back(*reading_);
    reading_.reset();
}

bool DiskDatabase::tend_log() {
    if (!dice_.strikes(often_)) return true;
    read_for_long();
    if (dice_.strikes(100)) begin_tending();
    auto& vfs = PowerVfs::installed();
    if (faults_ && dice_.strikes(fresh_ ? 500 : 100)) {
        const auto what = dice_.strikes(600) ? Stroke::DiskFull : Stroke::PowerCut;
        vfs.strike_in(static_cast<int>(dice_.between(1, 6)), what);
    }
    if (open_->tend_log()) fresh_ = false;
    vfs.strike_in(0, Stroke::None);
    return vfs.has_power();
}

}  // namespace chukta::simulation
