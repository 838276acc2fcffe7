// HTTP bodies: several messages, each behind its length.
#include <gtest/gtest.h>

#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

std::string sample_body() {
    std::string out;
    for (const Sample& sample : samples()) append_framed(sample.message, out);
    return out;
}

TEST(Framing, puts_four_bytes_of_length_before_each_message) {
    std::string body;
    append_framed(Pull{}, body);
    append_framed(Renumber{17}, body);
    EXPECT_EQ(to_hex(body), to_hex(from_hex("00000003 810008  00000005 8200070111")));
}

TEST(Framing, frames_bytes_like_the_message_they_are_of) {
    for (const Sample& sample : samples()) {
        std::string encoded, framed, expected;
        encode(sample.message, encoded);
        append_framed_bytes(encoded, framed);
        append_framed(sample.message, expected);
        EXPECT_EQ(framed, expected);
    }
}

TEST(Framing, gives_back_all_messages_in_order) {
    const Decoded<std::vector<Message>> messages = decode_framed(sample_body(), samples().size());
    ASSERT_TRUE(messages.has_value()) << messages.error().what;
    ASSERT_EQ(messages->size(), samples().size());
    for (std::size_t i = 0; i < samples().size(); ++i) EXPECT_EQ((*messages)[i], samples()[i].message);
    EXPECT_TRUE(decode_framed("", 0)->empty());
}

TEST(Framing, bodies_cut_short_inside_a_message_are_errors) {
    const std::string whole = sample_body();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string cut(whole, 0, size);
        const Decoded<std::vector<Message>> messages = decode_framed(cut, 100);
        if (messages) continue;  // between two
        EXPECT_EQ(messages.error().what, "cut short");
        EXPECT_EQ(messages.error().offset, size);
    }
    EXPECT_FALSE(decode_framed(whole.substr(0, whole.size() - 1), 100).has_value());
}

TEST(Framing, refuses_too_many_and_too_large_messages) {
    EXPECT_EQ(decode_framed(sample_body(), samples().size() - 1).error().what, "too many messages");
    EXPECT_EQ(decode_framed(from_hex("ffffffff 810008"), 1).error().what, "too large");
    EXPECT_EQ(decode_framed(from_hex("00600001 810008"), 1).error().what, "too large");
}

TEST(Framing, errors_inside_a_message_count_from_the_bodys_beginning) {
    const Decoded<std::vector<Message>> messages =
        decode_framed(from_hex("00000003 810008 00000003 81000d"), 9);
    EXPECT_EQ(messages.error().what, "no such kind of message");
    EXPECT_EQ(messages.error().offset, 11);
    EXPECT_EQ(decode_framed(from_hex("00000000"), 9).error().offset, 4);
    EXPECT_EQ(decode_framed(from_hex("00000004 81000800"), 9).error().what, "bytes after the end");
}

}  // namespace
}  // namespace fieldsync::sync::test
