#include "records/index_key.hpp"

#include <algorithm>

#include "store/keys.hpp"

namespace fieldsync::device {
namespace {

constexpr std::size_t kPrefixBytes = 4;

void append_prefix(schema::EntityNumber entity, schema::FieldNumber field, std::string& out) {
    store::append_u16(schema::number(entity), out);
    store::append_u16(schema::number(field), out);
}

void append_text(std::string_view text, std::string& out) {
    out.push_back(static_cast<char>(schema::Value(std::string()).index()));
    out += text.substr(0, kIndexedTextBytes);
    std::replace(out.end() - static_cast<std::ptrdiff_t>(std::min(text.size(), kIndexedTextBytes)), out.end(),
                 '\0', '\1');  // zero is the end mark
}

void append_value(const schema::Value& value, std::string& out) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        append_text(*text, out);
        out.push_back('\0');
        return;
    }
    out.push_back(static_cast<char>(value.index()));
    if (const auto* flag = std::get_if<bool>(&value)) {
        out.push_back(*flag ? '\1' : '\0');
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
        store::append_u64(static_cast<std::uint64_t>(*number) ^ (std::uint64_t{1} << 63), out);
    } else if (const auto* uid = std::get_if<schema::Uid>(&value)) {
        out += uid->view();
    }
}

}  // namespace

bool is_indexed(const schema::Field& field) {
    return field.is_indexed && field.is_synced && !field.is_argument &&
           field.type != schema::Type::string_set;
}

std::string index_prefix(schema::EntityNumber entity, schema::FieldNumber field) {
    std::string key;
    append_prefix(entity, field, key);
    return key;
}

std::string index_text_prefix(std::string_view text) {
    std::string bytes;
    append_text(text, bytes);
    return bytes;
}

std::string index_value(const schema::Value& value) {
    std::string bytes;
    append_value(value, bytes);
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

void append_index_key(const schema::Record& record, const schema::Field& field, std::string& out) {
    append_prefix(record.entity, field.number, out);
    if (const schema::Value* value = record.fields.get(field.number))
        append_value(*value, out);
    else
        append_value(field.default_value(), out);
    out += record.uid.view();
}

std::vector<std::string> index_keys(const schema::Schema& schema, const schema::Record& record) {
    std::vector<std::string> keys;
    const schema::EntityTable* table = schema.find(record.entity);
    if (table == nullptr) return keys;
    for (const schema::Field& field : table->fields())
        if (is_indexed(field)) append_index_key(record, field, keys.emplace_back());
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
