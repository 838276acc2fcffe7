// Beast itself, without a server's work: on as many I/O threads, every request is answered with a body of one
// size; or every WebSocket is taken and then left alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace fieldsync::bench {

class BareBeast {
  public:
    BareBeast(std::size_t body_bytes, int io_threads);
    ~BareBeast();
    [[nodiscard]] std::uint16_t port() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace fieldsync::bench
