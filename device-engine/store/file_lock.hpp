// FileLock: an exclusive lock (flock) on a file that is made when missing. Held until destroyed; a process
// that dies lets go of it. Two locks of one process on one file exclude each other as well.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>

namespace fieldsync::device::store {

class FileLock {
  public:
    // Waits. Throws StoreFailure when the file cannot be opened.
    static FileLock acquire(const std::filesystem::path& path);
    // Nothing when somebody else holds it.
    static std::optional<FileLock> try_acquire(const std::filesystem::path& path);

    FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    FileLock& operator=(FileLock&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }
    ~FileLock();

  private:
    explicit FileLock(int file) : file_(file) {}
    int file_;
};

}  // namespace fieldsync::device::store
