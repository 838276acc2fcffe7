// Of newer peers: what is unknown is skipped or has its stated meaning. Of any peer: other encodings of the
// same.
#include <gtest/gtest.h>

#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

Decoded<Message> decoded(std::string_view hex) {
    return decode_message(from_hex(hex));
}

TEST(UnknownKeys, of_any_type_with_any_value_are_skipped) {
    const char* const pairs[] = {
        "10 00",                          // 16, the first that no table can hold
        "0f 93 01 92 c0 c3 81 a1 61 02",  // 15: [1, [nil, true], {"a": 2}]
        "cd ffff cb 3ff0000000000000",    // 65535: 1.0
        "cf ffffffffffffffff d4 01 00",   // the largest number: an extension
        "ff a1 78",                       // -1
        "a1 6b 80",                       // "k": {}
        "c0 90",                          // nil: []
        "c3 c4 01 00",                    // true: a byte
        "92 01 02 01",                    // [1, 2] as a key
        "81 01 02 ca 3f800000",           // {1: 2} as a key: 1.0
        "c7 00 05 c8 0001 05 ff",         // extensions as key and value
    };
    for (const char* const pair : pairs) {
        SCOPED_TRACE(pair);
        // Before, between and after the known ones.
        for (const std::string& frame :
             {"83" + std::string(pair) + "00 0a 01 05", "83 00 0a" + std::string(pair) + "01 05",
              "83 00 0a 01 05" + std::string(pair)}) {
            const Decoded<Message> message = decoded(frame);
            ASSERT_TRUE(message.has_value()) << frame << ": " << message.error().what;
            EXPECT_EQ(*message, Message(ChunkStored{Seq{5}}));
        }
    }
}

TEST(UnknownKeys, are_skipped_inside_of_parts_too) {
    const Decoded<Record> record =
        decode_record(from_hex("83 01 09 02 c410 09090909090909090909090909090909 0e 91 c0"));
    ASSERT_TRUE(record.has_value()) << record.error().what;
    EXPECT_EQ(record->uid, uid(9));
}

TEST(UnknownNumbers, of_actions_policies_and_rules_have_a_meaning) {
    const Decoded<Message> goodbye = decoded("83 00 03 01 a1 78 03 63");
    ASSERT_TRUE(goodbye.has_value());
    EXPECT_EQ(std::get<Goodbye>(*goodbye).action, GoodbyeAction::retry_later);

    Receipt receipt = sample_receipt();
    receipt.merges[0].policy = schema::Policy{77};
    receipt.errors[0].broken = schema::Broken{78};
    std::string bytes;
    encode_receipt(receipt, bytes);
    const Decoded<Receipt> back = decode_receipt(bytes);
    ASSERT_TRUE(back.has_value()) << back.error().what;
    EXPECT_EQ(back->merges[0].policy, schema::Policy::last_writer);
    EXPECT_EQ(back->errors[0].broken, schema::Broken::other);
}

TEST(UnknownNumbers, of_kinds_operations_and_statuses_are_errors) {
    EXPECT_EQ(decoded("81 00 0d").error().what, "no such kind of message");
    EXPECT_EQ(decoded("81 00 00").error().what, "no such kind of message");
    EXPECT_EQ(decoded("81 00 cd 0100").error().what, "key 0: number too large");

    LogChange change = sample_log_change();
    change.operation = schema::Operation{5};
    std::string bytes;
    encode_log_change(change, bytes);
    EXPECT_EQ(decode_log_change(bytes).error().what, "key 4: no such operation");

    Receipt receipt = sample_receipt();
    receipt.status = ReceiptStatus{0};
    bytes.clear();
    encode_receipt(receipt, bytes);
    EXPECT_EQ(decode_receipt(bytes).error().what, "key 2: no such status");
}

TEST(OtherEncodings, longer_numbers_and_any_order_of_keys_are_read) {
    const Decoded<Message> message = decoded("df 00000002 d0 01 d3 0000000000000005 cc 00 ce 0000000a");
    ASSERT_TRUE(message.has_value()) << message.error().what;
    EXPECT_EQ(*message, Message(ChunkStored{Seq{5}}));
}

TEST(OtherEncodings, sets_and_fields_are_sorted) {
    const Decoded<FieldMap> fields = decode_fields(from_hex("82 02 93 a1 62 a1 61 a1 62 01 c3"));
    ASSERT_TRUE(fields.has_value()) << fields.error().what;
    FieldMap wanted;
    wanted.set(schema::FieldNumber{1}, true);
    wanted.set(schema::FieldNumber{2}, schema::StringSet{"a", "b"});
    EXPECT_EQ(*fields, wanted);
}

TEST(WrongTypes, are_told_with_their_place) {
    struct Case {
        const char* hex;
        std::size_t offset;
        const char* what;
    };
    const Case cases[] = {
        {"", 0, "cut short"},
        {"c1", 0, "not msgpack"},
        {"90", 0, "not a map"},
        {"80", 0, "no kind"},
        {"81 00 c0", 2, "key 0: not a number"},
        {"81 00 0a", 0, "key 1: missing"},
        {"82 00 0a 01 ff", 4, "key 1: not a number"},
        {"83 00 0a 01 05 01 05", 5, "a key twice"},
        {"82 00 06 01 c0", 4, "key 1: not an array"},
        {"82 00 06 01 91 c0", 5, "key 1, element 0: not a uid"},
        {"82 00 06 01 92 c410 00000000000000000000000000000000 c402 0000", 23,
         "key 1, element 1: a uid is 16 bytes"},
        {"82 00 04 01 91 86 01 c410 00000000000000000000000000000000 02 01 03 01 06 91 c3 04 00 05 00", 31,
         "key 1, element 0, key 6, element 0: not a map"},
        {"84 00 0c 01 01 02 00 03 90", 4, "key 1: not a boolean"},
        {"84 00 03 01 c4 01 00 02 a0 03 01", 4, "key 1: not a string"},
    };
    for (const Case& wrong : cases) {
        SCOPED_TRACE(wrong.hex);
        const Decoded<Message> message = decoded(wrong.hex);
        ASSERT_FALSE(message.has_value());
        EXPECT_EQ(message.error().what, wrong.what);
        EXPECT_EQ(message.error().offset, wrong.offset);
    }
}

TEST(WrongTypes, of_fields_are_told_with_their_number) {
    EXPECT_EQ(decode_fields(from_hex("81 05 80")).error().what, "field 5: not a value");
    EXPECT_EQ(decode_fields(from_hex("81 05 cb 3ff0000000000000")).error().what, "field 5: not a value");
    EXPECT_EQ(decode_fields(from_hex("81 05 cf 8000000000000000")).error().what, "field 5: number too large");
    EXPECT_EQ(decode_fields(from_hex("81 05 92 a0 c0")).error().what, "field 5, element 1: not a string");
    EXPECT_EQ(decode_fields(from_hex("81 ce 00010000 c0")).error().what, "field 0: number too large");
    EXPECT_EQ(decode_fields(from_hex("82 05 c0 05 c0")).error().what, "a field twice");
    EXPECT_EQ(decode_fields(from_hex("c0")).error().what, "not a map");
}

}  // namespace
}  // namespace fieldsync::sync::test
