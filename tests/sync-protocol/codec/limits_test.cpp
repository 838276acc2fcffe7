// What is one over a limit is refused; what is at it is not.
#include <gtest/gtest.h>

#include "fieldsync/sync/limits.hpp"
#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

// The error, or empty.
std::string decoded_again(const Message& message) {
    const Decoded<Message> back = decode_message(encoded(message));
    return back ? "" : back.error().what;
}

ChangeSet with_changes(std::size_t count) {
    ChangeSet out = sample_change_set();
    out.changes.assign(count, out.changes[2]);
    return out;
}

ChangeSet with_text(std::size_t size) {
    ChangeSet out = sample_change_set();
    out.changes[0].set(schema::FieldNumber{2}, std::string(size, 'x'));
    return out;
}

TEST(Limits, changes_of_a_change_set) {
    EXPECT_EQ(decoded_again(Push{{with_changes(limits::changes_per_set_max)}}), "");
    EXPECT_EQ(decoded_again(Push{{with_changes(limits::changes_per_set_max + 1)}}),
              "key 1, element 0, key 6: too many elements");
}

TEST(Limits, bytes_of_a_change_set) {
    const std::size_t other_bytes = encoded_bytes(with_text(1 << 20)) - (1 << 20);
    const std::size_t most = limits::change_set_bytes_max - other_bytes;
    EXPECT_EQ(decoded_again(Push{{with_text(most)}}), "");
    EXPECT_EQ(decoded_again(Push{{with_text(most + 1)}}), "key 1, element 0: change-set too large");
    // Others around it do not count.
    EXPECT_EQ(decoded_again(Push{{sample_change_set(), with_text(most), sample_change_set()}}), "");
}

TEST(Limits, change_sets_of_a_push) {
    const ChangeSet set = with_changes(0);
    EXPECT_EQ(decoded_again(Push{std::vector<ChangeSet>(limits::push_sets_max, set)}), "");
    EXPECT_EQ(decoded_again(Push{std::vector<ChangeSet>(limits::push_sets_max + 1, set)}),
              "key 1: too many elements");
}

TEST(Limits, unfinished_scopes_of_a_hello) {
    Hello hello;
    hello.unfinished.resize(limits::unfinished_scopes_max);
    EXPECT_EQ(decoded_again(hello), "");
    hello.unfinished.emplace_back();
    EXPECT_EQ(decoded_again(hello), "key 8: too many elements");
}

TEST(Limits, elements_of_a_set) {
    std::vector<std::string> elements;
    for (std::size_t i = 0; i < limits::set_elements_max; ++i) elements.push_back(std::to_string(i));
    FieldMap fields;
    std::string bytes;
    fields.set(schema::FieldNumber{1}, schema::make_set(elements));
    encode_fields(fields, bytes);
    EXPECT_TRUE(decode_fields(bytes).has_value());

    elements.emplace_back("one more");
    fields.set(schema::FieldNumber{1}, schema::make_set(elements));
    bytes.clear();
    encode_fields(fields, bytes);
    EXPECT_EQ(decode_fields(bytes).error().what, "field 1: too many elements");
}

TEST(Limits, fields_of_a_record) {
    FieldMap fields;
    for (std::uint16_t i = 0; i < limits::fields_per_record_max; ++i)
        fields.set(schema::FieldNumber{i}, true);
    std::string bytes;
    encode_fields(fields, bytes);
    EXPECT_TRUE(decode_fields(bytes).has_value());
    fields.set(schema::FieldNumber{9999}, true);
    bytes.clear();
    encode_fields(fields, bytes);
    EXPECT_EQ(decode_fields(bytes).error().what, "too many fields");
}

TEST(Limits, bytes_of_a_frame) {
    Goodbye goodbye{.code = "x", .message = "", .action = GoodbyeAction::retry_later, .retry_after_ms = 0};
    goodbye.message.assign(limits::frame_bytes_max, 'x');
    goodbye.message.resize(goodbye.message.size() - (encoded(goodbye).size() - limits::frame_bytes_max));
    EXPECT_EQ(decoded_again(goodbye), "");
    goodbye.message += 'x';
    EXPECT_EQ(decoded_again(goodbye), "too large");
}

TEST(Limits, nesting) {
    // The message is one map; the value of an unknown key nests below it.
    const auto nested = [](std::size_t depth) {
        return from_hex("82 00 08 10") + std::string(depth - 1, '\x91') + '\xc0';
    };
    EXPECT_TRUE(decode_message(nested(limits::nesting_max)).has_value());
    EXPECT_EQ(decode_message(nested(limits::nesting_max + 1)).error().what, "nested too deep");
}

}  // namespace
}  // namespace fieldsync::sync::test
