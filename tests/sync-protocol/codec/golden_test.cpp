// The exact bytes of each kind of message: what PROTOCOL.md promises to every peer. A change here is a change
// of protocol.
#include <gtest/gtest.h>

#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

struct Golden {
    const char* name;
    const char* hex;  // indented by nesting; keys and their values in pairs
};

// clang-format off
constexpr Golden golden[] = {
    {"hello",
     "8a"
     "  00 01  01 01  02 01  03 07  04 c4100d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d"
     "  05 c41005050505050505050505050505050505  06 a6736563726574"
     "  07 8201ce000111700205  08  92"
     "    8301c4105151515151515151515151515151515102cd038403a66c6561642f37"
     "    8101c41053535353535353535353535353535353"
     "  09 c3"
    },
    {"welcome",
     "86"
     "  00 02  01 01  02 cf00060a24181e4000  03 8201cd03e90206"
     "  04 8401cd03e802ce0040000003ce0060000004ce00100000  05 02"
    },
    {"goodbye",
     "85"
     "  00 03  01 b0757067726164655f7265717569726564"
     "  02 ad506c6561736520757064617465  03 03  04 cdea60"
    },
    {"push",
     "82"
     "  00 04  01  91"
     "    86"
     "      01 c410c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5  02 03  03 cf0102030405060708"
     "      04 cf00060a24181e4000  05 ccff  06  93"
     "        84"
     "          01 0e  02 c41014141414141414141414141414141414  03 01"
     "          04 9182010202a943616c6c206261636b"
     "        84"
     "          01 0b  02 c41011111111111111111111111111111111  03 02  04  91"
     "            87"
     "              01 03  02 c41006060606060606060606060606060606  03 ccc8  04 a0"
     "              05 91a161  06 92a162a163  07 c3"
     "        83011202c410181818181818181818181818181818180303"
    },
    {"receipts",
     "82"
     "  00 05  01  91"
     "    89"
     "      01 c410c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5  02 02  03 cd03e9  04  92"
     "        c41051515151515151515151515151515151"
     "        c41053535353535353535353535353535353"
     "      05 918201c41014141414141414141414141414141414024d"
     "      06 91840182010b02c410111111111111111111111111111111110203030104c3"
     "      07 b176616c69646174696f6e5f6661696c6564  08 a26e6f"
     "      09 918501a570726963650204036404a1740502"
    },
    {"receipts_stored",
     "82"
     "  00 06  01  92"
     "    c410c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5"
     "    c410c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6c6"
    },
    {"renumber",
     "8200070111"
    },
    {"pull",
     "810008"
    },
    {"chunk",
     "89"
     "  00 09  01 8201cd03e802cffedcba9876543210"
     "  02 918201c4105151515151515151515151515151515102cd0384"
     "  03 91c41052525252525252525252525252525252  04  91"
     "    87"
     "      01 cd03e7  02 c41051515151515151515151515151515151"
     "      03 82010902c41009090909090909090909090909090909  04 02  05 c3  06 1f"
     "      07 8101a441736861"
     "  05  91"
     "    85"
     "      01 c41051515151515151515151515151515151  02 cd03b6  03 a66c6561642f37"
     "      04 c3  05  91"
     "        86"
     "          01 09  02 c41009090909090909090909090909090909  03 1f  04 cd03b6"
     "          05 c41051515151515151515151515151515151  06  86"
     "            01 a441736861  02 d0d6  03 c3  04 c41044444444444444444444444444444444"
     "            05 92a46c696674a4706f6f6c  cd012c c0"
     "  06 c3  07 cd03e8  08 0c"
    },
    {"chunk_stored",
     "82000a01cd03e8"
    },
    {"verify",
     "83"
     "  00 0b  01 cd03e8"
     "  02 918301c41051515151515151515151515151515151020303cf8000000000000001"
    },
    {"verified",
     "84000c01c302cd03e80391c41051515151515151515151515151515151"
    },
};

constexpr const char* golden_record =
     "86"
     "  01 09  02 c41009090909090909090909090909090909  03 1f  04 cd03b6"
     "  05 c41051515151515151515151515151515151  06  86"
     "    01 a441736861  02 d0d6  03 c3  04 c41044444444444444444444444444444444"
     "    05 92a46c696674a4706f6f6c  cd012c c0";
// clang-format on

TEST(GoldenFrames, every_kind_of_message_has_its_bytes) {
    ASSERT_EQ(std::size(golden), samples().size());
    for (std::size_t i = 0; i < samples().size(); ++i) {
        SCOPED_TRACE(golden[i].name);
        EXPECT_STREQ(golden[i].name, samples()[i].name);
        EXPECT_EQ(to_hex(encoded(samples()[i].message)), to_hex(from_hex(golden[i].hex)));
    }
}

TEST(GoldenFrames, decode_to_the_message_they_came_from) {
    for (std::size_t i = 0; i < samples().size(); ++i) {
        SCOPED_TRACE(golden[i].name);
        const Decoded<Message> message = decode_message(from_hex(golden[i].hex));
        ASSERT_TRUE(message.has_value()) << message.error().what;
        EXPECT_EQ(*message, samples()[i].message);
    }
}

TEST(GoldenFrames, cut_short_anywhere_are_errors) {
    for (const Golden& frame : golden) {
        SCOPED_TRACE(frame.name);
        const std::string whole = from_hex(frame.hex);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            // A copy of its own, so that a sanitizer sees a read behind it.
            const std::string cut(whole, 0, size);
            const Decoded<Message> message = decode_message(cut);
            ASSERT_FALSE(message.has_value()) << size;
            EXPECT_LE(message.error().offset, size);
        }
    }
}

TEST(GoldenFrames, bytes_behind_the_end_are_an_error) {
    for (const Golden& frame : golden) {
        const std::string whole = from_hex(frame.hex);
        const Decoded<Message> message = decode_message(whole + '\0');
        ASSERT_FALSE(message.has_value()) << frame.name;
        EXPECT_EQ(message.error().offset, whole.size());
    }
}

TEST(GoldenFrames, a_record_has_its_bytes) {
    std::string out = "before";
    encode_record(sample_record(), out);
    EXPECT_EQ(to_hex(out), to_hex("before" + from_hex(golden_record)));
}

TEST(GoldenFrames, what_is_zero_or_empty_is_left_out) {
    EXPECT_EQ(to_hex(encoded(Push{})), "810004");
    EXPECT_EQ(to_hex(encoded(Verified{})), "82000c0200");
    std::string record;
    encode_record({}, record);
    EXPECT_EQ(to_hex(record), "82010002c41000000000000000000000000000000000");
}

}  // namespace
}  // namespace fieldsync::sync::test
