// The parts of messages that databases keep.
#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace fieldsync::sync {

void encode_change_set(const ChangeSet& set, std::string& out) {
    codec::append(set, out);
}
Decoded<ChangeSet> decode_change_set(std::string_view bytes) {
    return codec::parse<ChangeSet>(bytes);
}

std::size_t encoded_bytes(const ChangeSet& set) {
    codec::CountingSink sink;
    codec::Writer<codec::CountingSink>(sink).put(set);
    return sink.count;
}

void encode_receipt(const Receipt& receipt, std::string& out) {
    codec::append(receipt, out);
}
Decoded<Receipt> decode_receipt(std::string_view bytes) {
    return codec::parse<Receipt>(bytes);
}

void encode_log_change(const LogChange& change, std::string& out) {
    codec::append(change, out);
}
Decoded<LogChange> decode_log_change(std::string_view bytes) {
    return codec::parse<LogChange>(bytes);
}

void encode_record(const Record& record, std::string& out) {
    codec::append(record, out);
}
Decoded<Record> decode_record(std::string_view bytes) {
    return codec::parse<Record>(bytes);
}
Decoded<FieldMap> decode_record_fields(std::string_view bytes, std::span<const schema::FieldNumber> fields) {
    FieldMap out;
    codec::Reader reader(bytes);
    if (!reader.get_fields(fields, out)) return reader.take_error();
    return out;
}

void encode_fields(const FieldMap& fields, std::string& out) {
    codec::append(fields, out);
}
Decoded<FieldMap> decode_fields(std::string_view bytes) {
    return codec::parse<FieldMap>(bytes);
}

}  // namespace fieldsync::sync
