// LiveDevices: who is connected and stays, and how far each has come. Sessions note it, metrics read it. Any
// thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "fieldsync/sync/messages.hpp"
#include "records/ids.hpp"

namespace fieldsync::server {

struct LiveDevice {
    BusinessId business{};
    schema::Uid device;
    schema::Seq cursor{};  // up to here it has stored everything
};

class LiveDevices {
  public:
    // A number for the other two.
    std::uint64_t join(const LiveDevice& device);
    void moved(std::uint64_t number, schema::Seq cursor);
    void leave(std::uint64_t number);

    [[nodiscard]] std::vector<LiveDevice> all() const;

  private:
    mutable std::mutex mutex_;
    std::uint64_t next_ = 1;
    std::unordered_map<std::uint64_t, LiveDevice> devices_;
};

}  // namespace fieldsync::server
