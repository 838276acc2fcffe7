#include "store/keys.hpp"

namespace fieldsync::device::store {

void append_u16(std::uint16_t number, std::string& out) {
    out.push_back(static_cast<char>(number >> 8));
    out.push_back(static_cast<char>(number & 0xFF));
}

void append_u64(std::uint64_t number, std::string& out) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>((number >> shift) & 0xFF));
}

std::string u64_key(std::uint64_t number) {
    std::string key;
    append_u64(number, key);
    return key;
}

std::uint64_t read_u64(std::string_view bytes) {
    if (bytes.size() < 8) return 0;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<std::uint8_t>(bytes[i]);
    return number;
}

std::string entity_prefix(schema::EntityNumber entity) {
    std::string key;
    append_u16(schema::number(entity), key);
    return key;
}

std::string record_key(const schema::RecordKey& key) {
    std::string bytes = entity_prefix(key.entity);
    bytes += key.uid.view();
    return bytes;
}

schema::RecordKey read_record_key(std::string_view bytes) {
    if (bytes.size() < kRecordKeyBytes) return {};
    const auto entity = static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[0]) << 8 |
                                                   static_cast<std::uint8_t>(bytes[1]));
    return {schema::EntityNumber{entity}, read_uid(bytes.substr(2))};
}

std::string scoped_key(const schema::Uid& scope, const schema::RecordKey& key) {
    return std::string(scope.view()) + record_key(key);
}

schema::RecordKey read_scoped_key(std::string_view bytes) {
    return bytes.size() < kUidBytes ? schema::RecordKey{} : read_record_key(bytes.substr(kUidBytes));
}

std::string id_key(schema::EntityNumber entity, std::int64_t id) {
    std::string key = entity_prefix(entity);
    append_u64(static_cast<std::uint64_t>(id), key);
    return key;
}

schema::Uid read_uid(std::string_view bytes) {
    return schema::Uid::from_bytes(bytes.substr(0, kUidBytes)).value_or(schema::Uid{});
}

}  // namespace fieldsync::device::store
