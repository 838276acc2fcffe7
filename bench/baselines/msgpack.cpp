#include "baselines/msgpack.hpp"

#include <msgpack.hpp>

namespace fieldsync::bench {

std::size_t unpack_msgpack(std::string_view bytes) {
    const msgpack::object_handle tree = msgpack::unpack(bytes.data(), bytes.size());
    return tree.get().via.map.size;
}

struct MsgpackTree::Held {
    msgpack::object_handle tree;
};

MsgpackTree::MsgpackTree(std::string_view bytes)
    : held_(std::make_unique<Held>(Held{msgpack::unpack(bytes.data(), bytes.size())})) {}

MsgpackTree::~MsgpackTree() = default;

std::size_t MsgpackTree::pack() const {
    msgpack::sbuffer out;
    msgpack::pack(out, held_->tree.get());
    return out.size();
}

}  // namespace fieldsync::bench
