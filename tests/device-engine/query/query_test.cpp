#include <algorithm>
#include <random>

#include "device_test.hpp"

namespace fieldsync::testing {
namespace {

using device::ErrorCode;
using device::Match;
using device::Plan;
using device::Query;
using schema::StringSet;

class QueryTest : public DeviceTest {
  protected:
    void SetUp() override {
        begin_as_admin();
        std::vector<Record> records = world_.business_records(100);
        records.pop_back();
        add(records, 501, "Zed Court", "for_sale", 300, "Pune", {"gym", "lift"});
        add(records, 502, "Aria", "for_rent", 100, "Goa", {"pool"});
        add(records, 503, "aria annex", "for_rent", std::nullopt, "Goa", {});
        add(records, 504, "Beach House", "for_sale", 200, "Goa", {"Pool", "view"});
        add(records, 505, "Aria", "for_sale", 100, "Pune", {"lift"});
        apply(ChunkOf(101).begin(world_.business, 101).part(world_.business, 101, records));
    }
    void add(std::vector<Record>& to, std::uint16_t n, const char* title, const char* purpose,
             std::optional<std::int64_t> price, const char* city, StringSet features) {
        Record record = make_record(entity::property, uid(n), world_.business, 100,
                                    {{field::title, title},
                                     {field::property_type, n % 2 == 0 ? world_.type : uid(600)},
                                     {field::listing_purpose, purpose},
                                     {field::property_status, "published"},
                                     {field::city, city},
                                     {field::features, std::move(features)}});
        if (price) record.fields.set(field::price, *price);
        to.push_back(std::move(record));
    }
    std::vector<int> run(const Query& query) {
        const auto result = engine_->query(query);
        if (!result) ADD_FAILURE() << result.error().message;
        std::vector<int> found;
        if (result)
            for (const Record& record : result->records)
                found.push_back(record.uid.bytes[14] * 256 + record.uid.bytes[15]);
        return found;
    }
    Plan plan(const Query& query) { return *engine_->plan(query); }
    static Query properties() { return {.entity = entity::property}; }
    using Found = std::vector<int>;
};

TEST_F(QueryTest, filters) {
    EXPECT_EQ(run(properties()), (Found{501, 502, 503, 504, 505}));
    EXPECT_EQ(run(properties().where(field::city, "Goa")), (Found{502, 503, 504}));
    EXPECT_EQ(run(properties().where(field::city, Match::not_equals, "Goa")), (Found{501, 505}));
    EXPECT_EQ(run(properties().where(field::price, Match::less, std::int64_t{200})), (Found{502, 505}));
    EXPECT_EQ(run(properties().where(field::price, Match::less_or_equal, std::int64_t{200})),
              (Found{502, 504, 505}));
    EXPECT_EQ(run(properties().where(field::price, Match::greater, std::int64_t{200})), (Found{501}));
    EXPECT_EQ(run(properties().where(field::price, Match::greater_or_equal, std::int64_t{200})),
              (Found{501, 504}));
    EXPECT_EQ(run(properties().where(field::price, Value{})), (Found{503}));
    EXPECT_EQ(run(properties().where(field::title, Match::prefix, "Ar")), (Found{502, 505}));
    EXPECT_EQ(run(properties().where(field::title, Match::contains, "ARIA")), (Found{502, 503, 505}));
    EXPECT_EQ(run(properties().where(field::features, Match::contains, "pool")), (Found{502}));
    EXPECT_EQ(run(properties().where_in(field::price, {std::int64_t{100}, std::int64_t{300}})),
              (Found{501, 502, 505}));
    EXPECT_EQ(run(properties().where(field::city, "Goa").where(field::listing_purpose, "for_sale")),
              (Found{504}));
    EXPECT_EQ(run(properties().where_in(field::city, {})), (Found{}));
}

TEST_F(QueryTest, a_missing_field_counts_as_its_default) {
    EXPECT_EQ(run(properties().where(field::is_managed, false)).size(), 5U);
    EXPECT_EQ(run({.entity = entity::phase, .filters = {{.field = field::phase_status, .value = "pending"}}})
                  .size(),
              1U);
}

TEST_F(QueryTest, order_and_pages) {
    EXPECT_EQ(run(properties().order_by(field::price)), (Found{503, 502, 505, 504, 501}));
    EXPECT_EQ(run(properties().order_by(field::price, true)), (Found{501, 504, 502, 505, 503}));
    EXPECT_EQ(run(properties().order_by(field::title)), (Found{502, 505, 504, 501, 503})) << "byte by byte";
    EXPECT_EQ(run(properties().order_by(field::title).order_by(field::city, true)),
              (Found{505, 502, 504, 501, 503}));
    EXPECT_EQ(run(properties().order_by(field::title, true)), (Found{503, 501, 504, 502, 505}));
    EXPECT_EQ(run(properties().order_by(field::price).page(1, 2)), (Found{502, 505}));
    EXPECT_EQ(run(properties().order_by(field::title).page(3, 10)), (Found{501, 503}));
    EXPECT_EQ(run(properties().page(1, 2)), (Found{502, 503}));
    EXPECT_EQ(run(properties().page(9, 2)), (Found{}));
    EXPECT_EQ(run(properties().order_by(field::price).page(9, 2)), (Found{}));
    EXPECT_EQ(*engine_->count(properties().page(1, 2)), 5U);
    EXPECT_EQ(*engine_->count(properties().where(field::city, "Goa").page(1, 2)), 3U);
}

TEST_F(QueryTest, indexes_are_used_and_the_plan_says_which) {
    EXPECT_EQ(plan(properties()).access, Plan::Access::all);
    EXPECT_EQ(plan(properties().where(field::city, "Goa")).index, "") << "not an indexed field";
    const auto by_type = properties().where(field::city, "Goa").where(field::property_type, world_.type);
    EXPECT_EQ(plan(by_type).access, Plan::Access::equals);
    EXPECT_EQ(plan(by_type).index, "type");
    const auto result = *engine_->query(by_type);
    EXPECT_EQ(result.records.size(), 2U);
    EXPECT_EQ(result.plan.examined, 2U) << "of five";

    const auto range = properties().where(field::title, Match::prefix, "Ar").order_by(field::title);
    EXPECT_EQ(plan(range).access, Plan::Access::range);
    EXPECT_TRUE(plan(range).is_ordered);
    EXPECT_EQ(engine_->query(range)->plan.examined, 2U);

    const auto ordered = properties().order_by(field::title, true).page(0, 1);
    EXPECT_EQ(plan(ordered).access, Plan::Access::order);
    EXPECT_TRUE(plan(ordered).is_ordered);
    EXPECT_EQ(run(ordered), (Found{503}));
    EXPECT_LE(engine_->query(ordered)->plan.examined, 2U) << "the page alone is read";
    EXPECT_FALSE(plan(properties().order_by(field::price)).is_ordered);
}

TEST_F(QueryTest, long_texts_are_told_apart_behind_the_indexed_bytes) {
    const std::string base(200, 't');
    for (std::uint16_t i = 0; i < 3; ++i) {
        Record record =
            make_record(entity::property, uid(static_cast<std::uint16_t>(510 + i)), world_.business, 100,
                        {{field::title, base + std::string(1, static_cast<char>('c' - i))}});
        apply(ChunkOf(102).whole(record, 102));
    }
    EXPECT_EQ(run(properties().where(field::title, base + "b")), (Found{511}));
    EXPECT_EQ(run(properties().where(field::title, Match::prefix, base)), (Found{510, 511, 512}));
    EXPECT_EQ(run(properties().where(field::title, Match::greater, base + "a").order_by(field::title)),
              (Found{511, 510}));
    EXPECT_EQ(run(properties().where(field::title, Match::prefix, base).order_by(field::title, true)),
              (Found{510, 511, 512}));
}

TEST_F(QueryTest, some_fields_of_one_record) {
    const schema::RecordKey key{entity::property, uid(504)};
    const auto fields = engine_->get(key, std::to_array({field::city, field::price, field::features}));
    ASSERT_TRUE(fields.has_value());
    schema::FieldMap wanted;
    for (const FieldNumber number : {field::city, field::price, field::features})
        wanted.set(number, *engine_->get(key)->fields.get(number));
    EXPECT_EQ(*fields, wanted);
    EXPECT_TRUE(engine_->get(key, {}).value().empty());
    EXPECT_TRUE(engine_->get(key, std::to_array({field::description})).value().empty()) << "it has none";
    EXPECT_FALSE(engine_->get({entity::property, uid(999)}, std::to_array({field::city})).has_value());
}

TEST_F(QueryTest, what_cannot_be_asked_is_an_error) {
    const auto code = [&](const Query& query) { return engine_->query(query).error().code; };
    EXPECT_EQ(code({.entity = schema::EntityNumber{60}}), ErrorCode::bad_query);
    EXPECT_EQ(code(properties().where(FieldNumber{250}, "x")), ErrorCode::bad_query);
    EXPECT_EQ(code(properties().where(field::price, "x")), ErrorCode::bad_query);
    EXPECT_EQ(code(properties().where(field::price, Match::prefix, "x")), ErrorCode::bad_query);
    EXPECT_EQ(code(properties().where(field::price, Match::contains, "x")), ErrorCode::bad_query);
    EXPECT_EQ(code(properties().where(field::price, Match::less, Value{})), ErrorCode::bad_query);
    EXPECT_EQ(code(properties().order_by(FieldNumber{250})), ErrorCode::bad_query);
    EXPECT_EQ(engine_->observe(properties().order_by(FieldNumber{250}), {}).error().code,
              ErrorCode::bad_query);
    EXPECT_EQ(engine_->count({.entity = schema::EntityNumber{60}}).error().code, ErrorCode::bad_query);
}

// Every query with an index gives what the same query without gives: here the filters over all records are
// the oracle.
TEST_F(QueryTest, indexes_change_nothing_but_the_speed) {
    std::mt19937 random(11);
    std::vector<Record> records;
    const std::vector<std::string> titles{"", "a", "aa", "ab", "b", "B", "ba", "\xC3\xA9", "z"};
    for (std::uint16_t i = 0; i < 120; ++i) {
        Record record = make_record(entity::property, uid(static_cast<std::uint16_t>(1000 + i)),
                                    world_.business, 103, {});
        if (random() % 8 != 0) record.fields.set(field::title, titles[random() % titles.size()]);
        if (random() % 4 != 0)
            record.fields.set(field::property_type, uid(static_cast<std::uint16_t>(random() % 4)));
        record.fields.set(field::price, static_cast<std::int64_t>(random() % 5) - 2);
        records.push_back(std::move(record));
    }
    apply(ChunkOf(103).begin(world_.business, 103).part(world_.business, 103, records));
    const auto all = engine_->query(properties())->records;
    ASSERT_EQ(all.size(), 120U);
    const auto compare = [](Match match, const Value& left, const Value& right) {
        switch (match) {
            case Match::equals:
                return left == right;
            case Match::not_equals:
                return left != right;
            case Match::prefix: {
                const auto* text = std::get_if<std::string>(&left);
                return text != nullptr && text->starts_with(std::get<std::string>(right));
            }
            default:
                break;
        }
        if (schema::is_null(left)) return false;
        if (match == Match::less) return left < right;
        if (match == Match::less_or_equal) return left <= right;
        return match == Match::greater ? left > right : left >= right;
    };
    const auto value_of = [](const Record& record, FieldNumber number) {
        const Value* value = record.fields.get(number);
        return value != nullptr ? *value : Value{};
    };
    for (int round = 0; round < 400; ++round) {
        Query query = properties();
        for (std::size_t n = random() % 3; n > 0; --n) {
            const auto match =
                std::vector{Match::equals,  Match::not_equals,       Match::less,  Match::less_or_equal,
                            Match::greater, Match::greater_or_equal, Match::prefix}[random() % 7];
            if (random() % 3 == 0 && match != Match::prefix)
                query.where(field::property_type, match, uid(static_cast<std::uint16_t>(random() % 4)));
            else
                query.where(field::title, match, titles[random() % titles.size()]);
        }
        for (std::size_t n = random() % 3; n > 0; --n)
            query.order_by(std::vector{field::title, field::price, field::property_type}[random() % 3],
                           random() % 2 == 0);
        std::vector<Record> expected;
        for (const Record& record : all)
            if (std::all_of(query.filters.begin(), query.filters.end(), [&](const device::Filter& filter) {
                    return compare(filter.match, value_of(record, filter.field), filter.value);
                }))
                expected.push_back(record);
        std::stable_sort(expected.begin(), expected.end(), [&](const Record& a, const Record& b) {
            for (const auto& order : query.order) {
                const Value left = value_of(a, order.field), right = value_of(b, order.field);
                if (left != right) return order.descending ? right < left : left < right;
            }
            return a.uid < b.uid;
        });
        EXPECT_EQ(*engine_->count(query), expected.size());
        if (random() % 2 == 0) {
            query.page(random() % 10, 1 + random() % 30);
            expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(
                                                                    std::min(query.offset, expected.size())));
            if (expected.size() > query.limit) expected.resize(query.limit);
        }
        if (query.order.empty() && plan(query).access != Plan::Access::all)
            query.order_by(field::price);
        else
            EXPECT_EQ(engine_->query(query)->records, expected) << "round " << round;
    }
}

}  // namespace
}  // namespace fieldsync::testing
