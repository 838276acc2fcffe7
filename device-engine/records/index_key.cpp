#include "records/index_key.hpp"

#include <algorithm>

#include "store/keys.hpp"

namespace fieldsync::device {
namespace {

constexpr std::size_t kPrefixBytes = 4;

}  // namespace

bool is_indexed(const schema::Field& field) {
    return field.is_indexed && field.is_synced && !field.is_argument &&
           field.type != schema::Type::string_set;
}

std::string index_prefix(schema::EntityNumber entity, schema::FieldNumber field) {
    std::string key(store::entity_prefix(entity));
    store::append_u16(schema::number(field), key);
    return key;
}

std::string index_text_prefix(std::string_view text) {
    std::string bytes(1, static_cast<char>(schema::Value(std::string()).index()));
    bytes += text.substr(0, kIndexedTextBytes);
    std::replace(bytes.begin() + 1, bytes.end(), '\0', '\1');  // zero is the end mark
    return bytes;
}

std::string index_value(const schema::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return index_text_prefix(*text) + '\0';
    std::string bytes(1, static_cast<char>(value.index()));
    if (const auto* flag = std::get_if<bool>(&value)) {
        bytes.push_back(*flag ? '\1' : '\0');
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
        store::append_u64(static_cast<std::uint64_t>(*number) ^ (std::uint64_t{1} << 63), bytes);
    } else if (const auto* uid = std::get_if<schema::Uid>(&value)) {
        bytes += uid->view();
    }
    return bytes;
}

std::string_view value_in(std::string_view index_key) {
    if (index_key.size() < kPrefixBytes + store::kUidBytes) return {};
    return index_key.substr(kPrefixBytes, index_key.size() - kPrefixBytes - store::kUidBytes);
}

schema::Uid uid_in(std::string_view index_key) {
    if (index_key.size() < store::kUidBytes) return {};
    return store::read_uid(index_key.substr(index_key.size() - store::kUidBytes));
}

schema::Value shown_value(const schema::Record& record, const schema::Field& field) {
    const schema::Value* value = record.fields.get(field.number);
    return value != nullptr ? *value : field.default_value();
}

std::string index_key(const schema::Record& record, const schema::Field& field) {
    std::string key = index_prefix(record.entity, field.number);
    key.reserve(64);
    key += index_value(shown_value(record, field));
    key += record.uid.view();
    return key;
}

std::vector<std::string> index_keys(const schema::Schema& schema, const schema::Record& record) {
    std::vector<std::string> keys;
    const schema::EntityTable* table = schema.find(record.entity);
    if (table == nullptr) return keys;
    for (const schema::Field& field : table->fields())
        if (is_indexed(field)) keys.push_back(index_key(record, field));
    std::sort(keys.begin(), keys.end());
    return keys;
}

std::string index_fingerprint(const schema::Schema& schema) {
    std::string text;
    for (const schema::EntityTable& table : schema.entities())
        for (const schema::Field& field : table.fields())
            if (is_indexed(field)) {
                text += index_prefix(table.number(), field.number);
                text += index_value(field.default_value());
            }
    return text;
}

}  // namespace fieldsync::device
