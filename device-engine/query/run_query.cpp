#include "query/run_query.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "records/index_key.hpp"
#include "records/records.hpp"

namespace fieldsync::device {
namespace {

using schema::Record;
using schema::Value;
using store::Table;

// A stretch of an index: keys from `from` up to, not including, `to`. Inclusive of the filters' bounds: what
// it finds is compared with the filters.
struct Stretch {
    std::string from, to;
};

// The first bytes after everything that begins so.
std::string after(std::string prefix) {
    while (!prefix.empty() && static_cast<std::uint8_t>(prefix.back()) == 0xFF) prefix.pop_back();
    if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<std::uint8_t>(prefix.back()) + 1);
    return prefix;
}

Stretch stretch_of(const std::string& prefix) {
    return {prefix, after(prefix)};
}

bool is_range(Match match) {
    return match == Match::less || match == Match::less_or_equal || match == Match::greater ||
           match == Match::greater_or_equal || match == Match::prefix;
}

bool is_equality(Match match) {
    return match == Match::equals || match == Match::in;
}

struct Access {
    Plan plan;
    const schema::Field* index = nullptr;
    std::vector<Stretch> stretches;
};

// The stretch that all ranges over this field leave.
Stretch narrowed(const CheckedQuery& query, const schema::Field& field) {
    const std::string prefix = index_prefix(query.query().entity, field.number);
    Stretch stretch = stretch_of(prefix);
    for (const Filter& filter : query.query().filters) {
        if (filter.field != field.number || !is_range(filter.match)) continue;
        if (filter.match == Match::prefix) {
            const Stretch texts = stretch_of(prefix + index_text_prefix(std::get<std::string>(filter.value)));
            stretch.from = std::max(stretch.from, texts.from);
            stretch.to = std::min(stretch.to, texts.to);
        } else if (filter.match == Match::greater || filter.match == Match::greater_or_equal) {
            stretch.from = std::max(stretch.from, prefix + index_value(filter.value));
        } else {
            stretch.to = std::min(stretch.to, after(prefix + index_value(filter.value)));
        }
    }
    return stretch;
}

std::vector<Stretch> stretches_of(const CheckedQuery& query, const Filter& filter) {
    std::set<std::string> prefixes;
    const auto add = [&](const Value& value) {
        prefixes.insert(index_prefix(query.query().entity, filter.field) + index_value(value));
    };
    if (filter.match == Match::equals)
        add(filter.value);
    else
        std::for_each(filter.any_of.begin(), filter.any_of.end(), add);
    std::vector<Stretch> all;
    all.reserve(prefixes.size());
    for (const std::string& prefix : prefixes) all.push_back(stretch_of(prefix));
    return all;
}

// Equality first, then ranges, then an index that spares the sorting; of equals, the first that was asked
// for.
Access choose(const CheckedQuery& query) {
    const auto indexed = [&](schema::FieldNumber number) {
        const schema::Field* field = query.table().field(number);
        return is_indexed(*field) ? field : nullptr;
    };
    const auto use = [](Plan::Access access, const schema::Field& field, std::vector<Stretch> stretches) {
        return Access{{access, std::string(field.name), false, 0}, &field, std::move(stretches)};
    };
    const std::vector<Order>& order = query.query().order;
    Access access;
    for (const Filter& filter : query.query().filters)
        if (const auto* field = indexed(filter.field); field != nullptr && is_equality(filter.match))
            return use(Plan::Access::equals, *field, stretches_of(query, filter));
    for (const Filter& filter : query.query().filters) {
        const auto* field = indexed(filter.field);
        if (field == nullptr || !is_range(filter.match)) continue;
        access = use(Plan::Access::range, *field, {narrowed(query, *field)});
        break;
    }
    if (access.index == nullptr && !order.empty())
        if (const auto* field = indexed(order.front().field))
            access = use(Plan::Access::order, *field, {narrowed(query, *field)});
    access.plan.is_ordered =
        access.index != nullptr && !order.empty() && order.front().field == access.index->number;
    return access;
}

class Run {
  public:
    Run(const CheckedQuery& query, const store::ReadTransaction& tables, Access access)
        : query_(query), tables_(tables), access_(std::move(access)) {}

    // Every match; in order where the plan says so. `take` returns false to stop.
    void each(const std::function<bool(Record&&)>& take) {
        const schema::EntityNumber entity = query_.query().entity;
        if (access_.index == nullptr) {
            tables_.each(Table::records, store::entity_prefix(entity),
                         [&](std::string_view, std::string_view bytes) {
                             ++access_.plan.examined;
                             return !query_.matches(bytes) || take(decode_stored(bytes));
                         });
            return;
        }
        const bool backwards = access_.plan.is_ordered && query_.query().order.front().descending;
        if (backwards) std::reverse(access_.stretches.begin(), access_.stretches.end());
        for (const Stretch& stretch : access_.stretches)
            if (!(backwards ? down(stretch, take) : up(stretch, take))) return;
    }

    [[nodiscard]] const Plan& plan() const { return access_.plan; }

  private:
    // Records with the same key in the index are gathered, sorted by the rest of the order, and then handed
    // out.
    bool up(const Stretch& stretch, const std::function<bool(Record&&)>& take) {
        store::Scan entries = tables_.scan(Table::indexes);
        for (bool more = entries.seek(stretch.from); more && entries.key() < stretch.to;
             more = entries.next())
            if (!gather(entries.key(), take)) return false;
        return flush(take);
    }

    bool down(const Stretch& stretch, const std::function<bool(Record&&)>& take) {
        store::Scan entries = tables_.scan(Table::indexes);
        for (bool more = entries.seek_before(stretch.to); more && entries.key() >= stretch.from;
             more = entries.previous())
            if (!gather(entries.key(), take)) return false;
        return flush(take);
    }

    bool gather(std::string_view key, const std::function<bool(Record&&)>& take) {
        if (value_in(key) != value_) {
            if (!flush(take)) return false;
            value_ = value_in(key);
        }
        const auto bytes =
            tables_.get(Table::records, store::record_key({query_.query().entity, uid_in(key)}));
        if (!bytes) return true;
        ++access_.plan.examined;
        if (query_.matches(*bytes)) same_value_.push_back(decode_stored(*bytes));
        return true;
    }

    bool flush(const std::function<bool(Record&&)>& take) {
        if (access_.plan.is_ordered)
            std::sort(same_value_.begin(), same_value_.end(),
                      [&](const Record& a, const Record& b) { return query_.before(a, b); });
        std::vector<Record> records = std::move(same_value_);
        same_value_.clear();
        return std::all_of(records.begin(), records.end(),
                           [&](Record& record) { return take(std::move(record)); });
    }

    const CheckedQuery& query_;
    const store::ReadTransaction& tables_;
    Access access_;
    std::string value_;
    std::vector<Record> same_value_;
};

}  // namespace

Plan plan_query(const CheckedQuery& query) {
    return choose(query).plan;
}

QueryResult run_query(const CheckedQuery& query, const store::ReadTransaction& tables) {
    const std::size_t offset = query.query().offset, limit = query.query().limit;
    Run run(query, tables, choose(query));
    // Where records come in order the page alone is kept; else all are, sorted, and cut.
    const bool in_order = run.plan().is_ordered || (query.query().order.empty() && run.plan().index.empty());
    QueryResult result;
    std::size_t passed = 0;
    run.each([&](Record&& record) {
        if (!in_order || passed++ >= offset) result.records.push_back(std::move(record));
        return !in_order || limit == 0 || result.records.size() < limit;
    });
    result.plan = run.plan();
    if (in_order) return result;

    const auto before = [&](const Record& a, const Record& b) { return query.before(a, b); };
    auto& records = result.records;
    const std::size_t first = std::min(offset, records.size());
    const std::size_t count = limit == 0 ? records.size() - first : std::min(limit, records.size() - first);
    const auto begin = records.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(records.begin(), end, records.end(), before);
    records.erase(end, records.end());
    records.erase(records.begin(), begin);
    return result;
}

std::size_t count_query(const CheckedQuery& query, const store::ReadTransaction& tables) {
    if (query.query().filters.empty()) {
        std::size_t records = 0;
        tables.each(Table::records, store::entity_prefix(query.query().entity),
                    [&](std::string_view, std::string_view) { ++records; });
        return records;
    }
    std::size_t records = 0;
    Run run(query, tables, choose(query));
    run.each([&](Record&&) {
        ++records;
        return true;
    });
    return records;
}

}  // namespace fieldsync::device
