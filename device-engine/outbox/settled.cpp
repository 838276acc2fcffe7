#include "outbox/settled.hpp"

#include <algorithm>

#include "outbox/stored_set.hpp"
#include "store/keys.hpp"

namespace fieldsync::device {
namespace {

using store::read_u64;
using store::Table;
using store::u64_key;

// time, length of the change-set, change-set, receipt
RejectedItem decode(std::string_view bytes) {
    if (bytes.size() < 16) throw StoreFailure("a rejected change-set is damaged", 0);
    const std::string_view rest = bytes.substr(16);
    const std::size_t length = std::min<std::size_t>(read_u64(bytes.substr(8)), rest.size());
    return {decode_stored_set(rest.substr(0, length)), decode_stored_receipt(rest.substr(length)),
            static_cast<std::int64_t>(read_u64(bytes))};
}

}  // namespace

std::vector<RejectedItem> RejectedBox::list(const store::ReadTransaction& tables) {
    std::vector<RejectedItem> all;
    tables.each(Table::rejected, {},
                [&](std::string_view, std::string_view bytes) { all.push_back(decode(bytes)); });
    return all;
}

std::optional<RejectedItem> RejectedBox::find(const store::ReadTransaction& tables, const schema::Uid& set) {
    const auto bytes = tables.get(Table::rejected, set.view());
    if (!bytes) return std::nullopt;
    return decode(*bytes);
}

void RejectedBox::put(store::WriteTransaction& tables, const RejectedItem& rejected) {
    const std::string set = encode_stored(rejected.set);
    tables.put(Table::rejected, rejected.set.uid.view(),
               std::string(u64_key(static_cast<std::uint64_t>(rejected.at_us)) + u64_key(set.size())) + set +
                   encode_stored(rejected.receipt));
}

bool RejectedBox::erase(store::WriteTransaction& tables, const schema::Uid& set) {
    return tables.erase(Table::rejected, set.view());
}

void Archive::put(store::WriteTransaction& tables, std::int64_t now_us, std::string_view set,
                  schema::Seq seq) {
    const store::Key key = u64_key(schema::number(seq)) + view_stored_set(set).uid.view();
    std::string bytes(u64_key(static_cast<std::uint64_t>(now_us)));
    tables.put(Table::ended, key, bytes += set);
}

bool Archive::has(const store::ReadTransaction& tables, schema::Seq seq) {
    return tables.has_prefix(Table::ended, u64_key(schema::number(seq)));
}

void Archive::drop_old(store::WriteTransaction& tables, std::int64_t now_us) {
    std::vector<std::string> old;  // the lower the seq, the older
    tables.each(Table::ended, {}, [&](std::string_view key, std::string_view bytes) {
        if (static_cast<std::int64_t>(read_u64(bytes)) > now_us - kArchivedUs) return false;
        old.emplace_back(key);
        return true;
    });
    for (const std::string& key : old) tables.erase(Table::ended, key);
}

std::vector<sync::ChangeSet> Archive::take_from(store::WriteTransaction& tables, schema::Seq fork) {
    std::vector<std::string> keys;
    std::vector<sync::ChangeSet> sets;
    store::Scan entries = tables.scan(Table::ended);
    for (bool more = entries.seek(u64_key(schema::number(fork))); more; more = entries.next()) {
        keys.emplace_back(entries.key());
        sets.push_back(decode_stored_set(entries.value().substr(8)));
    }
    for (const std::string& key : keys) tables.erase(Table::ended, key);
    std::stable_sort(sets.begin(), sets.end(),
                     [](const sync::ChangeSet& a, const sync::ChangeSet& b) { return a.hlc < b.hlc; });
    return sets;
}

}  // namespace fieldsync::device
