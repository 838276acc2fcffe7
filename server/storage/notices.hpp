// Notices: short texts between the programs that work on one database. They come soon or not at all (a lost
// connection loses some), so that they only wake who would look by himself later.
//
// Each function blocks; one thread tells, another waits. After a StorageError the next call connects anew.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fieldsync::server::storage {

class Notices {
  public:
    static constexpr std::size_t kBytesMax = 7'000;  // a text; PostgreSQL takes 8,000

    virtual ~Notices() = default;

    // To everybody who listens, the teller too.
    virtual void tell(std::string_view text) = 0;

    // What was told since the last call, by anybody; waits up to `at_most` for the first. The first call begins
    // to listen.
    virtual std::vector<std::string> wait(std::chrono::milliseconds at_most) = 0;

    // Ends a wait at once, and every later one; nobody connects any more. Any thread.
    virtual void stop() noexcept = 0;
};

}  // namespace fieldsync::server::storage
