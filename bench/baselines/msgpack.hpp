// msgpack itself, without messages: the same bytes to a tree of plain objects, and such a tree to bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace fieldsync::bench {

// Returns how many values the outermost map or array has.
std::size_t unpack_msgpack(std::string_view bytes);

class MsgpackTree {
  public:
    explicit MsgpackTree(std::string_view bytes);
    ~MsgpackTree();
    // Returns how many bytes.
    [[nodiscard]] std::size_t pack() const;

  private:
    struct Held;
    std::unique_ptr<Held> held_;
};

}  // namespace fieldsync::bench
