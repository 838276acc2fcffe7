// A field read where it lies is the field that decoding finds.
#include "fieldsync/sync/field_view.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

using Kind = FieldView::Kind;
using schema::FieldNumber;
using schema::Value;

std::string bytes_of(const Record& record) {
    std::string bytes;
    encode_record(record, bytes);
    return bytes;
}

bool says(const FieldView& view, const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value))
        return view.kind == Kind::boolean && (view.number != 0) == *flag;
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return view.kind == Kind::integer && view.number == *number;
    if (const auto* text = std::get_if<std::string>(&value))
        return view.kind == Kind::text && view.bytes == *text;
    if (const auto* id = std::get_if<Uid>(&value)) return view.kind == Kind::uid && view.bytes == id->view();
    return view.kind == (schema::is_null(value) ? Kind::null : Kind::other);
}

Value any_value() {
    const int bits = *rc::gen::inRange(0, 64);
    switch (*rc::gen::inRange(0, 6)) {
        case 0:
            return std::monostate{};
        case 1:
            return *rc::gen::arbitrary<bool>();
        case 2:
            return *rc::gen::arbitrary<std::int64_t>() >> bits;
        case 3:
            return std::string(*rc::gen::element<std::size_t>(0, 5, 31, 32, 255, 256, 70'000), 'x');
        case 4:
            return uid(*rc::gen::arbitrary<std::uint8_t>());
        default:
            return schema::make_set(*rc::gen::arbitrary<std::vector<std::string>>());
    }
}

RC_GTEST_PROP(FieldView, says_what_decoding_says, ()) {
    Record record = sample_record();
    record.fields = {};
    std::vector<FieldNumber> numbers;
    for (int i = *rc::gen::inRange(0, 20); i > 0; --i) {
        numbers.push_back(FieldNumber{*rc::gen::inRange<std::uint16_t>(1, 400)});
        record.fields.set(numbers.back(), any_value());
    }
    const std::string bytes = bytes_of(record);
    for (const FieldNumber number : numbers)
        RC_ASSERT(says(view_field(bytes, number), *record.fields.get(number)));
    RC_ASSERT(view_field(bytes, FieldNumber{500}).kind == Kind::absent);
}

TEST(FieldView, AFieldBehindEveryKindOfValueIsFound) {
    // fields 1 to 9: float, double, extensions, a nested map, an array; then 10: true
    const std::string record = from_hex(
        "81 06 8a 01 ca00000000 02 cb0000000000000000 03 c7 02 05 aabb 04 d4 05 aa 05 d8 05"
        " 00000000000000000000000000000000 06 81 01 92 02 03 07 dc 0001 c0 08 de 0001 01 02 09 c5 0001 aa"
        " 0a c3");
    EXPECT_EQ(view_field(record, FieldNumber{10}).kind, Kind::boolean);
    EXPECT_EQ(view_field(record, FieldNumber{10}).number, 1);
    EXPECT_EQ(view_field(record, FieldNumber{9}).kind, Kind::other) << "one byte is no uid";
}

TEST(FieldView, CutShortAnywhereItSaysSo) {
    Record record = sample_record();
    record.fields.set(FieldNumber{65'535}, std::string("the last one"));
    const std::string whole = bytes_of(record);
    EXPECT_EQ(view_field(whole, FieldNumber{65'535}).bytes, "the last one");
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(view_field(std::string(whole, 0, size), FieldNumber{65'535}).kind, Kind::other) << size;
}

RC_GTEST_PROP(FieldView, reads_no_further_than_the_bytes, (const std::string& tail)) {
    for (const char* head : {"81 06 81 01", "df ffffffff", "81 06 df ffffffff 01", "81 06 81 dd ffffffff"}) {
        const std::string bytes = from_hex(head) + tail;
        const FieldView view = view_field(bytes, FieldNumber{1});
        RC_ASSERT(view.bytes.size() <= bytes.size());
    }
}

}  // namespace
}  // namespace fieldsync::sync::test
