#include "records/tables.hpp"

#include <set>
#include <string>

#include "records/table_sql.hpp"

namespace fieldsync::server {
namespace {

// To format 2: moves know what their author saw. Of older ones it is taken that he saw all before.
constexpr const char* kMovesSetAside = "ALTER TABLE field_move RENAME TO field_move_1";
constexpr const char* kMovesTakenOver =
    "INSERT INTO field_move SELECT business_id, uid, field, seq, seq, seq - 1, change_set, 0, value_text,"
    " value_uid, is_closing, reopens, hlc, store FROM field_move_1; DROP TABLE field_move_1";

// To format 3: each business counts its own ids, so that the writers of two do not wait for each other. From
// where the common counters were, which every id was below.
constexpr const char* kCountersSetAside =
    "ALTER TABLE id_counter RENAME TO id_counter_2; ALTER TABLE credential RENAME TO credential_2";
constexpr const char* kCountersTakenOver =
    "INSERT INTO id_counter SELECT b.business_id, c.name, c.last"
    " FROM (SELECT DISTINCT business_id FROM head) b CROSS JOIN id_counter_2 c;"
    "INSERT INTO id_counter SELECT 0, name, last FROM id_counter_2 WHERE name IN ('business', 'token')"
    " ON CONFLICT DO NOTHING;"
    "INSERT INTO credential SELECT business_id, user_id, password_hash FROM credential_2;"
    "DROP TABLE id_counter_2; DROP TABLE credential_2";

// To format 4: the business leads a token's key, as it leads every other (table_sql.hpp).
constexpr const char* kTokensSetAside = "CREATE TABLE token_3 AS SELECT * FROM token; DROP TABLE token";
constexpr const char* kTokensTakenOver =
    "INSERT INTO token (business_id, id, user_id, surface, device, hash, created_at, last_used_at)"
    " SELECT business_id, id, user_id, surface, device, hash, created_at, last_used_at FROM token_3;"
    "DROP TABLE token_3";

std::set<std::string> columns_of(storage::Connection& connection, std::string_view table) {
    const std::string_view sql = connection.dialect() == storage::Dialect::sqlite
                                     ? "SELECT name FROM pragma_table_info(?1)"
                                     : "SELECT column_name FROM information_schema.columns WHERE table_name "
                                       "= ?1 AND table_schema = current_schema()";
    std::set<std::string> names;
    connection.query(sql, {table}, [&](storage::Row& row) { names.emplace(row.text(0)); });
    return names;
}

}  // namespace

void prepare_tables(storage::Connection& connection, const schema::Schema& schema) {
    const storage::Dialect dialect = connection.dialect();
    const std::int64_t format = connection.format_version();  // 0: there is nothing yet
    const auto is_older_than = [format](std::int64_t version) { return format > 0 && format < version; };
    if (is_older_than(2)) connection.script(kMovesSetAside);
    if (is_older_than(3)) connection.script(kCountersSetAside);
    if (is_older_than(4)) connection.script(kTokensSetAside);
    connection.script(server_tables_sql(dialect));
    if (is_older_than(2)) connection.script(kMovesTakenOver);
    if (is_older_than(3)) connection.script(kCountersTakenOver);
    if (is_older_than(4)) connection.script(kTokensTakenOver);
    for (const schema::EntityTable& entity : schema.entities()) {
        const auto existing = columns_of(connection, entity.name());
        connection.script(existing.empty() ? create_entity_sql(entity, dialect)
                                           : grow_entity_sql(entity, dialect, existing));
    }
    if (format < kFormatVersion) connection.set_format_version(kFormatVersion);
}

}  // namespace fieldsync::server
