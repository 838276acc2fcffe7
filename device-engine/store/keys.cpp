#include "store/keys.hpp"

#include <boost/endian/conversion.hpp>

namespace fieldsync::device::store {
namespace {

using Bytes2 = std::array<unsigned char, 2>;
using Bytes8 = std::array<unsigned char, 8>;

Bytes2 big_endian(std::uint16_t number) {
    Bytes2 bytes{};
    boost::endian::store_big_u16(bytes.data(), number);
    return bytes;
}

Bytes8 big_endian(std::uint64_t number) {
    Bytes8 bytes{};
    boost::endian::store_big_u64(bytes.data(), number);
    return bytes;
}

template <std::size_t N>
std::string_view view(const std::array<unsigned char, N>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), N};
}

}  // namespace

void append_u16(std::uint16_t number, std::string& out) {
    out += view(big_endian(number));
}

void append_u64(std::uint64_t number, std::string& out) {
    out += view(big_endian(number));
}

Key u64_key(std::uint64_t number) {
    return Key(view(big_endian(number)));
}

std::uint64_t read_u64(std::string_view bytes) {
    if (bytes.size() < sizeof(std::uint64_t)) return 0;
    return boost::endian::load_big_u64(reinterpret_cast<const unsigned char*>(bytes.data()));
}

Key entity_prefix(schema::EntityNumber entity) {
    return Key(view(big_endian(schema::number(entity))));
}

Key record_key(const schema::RecordKey& key) {
    Key bytes = entity_prefix(key.entity);
    bytes += key.uid.view();
    return bytes;
}

schema::RecordKey read_record_key(std::string_view bytes) {
    if (bytes.size() < kRecordKeyBytes) return {};
    const auto entity = boost::endian::load_big_u16(reinterpret_cast<const unsigned char*>(bytes.data()));
    return {schema::EntityNumber{entity}, read_uid(bytes.substr(2))};
}

Key scoped_key(const schema::Uid& scope, const schema::RecordKey& key) {
    Key bytes(scope.view());
    bytes += record_key(key);
    return bytes;
}

schema::RecordKey read_scoped_key(std::string_view bytes) {
    return bytes.size() < kUidBytes ? schema::RecordKey{} : read_record_key(bytes.substr(kUidBytes));
}

Key id_key(schema::EntityNumber entity, std::int64_t id) {
    return entity_prefix(entity) += u64_key(static_cast<std::uint64_t>(id));
}

schema::Uid read_uid(std::string_view bytes) {
    return schema::Uid::from_bytes(bytes.substr(0, kUidBytes)).value_or(schema::Uid{});
}

}  // namespace fieldsync::device::store
