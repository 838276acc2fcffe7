// Random values survive the wire, and their bytes are the only ones for them.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

using schema::FieldNumber;
using schema::Value;

rc::Gen<Uid> any_uid() {
    return rc::gen::map(rc::gen::container<std::array<std::uint8_t, 16>>(rc::gen::arbitrary<std::uint8_t>()),
                        [](const std::array<std::uint8_t, 16>& bytes) { return Uid{bytes}; });
}

// Values of every length of encoding: a 64-bit number, shortened by a random number of bits.
std::uint64_t any_number() {
    return *rc::gen::arbitrary<std::uint64_t>().as("number") >> *rc::gen::inRange(0, 64).as("shift");
}

std::string any_text() {
    // Bytes, not characters; now and then longer than the short forms of msgpack.
    const auto size = *rc::gen::element<std::size_t>(0, 1, 5, 31, 32, 255, 256, 70'000);
    return std::string(size, *rc::gen::arbitrary<char>());
}

schema::StringSet any_set() {
    return schema::make_set(*rc::gen::arbitrary<std::vector<std::string>>());
}

Value any_value() {
    switch (*rc::gen::inRange(0, 6)) {
        case 0:
            return std::monostate{};
        case 1:
            return *rc::gen::arbitrary<bool>();
        case 2:
            return static_cast<std::int64_t>(any_number());
        case 3:
            return any_text();
        case 4:
            return *any_uid();
        default:
            return any_set();
    }
}

FieldNumber any_field() {
    return FieldNumber{*rc::gen::arbitrary<std::uint16_t>()};
}

FieldMap any_fields() {
    FieldMap out;
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i) out.set(any_field(), any_value());
    return out;
}

Record any_record() {
    return {.entity = schema::EntityNumber{*rc::gen::arbitrary<std::uint16_t>()},
            .uid = *any_uid(),
            .id = static_cast<std::int64_t>(any_number()),
            .seq = Seq{any_number()},
            .scope = *any_uid(),
            .fields = any_fields()};
}

ChangeSet any_change_set() {
    ChangeSet out;
    out.uid = *any_uid();
    out.number = any_number();
    out.hlc.packed = any_number();
    out.made_at_us = static_cast<std::int64_t>(any_number());
    out.made_at_cursor = Seq{any_number()};
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        Change change{.entity = schema::EntityNumber{*rc::gen::arbitrary<std::uint16_t>()},
                      .uid = *any_uid(),
                      .operation = schema::Operation{*rc::gen::inRange<std::uint8_t>(1, 5)},
                      .fields = {}};
        for (int j = *rc::gen::inRange(0, 4); j > 0; --j) {
            schema::FieldChange field{.field = any_field(),
                                      .value = any_value(),
                                      .base = Seq{any_number()},
                                      .base_text = {},
                                      .added = any_set(),
                                      .removed = any_set(),
                                      .reopens = *rc::gen::arbitrary<bool>()};
            if (*rc::gen::arbitrary<bool>()) field.base_text = any_text();
            change.fields.push_back(std::move(field));
        }
        out.changes.push_back(std::move(change));
    }
    return out;
}

template <class T, class Encode, class Decode>
void survives(const T& value, Encode encode_it, Decode decode_it) {
    std::string bytes;
    encode_it(value, bytes);
    const Decoded<T> back = decode_it(bytes);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
    std::string again;
    encode_it(*back, again);
    RC_ASSERT(again == bytes);
}

RC_GTEST_PROP(RoundTrip, records, ()) {
    survives(any_record(), encode_record, decode_record);
}

RC_GTEST_PROP(RoundTrip, fields, ()) {
    survives(any_fields(), encode_fields, decode_fields);
}

RC_GTEST_PROP(RoundTrip, change_sets, ()) {
    const ChangeSet set = any_change_set();
    survives(set, encode_change_set, decode_change_set);
    std::string bytes;
    encode_change_set(set, bytes);
    RC_ASSERT(encoded_bytes(set) == bytes.size());
}

RC_GTEST_PROP(RoundTrip, chunks, ()) {
    Chunk chunk;
    chunk.cursor = {Seq{any_number()}, any_number()};
    chunk.is_last = *rc::gen::arbitrary<bool>();
    chunk.changes.push_back({.seq = Seq{any_number()},
                             .scope = *any_uid(),
                             .key = {{}, *any_uid()},
                             .operation = schema::Operation::gone,
                             .whole = *rc::gen::arbitrary<bool>(),
                             .id = static_cast<std::int64_t>(any_number()),
                             .fields = any_fields()});
    chunk.parts.push_back({.scope = *any_uid(),
                           .read_at = Seq{any_number()},
                           .position = any_text(),
                           .is_done = *rc::gen::arbitrary<bool>(),
                           .records = {any_record(), any_record()}});
    survives<Message>(chunk, encode, decode_message);
}

TEST(RoundTrip, receipts_and_log_changes_kept_by_databases) {
    survives(sample_receipt(), encode_receipt, decode_receipt);
    survives(Receipt{}, encode_receipt, decode_receipt);
    survives(sample_log_change(), encode_log_change, decode_log_change);
}

TEST(RoundTrip, numbers_at_the_ends_of_their_range) {
    for (const std::int64_t number :
         {INT64_MIN, std::int64_t{INT32_MIN}, std::int64_t{-129}, std::int64_t{-1}, std::int64_t{0},
          std::int64_t{128}, std::int64_t{UINT32_MAX}, INT64_MAX}) {
        FieldMap fields;
        fields.set(FieldNumber{65535}, number);
        survives(fields, encode_fields, decode_fields);
    }
}

TEST(RoundTrip, value_of_a_bad_result_says_where) {
    try {
        decode_record("\x81\x01\xc4").value();
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "at byte 3: key 1: cut short");
    }
}

}  // namespace
}  // namespace fieldsync::sync::test
