#include "flushes.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>

#include <atomic>

namespace {

std::atomic<std::uint64_t> count{0};

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

void note_write(int file) {
    if ((fcntl(file, F_GETFL) & O_DSYNC) != 0) ++count;
}

}  // namespace

extern "C" {

int fsync(int file) {
    static const auto real = next<int (*)(int)>("fsync");
    ++count;
    return real(file);
}

int fdatasync(int file) {
    static const auto real = next<int (*)(int)>("fdatasync");
    ++count;
    return real(file);
}

int msync(void* address, std::size_t length, int flags) {
    static const auto real = next<int (*)(void*, std::size_t, int)>("msync");
    ++count;
    return real(address, length, flags);
}

ssize_t pwrite(int file, const void* bytes, std::size_t length, off_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, std::size_t, off_t)>("pwrite");
    note_write(file);
    return real(file, bytes, length, at);
}

}  // extern "C"

namespace fieldsync::bench {

std::uint64_t flushes() {
    return count;
}

}  // namespace fieldsync::bench
