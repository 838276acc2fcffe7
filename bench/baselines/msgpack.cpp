#include "baselines/msgpack.hpp"

#include <msgpack.hpp>

namespace fieldsync::bench {

std::size_t unpack_msgpack(std::string_view bytes) {
    msgpack::zone zone;
    return msgpack::unpack(zone, bytes.data(), bytes.size()).via.map.size;
}

struct MsgpackTree::Held {
    explicit Held(std::string_view bytes) : tree(msgpack::unpack(zone, bytes.data(), bytes.size())) {}
    msgpack::zone zone;  // the tree lies here
    msgpack::object tree;
};

MsgpackTree::MsgpackTree(std::string_view bytes) : held_(std::make_unique<Held>(bytes)) {}

MsgpackTree::~MsgpackTree() = default;

std::size_t MsgpackTree::pack() const {
    msgpack::sbuffer out;
    msgpack::pack(out, held_->tree);
    return out.size();
}

}  // namespace fieldsync::bench
