// Keys of the tables (tables.hpp) to bytes and back. Order of bytes is order of what they stand for.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "fieldsync/schema/record.hpp"

namespace fieldsync::device::store {

// A key on the stack, for a look or a write: what is kept longer is copied to a string. One that would be
// longer than kBytesMax is std::length_error.
class Key {
  public:
    static constexpr std::size_t kBytesMax = 48;  // none has more than two uids and two numbers

    explicit Key(std::string_view bytes) { *this += bytes; }
    Key& operator+=(std::string_view bytes) {
        if (bytes.size() > kBytesMax - size_) throw std::length_error("a key is too long");
        std::copy(bytes.begin(), bytes.end(), bytes_.data() + size_);
        size_ += bytes.size();
        return *this;
    }
    friend Key operator+(Key key, std::string_view bytes) {
        key += bytes;
        return key;
    }
    operator std::string_view() const { return {bytes_.data(), size_}; }
    bool operator==(std::string_view bytes) const { return std::string_view(*this) == bytes; }

  private:
    std::array<char, kBytesMax> bytes_;  // set up to size_
    std::size_t size_ = 0;
};

Key u64_key(std::uint64_t number);
std::uint64_t read_u64(std::string_view bytes);  // the first eight bytes; 0 when there are fewer

void append_u16(std::uint16_t number, std::string& out);
void append_u64(std::uint64_t number, std::string& out);

inline constexpr std::size_t kUidBytes = 16;
inline constexpr std::size_t kRecordKeyBytes = 18;

Key entity_prefix(schema::EntityNumber entity);
Key record_key(const schema::RecordKey& key);
schema::RecordKey read_record_key(std::string_view bytes);  // the first eighteen bytes
inline schema::RecordKey key_of(const schema::Record& record) {
    return {record.entity, record.uid};
}

// The scope's uid, then the record's key.
Key scoped_key(const schema::Uid& scope, const schema::RecordKey& key);
schema::RecordKey read_scoped_key(std::string_view bytes);

Key id_key(schema::EntityNumber entity, std::int64_t id);
schema::Uid read_uid(std::string_view bytes);  // the first sixteen bytes

}  // namespace fieldsync::device::store
