// Messages, change-sets and records to bytes (msgpack) and back. Decoding is bounded and never throws on
// input: it says where and why. Any thread.
#pragma once

#include <boost/system/result.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fieldsync/schema/schema.hpp"
#include "fieldsync/sync/messages.hpp"

namespace fieldsync::sync {

struct CodecError {
    std::size_t offset = 0;  // bytes into the input
    std::string what;        // for logs: "key 4, element 0, key 2: not a number"
};

template <class T>
using Decoded = boost::system::result<T, CodecError>;
// What Decoded::value() does when there is none: std::runtime_error.
[[noreturn]] void throw_exception_from_error(const CodecError& error, const boost::source_location& where);

// Appends to `out`.
void encode(const Message& message, std::string& out);
// One message; trailing bytes are an error. `bytes` over limits::frame_bytes_max are refused.
Decoded<Message> decode_message(std::string_view bytes);

// For HTTP bodies: messages one after another, each with its length before it (4 bytes, big endian).
void append_framed(const Message& message, std::string& out);
// Likewise, of one that is encoded already.
void append_framed_bytes(std::string_view encoded, std::string& out);
Decoded<std::vector<Message>> decode_framed(std::string_view bytes, std::size_t messages_max);

// The parts that databases keep.
void encode_change_set(const ChangeSet& set, std::string& out);
// What encode_change_set would append, without doing it: for limits::change_set_bytes_max and the push
// window.
std::size_t encoded_bytes(const ChangeSet& set);
Decoded<ChangeSet> decode_change_set(std::string_view bytes);
void encode_receipt(const Receipt& receipt, std::string& out);
Decoded<Receipt> decode_receipt(std::string_view bytes);
void encode_log_change(const LogChange& change, std::string& out);
Decoded<LogChange> decode_log_change(std::string_view bytes);
void encode_record(const Record& record, std::string& out);
Decoded<Record> decode_record(std::string_view bytes);
// Of a record's fields these alone; the rest of `bytes` is passed over, from the last of them on not looked at.
Decoded<FieldMap> decode_record_fields(std::string_view bytes, std::span<const schema::FieldNumber> fields);
void encode_fields(const FieldMap& fields, std::string& out);
Decoded<FieldMap> decode_fields(std::string_view bytes);

// Order-independent over records: sum them (mod 2^64) for a scope. XXH64 over uid, seq and the synced fields
// that are stored and hold something other than null, an empty set or their default. Fields the schema does
// not know are left out.
// `schema_version`: the other end's, where it is older: fields that it does not have do not count.
std::uint64_t checksum(const schema::Schema& schema, const Record& record,
                       std::uint32_t schema_version = UINT32_MAX);

}  // namespace fieldsync::sync
