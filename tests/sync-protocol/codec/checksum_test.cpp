// Checksums agree wherever a device and the server show the same, and differ where they do not.
#include <gtest/gtest.h>

#include <set>

#include "codec/xxh64.hpp"
#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

using schema::FieldNumber;
using schema::Schema;
namespace entity = schema::entity;

constexpr FieldNumber title{1}, status{4}, latitude{7}, price_on_request{12}, features{14};

Record property() {
    Record out{
        .entity = entity::property, .uid = uid(8), .id = 5, .seq = Seq{9}, .scope = uid(1), .fields = {}};
    out.fields.set(title, std::string("Villa"));
    return out;
}

std::uint64_t sum(const Record& record) {
    return checksum(Schema::current(), record);
}

TEST(Xxh64, agrees_with_the_published_vectors) {
    EXPECT_EQ(codec::xxh64(""), 0xEF46DB3751D8E999);
    EXPECT_EQ(codec::xxh64("a"), 0xD24EC4F1A98C6E5B);
    EXPECT_EQ(codec::xxh64("abc"), 0x44BC2CF5AD770999);
    EXPECT_EQ(codec::xxh64("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1);
}

TEST(Checksum, depends_on_uid_seq_and_content) {
    std::set<std::uint64_t> sums{sum(property())};
    const auto add = [&](auto change) {
        Record record = property();
        change(record);
        EXPECT_TRUE(sums.insert(sum(record)).second) << sums.size();
    };
    add([](Record& r) { r.uid = uid(9); });
    add([](Record& r) { r.seq = Seq{10}; });
    add([](Record& r) { r.fields.set(title, std::string("Villb")); });
    add([](Record& r) {
        r.fields.set(latitude, std::int64_t{0});
    });  // it has no default: null is not the equator
    add([](Record& r) { r.fields.set(latitude, std::int64_t{1}); });
    add([](Record& r) { r.fields.set(features, schema::StringSet{"a", "b"}); });
    add([](Record& r) { r.fields.set(features, schema::StringSet{"ab"}); });
    add([](Record& r) { r.fields.set(price_on_request, true); });
}

TEST(Checksum, ignores_where_a_record_is_kept) {
    Record record = property();
    record.id = 0;
    record.scope = uid(2);
    EXPECT_EQ(sum(record), sum(property()));
}

TEST(Checksum, takes_absent_null_default_and_empty_alike) {
    Record record = property();
    record.fields.set(status, std::string("draft"));
    record.fields.set(latitude, std::monostate{});
    record.fields.set(price_on_request, false);
    record.fields.set(features, schema::StringSet{});
    EXPECT_EQ(sum(record), sum(property()));
}

TEST(Checksum, leaves_out_arguments_server_side_and_unknown_fields) {
    Record lead{.entity = entity::lead, .uid = uid(8), .id = 0, .seq = Seq{9}, .scope = {}, .fields = {}};
    const std::uint64_t bare = sum(lead);
    lead.fields.set(FieldNumber{8}, std::string("stage_note"));
    lead.fields.set(FieldNumber{999}, std::string("of a newer schema"));
    EXPECT_EQ(sum(lead), bare);

    Record user{.entity = entity::user, .uid = uid(8), .id = 0, .seq = Seq{9}, .scope = {}, .fields = {}};
    user.fields.set(FieldNumber{2}, std::string("email"));
    EXPECT_EQ(sum(user), bare);
}

TEST(Checksum, of_an_entity_not_known_here_is_over_uid_and_seq) {
    Record record = property();
    const std::uint64_t bare =
        sum({.entity = property().entity, .uid = uid(8), .id = 0, .seq = Seq{9}, .scope = {}, .fields = {}});
    record.entity = schema::EntityNumber{999};
    EXPECT_EQ(sum(record), bare);
}

// Both ends of every version must get the same number for the same record.
TEST(Checksum, is_this_number_for_good) {
    EXPECT_EQ(sum(property()),
              codec::xxh64(from_hex("c410 08080808080808080808080808080808 09 01 a5 56696c6c61")));
}

}  // namespace
}  // namespace fieldsync::sync::test
