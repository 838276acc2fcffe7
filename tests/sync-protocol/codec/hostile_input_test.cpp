// Bytes that nobody honest sends: an error each, at little cost, and never a crash.
#include <gtest/gtest.h>

#include <random>

#include "codec/allocation_meter.hpp"
#include "fieldsync/sync/limits.hpp"
#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

TEST(HostileInput, headers_that_promise_much_cost_little) {
    struct Case {
        const char* hex;
        const char* what;
    };
    const Case cases[] = {
        {"dd ffffffff", "more elements than bytes"},
        {"df ffffffff", "more elements than bytes"},
        {"df 00000001", "more elements than bytes"},
        {"dc ffff c0", "more elements than bytes"},
        {"82 00 05 01 dd ffffffff c0", "key 1: more elements than bytes"},
        {"82 00 05 01 dd 00000002 c0", "key 1: more elements than bytes"},
        {"82 00 03 01 db ffffffff 78", "key 1: cut short"},
        {"82 00 06 01 91 c6 ffffffff 78", "key 1, element 0: cut short"},
        {"82 00 08 10 c9 ffffffff 05", "cut short"},
        {"82 00 03 01 db 7fffffff", "key 1: cut short"},
        {"82 00 08 10 9f 9f 9f 9f 9f 9f 9f 9f 9f 9f 9f 9f 9f 9f 9f 9f", "more elements than bytes"},
    };
    for (const Case& hostile : cases) {
        SCOPED_TRACE(hostile.hex);
        const std::string bytes = from_hex(hostile.hex);
        const AllocationMeter meter;
        const Decoded<Message> message = decode_message(bytes);
        EXPECT_LT(meter.bytes(), 2'000);
        ASSERT_FALSE(message.has_value());
        EXPECT_EQ(message.error().what, hostile.what);
    }
}

TEST(HostileInput, deep_nesting_is_an_error) {
    for (const char* const element : {"91", "81", "81c0"}) {
        std::string bytes = from_hex("82 00 08 10");
        while (bytes.size() < limits::frame_bytes_max) bytes += from_hex(element);
        const AllocationMeter meter;
        const Decoded<Message> message = decode_message(bytes);
        EXPECT_LT(meter.bytes(), 2'000);
        ASSERT_FALSE(message.has_value());
        EXPECT_EQ(message.error().what, "nested too deep");
        EXPECT_LE(message.error().offset, 4 + 2 * limits::nesting_max);
    }
}

TEST(HostileInput, a_frame_of_tiny_values_is_bounded) {
    // An array of nil, as large as a frame may be.
    std::string bytes = from_hex("82 00 08 10 dd 005ffff7");
    bytes.append(0x5ffff7, '\xc0');
    ASSERT_EQ(bytes.size(), limits::frame_bytes_max);
    const AllocationMeter meter;
    const Decoded<Message> message = decode_message(bytes);
    EXPECT_LT(meter.bytes(), 2'000);
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error().what, "too many values");
}

TEST(HostileInput, an_array_costs_what_was_read_of_it) {
    // A million receipts announced and there, the second of which is none.
    std::string bytes =
        from_hex("82 00 05 01 dd 000f4240 83 01 c410 00000000000000000000000000000000 02 01 03 00");
    bytes.append(1'000'000 - 1, '\xc0');
    const AllocationMeter meter;
    const Decoded<Message> message = decode_message(bytes);
    EXPECT_LT(meter.bytes(), 200'000);
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error().what, "key 1, element 1: not a map");
}

class Mutator {
  public:
    explicit Mutator(std::uint64_t seed) : random_(seed) {}

    std::string mutate(std::string bytes) {
        for (std::size_t i = 1 + below(4); i > 0 && !bytes.empty(); --i) {
            const std::size_t at = below(bytes.size());
            switch (below(6)) {
                case 0:
                    bytes[at] = any_byte();
                    break;
                case 1:
                    bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
                    break;
                case 2:
                    bytes.insert(at, 1, any_byte());
                    break;
                case 3:
                    bytes.erase(at, 1 + below(8));
                    break;
                case 4:
                    bytes.resize(at);
                    break;
                default:
                    bytes.insert(below(bytes.size()), bytes.substr(at, 1 + below(32)));
                    break;
            }
        }
        return bytes;
    }

  private:
    std::size_t below(std::size_t bound) { return random_() % bound; }
    char any_byte() { return static_cast<char>(random_()); }

    std::mt19937_64 random_;
};

// Whatever was understood, another peer understands the same.
template <class T, class Encode, class Decode>
void is_stable(const T& value, Encode encode_it, Decode decode_it) {
    std::string bytes;
    encode_it(value, bytes);
    const Decoded<T> back = decode_it(bytes);
    ASSERT_TRUE(back.has_value()) << back.error().what;
    EXPECT_EQ(*back, value);
}

TEST(HostileInput, mutated_messages_are_errors_or_messages) {
    Mutator mutator(20260520);
    int understood = 0;
    for (int round = 0; round < 20'000; ++round) {
        const std::string bytes =
            mutator.mutate(encoded(samples()[static_cast<std::size_t>(round) % 12].message));
        const Decoded<Message> message = decode_message(bytes);
        if (!message) {
            EXPECT_FALSE(message.error().what.empty());
            EXPECT_LE(message.error().offset, bytes.size());
            continue;
        }
        ++understood;
        is_stable(*message, encode, decode_message);
    }
    // Neither all nor none, or the test tests nothing.
    EXPECT_GT(understood, 1'000);
    EXPECT_LT(understood, 19'000);
}

TEST(HostileInput, mutated_parts_are_errors_or_parts) {
    Mutator mutator(7);
    std::string record;
    encode_record(sample_record(), record);
    std::string set;
    encode_change_set(sample_change_set(), set);
    for (int round = 0; round < 5'000; ++round) {
        if (const Decoded<Record> back = decode_record(mutator.mutate(record)))
            is_stable(*back, encode_record, decode_record);
        if (const Decoded<ChangeSet> back = decode_change_set(mutator.mutate(set)))
            is_stable(*back, encode_change_set, decode_change_set);
    }
}

TEST(HostileInput, random_bytes_are_errors) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 5'000; ++round) {
        std::string bytes(random() % 64, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random());
        (void)decode_message(bytes);
        (void)decode_framed(bytes, 10);
        (void)decode_record(bytes);
    }
}

}  // namespace
}  // namespace fieldsync::sync::test
