#include "codec/writer.hpp"
#include "codec/xxh64.hpp"
#include "fieldsync/sync/codec.hpp"

namespace fieldsync::sync {
namespace {

// An absent field shows its default: both ends may or may not store it.
bool shows_nothing(const schema::Field& field, const schema::Value& value) {
    if (schema::is_null(value) || value == field.default_value()) return true;
    const auto* set = std::get_if<schema::StringSet>(&value);
    return set != nullptr && set->empty();
}

}  // namespace

// Over, in msgpack: uid, seq, then number and value of each field that counts, by number.
std::uint64_t checksum(const schema::Schema& schema, const Record& record, std::uint32_t schema_version) {
    std::string bytes;
    bytes.reserve(512);
    codec::StringSink sink{bytes};
    codec::Writer<codec::StringSink> writer(sink);
    writer.put(record.uid);
    writer.put(record.seq);
    if (const schema::EntityTable* table = schema.find(record.entity)) {
        for (const auto& [number, value] : record.fields.items()) {
            const schema::Field* field = table->field(number);
            if (field == nullptr || !field->is_synced || field->is_argument ||
                field->since > schema_version || shows_nothing(*field, value))
                continue;
            writer.put(number);
            writer.put(value);
        }
    }
    return codec::xxh64(bytes);
}

}  // namespace fieldsync::sync
