#include "tests/simulation/disk_database.h"

#include <unistd.h>

#include "tests/simulation/power_vfs.h"

namespace chukta::simulation {

DiskDatabase::DiskDatabase() {
    PowerVfs::installed().forget();
    auto name = (std::filesystem::temp_directory_path() / "chukta-world-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    open();
}

DiskDatabase::~DiskDatabase() {
    open_.reset();
    std::error_code ignored;  // a leftover in the temporary folder harms nobody
    std::filesystem::remove_all(folder_, ignored);
}

void DiskDatabase::open() {
    open_ = db::open_database("sqlite:" + (folder_ / "chukta.db").string());
}

void DiskDatabase::cut_power() {
    auto& vfs = PowerVfs::installed();
    vfs.pull_plug();
    open_.reset();
    vfs.power_on();
    open();
}

}  // namespace chukta::simulation
