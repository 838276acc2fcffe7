// A directory of one test, empty at first, removed with everything in it at the end.
#pragma once

#include <filesystem>

namespace fieldsync::server::storage::test {

class ScratchDirectory {
  public:
    ScratchDirectory();
    ~ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace fieldsync::server::storage::test
