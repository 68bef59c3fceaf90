#include "tests/simulation/power_vfs.h"

#include <sqlite3.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <cstring>
#include <map>
#include <new>
#include <string>
#include <vector>

namespace chukta::simulation {
namespace {

/// One change of a file that no sync has made durable yet.
struct Change {
    std::int64_t offset = 0;
    std::string before;  ///< what stood there, shorter at the end of the file
    std::string after;   ///< what was written; empty for a cut
    std::int64_t size_before = 0;
    std::int64_t cut_to = -1;  ///< the new length, when the file was shortened
};

/// Everything the plug knows. SQLite calls from the one thread of the simulation.
struct Disk {
    sqlite3_vfs* below = nullptr;
    std::map<std::string, std::vector<Change>> unsynced;
    std::uint64_t generation = 1;  ///< files opened before the last cut are dead
    bool has_power = true;
    Stroke stroke = Stroke::None;
    int stroke_in = 0;  ///< operations
    DiskWeather weather;
    Dice dice{1};
    std::int64_t lost = 0;
};
Disk disk;

struct File {
    sqlite3_file base;
    std::string* path;
    std::uint64_t generation;
    bool journaled;  ///< the database or its log; not a temporary file
    sqlite3_file* below() {
        return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(this) + sizeof(File));
    }
    bool dead() const { return generation != disk.generation; }
};

File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
const sqlite3_io_methods& methods_below(File& file) { return *file.below()->pMethods; }

std::int64_t size_of(File& file) {
    sqlite3_int64 size = 0;
    methods_below(file).xFileSize(file.below(), &size);
    return size;
}

std::string bytes_of(File& file, std::int64_t offset, std::int64_t length) {
    const auto size = size_of(file);
    const auto there = std::clamp<std::int64_t>(size - offset, 0, length);
    std::string bytes(static_cast<std::size_t>(there), '\0');
    if (there > 0) {
        methods_below(file).xRead(file.below(), bytes.data(), static_cast<int>(there), offset);
    }
    return bytes;
}

int close(sqlite3_file* file) {
    auto& ours = of(file);
    const int code = methods_below(ours).xClose(ours.below());
    delete ours.path;
    return code;
}

int read(sqlite3_file* file, void* bytes, int length, sqlite3_int64 offset) {
    auto& ours = of(file);
    if (ours.dead()) return SQLITE_IOERR_READ;
    return methods_below(ours).xRead(ours.below(), bytes, length, offset);
}

/// What happens to this operation.
Stroke stroke() {
    if (disk.stroke == Stroke::None || --disk.stroke_in > 0) return Stroke::None;
    return disk.stroke;
}

int lose_power(int code) {
    ++disk.generation;
    disk.has_power = false;
    return code;
}

int put(File& ours, const void* bytes, int length, sqlite3_int64 offset) {
    if (ours.journaled) {
        Change change;
        change.offset = offset;
        change.size_before = size_of(ours);
        change.before = bytes_of(ours, offset, length);
        change.after.assign(static_cast<const char*>(bytes), static_cast<std::size_t>(length));
        disk.unsynced[*ours.path].push_back(std::move(change));
    }
    return methods_below(ours).xWrite(ours.below(), bytes, length, offset);
}

int write(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
    auto& ours = of(file);
    if (ours.dead()) return SQLITE_IOERR_WRITE;
    if (disk.dice.strikes(disk.weather.write_fails)) return SQLITE_IOERR_WRITE;
    if (disk.dice.strikes(disk.weather.disk_full)) return SQLITE_FULL;
    switch (stroke()) {
        case Stroke::None:
            return put(ours, bytes, length, offset);
        case Stroke::DiskFull:
            // What there was room for is there.
            put(ours, bytes, static_cast<int>(disk.dice.between(0, length)), offset);
            return SQLITE_FULL;
        case Stroke::PowerCut:
            put(ours, bytes, length, offset);
            return lose_power(SQLITE_IOERR_WRITE);
    }
    return SQLITE_IOERR_WRITE;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    auto& ours = of(file);
    if (ours.dead()) return SQLITE_IOERR_TRUNCATE;
    if (ours.journaled) {
        Change change;
        change.size_before = size_of(ours);
        change.offset = size;
        change.cut_to = size;
        // Of a damaged file the wrong size may be believed: longer than it is.
        change.before = bytes_of(ours, size, std::max<std::int64_t>(change.size_before - size, 0));
        disk.unsynced[*ours.path].push_back(std::move(change));
    }
    return methods_below(ours).xTruncate(ours.below(), size);
}

int sync(sqlite3_file* file, int) {
    auto& ours = of(file);
    if (ours.dead()) return SQLITE_IOERR_FSYNC;
    // After a failed sync nobody knows what is durable: what was unsynced stays so.
    if (disk.dice.strikes(disk.weather.sync_fails)) return SQLITE_IOERR_FSYNC;
    if (stroke() == Stroke::PowerCut) return lose_power(SQLITE_IOERR_FSYNC);
    // The real disk is not asked: nobody pulls its plug.
    disk.unsynced.erase(*ours.path);
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    auto& ours = of(file);
    if (ours.dead()) return SQLITE_IOERR_FSTAT;
    return methods_below(ours).xFileSize(ours.below(), size);
}

int lock(sqlite3_file* file, int level) {
    return methods_below(of(file)).xLock(of(file).below(), level);
}
int unlock(sqlite3_file* file, int level) {
    return methods_below(of(file)).xUnlock(of(file).below(), level);
}
int check_reserved_lock(sqlite3_file* file, int* held) {
    return methods_below(of(file)).xCheckReservedLock(of(file).below(), held);
}
int file_control(sqlite3_file* file, int op, void* argument) {
    return methods_below(of(file)).xFileControl(of(file).below(), op, argument);
}
int sector_size(sqlite3_file* file) {
    return methods_below(of(file)).xSectorSize(of(file).below());
}
int device_characteristics(sqlite3_file*) { return 0; }  // promises nothing
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return methods_below(of(file)).xShmMap(of(file).below(), page, size, extend, memory);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return methods_below(of(file)).xShmLock(of(file).below(), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { methods_below(of(file)).xShmBarrier(of(file).below()); }
int shm_unmap(sqlite3_file* file, int remove) {
    return methods_below(of(file)).xShmUnmap(of(file).below(), remove);
}

const sqlite3_io_methods kMethods = {
    2,
    close,
    read,
    write,
    truncate,
    sync,
    file_size,
    lock,
    unlock,
    check_reserved_lock,
    file_control,
    sector_size,
    device_characteristics,
    shm_map,
    shm_lock,
    shm_barrier,
    shm_unmap,
    nullptr,
    nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto& ours = of(file);
    ours.base.pMethods = nullptr;
    if (!disk.has_power) return SQLITE_CANTOPEN;
    std::memset(ours.below(), 0, static_cast<std::size_t>(disk.below->szOsFile));
    const int code = disk.below->xOpen(disk.below, name, ours.below(), flags, out_flags);
    if (code != SQLITE_OK) return code;
    ours.path = new std::string{name ? name : ""};
    ours.generation = disk.generation;
    ours.journaled = name != nullptr && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0;
    ours.base.pMethods = &kMethods;
    return SQLITE_OK;
}

int remove_file(sqlite3_vfs*, const char* name, int sync_folder) {
    if (!disk.has_power) return SQLITE_IOERR_DELETE;
    disk.unsynced.erase(name);
    return disk.below->xDelete(disk.below, name, sync_folder);
}

/// Who waits for a lock waits in vain: there is one thread.
int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

/// Writes what survived: the state before the first unsynced change, then each change or a part.
void settle(const std::string& path, const std::vector<Change>& changes) {
    const int handle = ::open(path.c_str(), O_RDWR);
    if (handle < 0) return;
    const auto put = [&](const char* bytes, std::size_t length, std::int64_t offset) {
        if (length > 0 && ::pwrite(handle, bytes, length, offset) < 0) ++disk.lost;
    };
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        put(change->before.data(), change->before.size(), change->offset);
        if (::ftruncate(handle, change->size_before) != 0) ++disk.lost;
    }
    for (const auto& change : changes) {
        const auto fate = disk.dice.between(0, 2);
        if (fate != 0) ++disk.lost;
        if (fate == 1) continue;
        if (change.cut_to >= 0) {
            if (fate == 0 && ::ftruncate(handle, change.cut_to) != 0) ++disk.lost;
            continue;
        }
        // Torn at a sector's border, as disks do.
        const auto sectors = static_cast<std::int64_t>(change.after.size() / 512);
        const auto kept = fate == 0 ? change.after.size()
                                    : static_cast<std::size_t>(disk.dice.between(0, sectors)) * 512;
        put(change.after.data(), std::min(kept, change.after.size()), change.offset);
    }
    ::close(handle);
}

}  // namespace

PowerVfs::PowerVfs() {
    static sqlite3_vfs vfs;
    disk.below = sqlite3_vfs_find(nullptr);
    vfs = *disk.below;
    vfs.zName = "power";
    vfs.pNext = nullptr;
    vfs.szOsFile = static_cast<int>(sizeof(File)) + disk.below->szOsFile;
    vfs.xOpen = open;
    vfs.xDelete = remove_file;
    vfs.xSleep = sleep;
    sqlite3_vfs_register(&vfs, 1);
}

PowerVfs& PowerVfs::installed() {
    static PowerVfs vfs;
    return vfs;
}

void PowerVfs::set_weather(const DiskWeather& weather, std::uint64_t seed) {
    disk.weather = weather;
    disk.dice = Dice{seed};
}

void PowerVfs::pull_plug() { lose_power(SQLITE_OK); }

void PowerVfs::strike_in(int operations, Stroke stroke) {
    disk.stroke_in = operations;
    disk.stroke = stroke;
}

bool PowerVfs::has_power() const { return disk.has_power; }

void PowerVfs::power_on() {
    disk.has_power = true;
    for (const auto& [path, changes] : disk.unsynced) settle(path, changes);
    disk.unsynced.clear();
}

void PowerVfs::forget() { disk.unsynced.clear(); }

std::int64_t PowerVfs::writes_lost() const { return disk.lost; }

}  // namespace chukta::simulation
