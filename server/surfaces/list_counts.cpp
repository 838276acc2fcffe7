#include "surfaces/list_counts.hpp"

#include "write_path/change_log.hpp"

namespace fieldsync::server::surfaces {

std::int64_t ListCounts::count(storage::Connection& connection, BusinessId business,
                               const schema::Uid& viewer, const std::string& sql,
                               std::span<const storage::Parameter> parameters) {
    const sync::Cursor head = read_head(connection, business);
    Key key{business, viewer, sql};
    {
        const std::lock_guard lock(mutex_);
        const auto kept = kept_.find(key);
        if (kept != kept_.end() && kept->second.head == head) return kept->second.records;
    }
    // Outside the lock: the others' counts do not wait for this one.
    const std::int64_t records = connection.integer(sql, parameters).value_or(0);
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kKeptMax) kept_.clear();
    kept_.insert_or_assign(std::move(key), Count{head, records});
    return records;
}

}  // namespace fieldsync::server::surfaces
