#include "store/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "fieldsync/device/error.hpp"

namespace fieldsync::device::store {
namespace {

int open_lock_file(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw StoreFailure("cannot open " + path.string() + ": " + std::strerror(errno), errno);
    return file;
}

// Whether the lock was had; throws on anything but "somebody else holds it".
bool lock(int file, int how, const std::filesystem::path& path) {
    int failed = 0;
    do {
        failed = ::flock(file, how) == 0 ? 0 : errno;
    } while (failed == EINTR);
    if (failed == 0) return true;
    if (failed == EWOULDBLOCK) return false;
    throw StoreFailure("cannot lock " + path.string() + ": " + std::strerror(failed), failed);
}

}  // namespace

FileLock FileLock::acquire(const std::filesystem::path& path) {
    FileLock held(open_lock_file(path));
    lock(held.file_, LOCK_EX, path);
    return held;
}

std::optional<FileLock> FileLock::try_acquire(const std::filesystem::path& path) {
    FileLock held(open_lock_file(path));
    if (!lock(held.file_, LOCK_EX | LOCK_NB, path)) return std::nullopt;
    return held;
}

FileLock::~FileLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace fieldsync::device::store
