#include "records/tables.hpp"

#include <set>
#include <string>

namespace fieldsync::server {
namespace {

using schema::Field;
using schema::Type;

// Receipts are kept whole until the device confirms them, uid and seq for good. `content` keeps what was
// refused.
constexpr const char* kServerTables = R"sql(
CREATE TABLE IF NOT EXISTS head (
  business_id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, stamp BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS log_entry (
  business_id BIGINT NOT NULL, seq BIGINT NOT NULL, stamp BIGINT NOT NULL, change_set BLOB NOT NULL,
  author BLOB, store BLOB NOT NULL, hlc BIGINT NOT NULL, claimed_hlc BIGINT NOT NULL,
  made_at BIGINT NOT NULL, committed_at BIGINT NOT NULL, PRIMARY KEY (business_id, seq));
CREATE TABLE IF NOT EXISTS log_change (
  business_id BIGINT NOT NULL, seq BIGINT NOT NULL, ordinal BIGINT NOT NULL, scope BLOB NOT NULL,
  entity BIGINT NOT NULL, uid BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (business_id, seq, ordinal));
CREATE INDEX IF NOT EXISTS log_change_uid ON log_change (business_id, uid, seq);
CREATE TABLE IF NOT EXISTS receipt (
  business_id BIGINT NOT NULL, change_set BLOB NOT NULL, store BLOB NOT NULL, status BIGINT NOT NULL,
  seq BIGINT NOT NULL, body BLOB, content BLOB, author BLOB, PRIMARY KEY (business_id, change_set));
CREATE TABLE IF NOT EXISTS store (
  business_id BIGINT NOT NULL, uid BLOB NOT NULL, device BLOB NOT NULL, user_uid BLOB NOT NULL,
  last_number BIGINT NOT NULL, PRIMARY KEY (business_id, uid));
CREATE TABLE IF NOT EXISTS device (
  business_id BIGINT NOT NULL, uid BLOB NOT NULL, name TEXT NOT NULL, user_uid BLOB NOT NULL,
  created_at BIGINT NOT NULL, last_contact_at BIGINT NOT NULL, cursor BIGINT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (business_id, uid));
CREATE TABLE IF NOT EXISTS scope_grant (
  business_id BIGINT NOT NULL, user_uid BLOB NOT NULL, scope BLOB NOT NULL, from_seq BIGINT NOT NULL,
  to_seq BIGINT, PRIMARY KEY (business_id, user_uid, scope, from_seq));
CREATE INDEX IF NOT EXISTS scope_grant_from ON scope_grant (business_id, user_uid, from_seq);
CREATE INDEX IF NOT EXISTS scope_grant_to ON scope_grant (business_id, user_uid, to_seq)
  WHERE to_seq IS NOT NULL;
CREATE TABLE IF NOT EXISTS tombstone (
  business_id BIGINT NOT NULL, uid BLOB NOT NULL, entity BIGINT NOT NULL, scope BLOB NOT NULL, seq BIGINT NOT NULL,
  hlc BIGINT NOT NULL, store BLOB NOT NULL, PRIMARY KEY (business_id, uid));
CREATE TABLE IF NOT EXISTS field_move (
  business_id BIGINT NOT NULL, uid BLOB NOT NULL, field BIGINT NOT NULL, arrival BIGINT NOT NULL,
  seq BIGINT NOT NULL, base BIGINT NOT NULL, change_set BLOB NOT NULL, ordinal BIGINT NOT NULL, value_text TEXT,
  value_uid BLOB, is_closing BIGINT NOT NULL, reopens BIGINT NOT NULL, hlc BIGINT NOT NULL, store BLOB NOT NULL,
  PRIMARY KEY (business_id, uid, field, arrival));
CREATE TABLE IF NOT EXISTS credential (
  business_id BIGINT NOT NULL, user_id BIGINT NOT NULL, password_hash TEXT NOT NULL,
  PRIMARY KEY (business_id, user_id));
CREATE TABLE IF NOT EXISTS token (
  id BIGINT PRIMARY KEY, business_id BIGINT NOT NULL, user_id BIGINT NOT NULL, surface TEXT NOT NULL,
  device BLOB, hash BLOB NOT NULL, created_at BIGINT NOT NULL, last_used_at BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS token_user ON token (business_id, user_id);
CREATE TABLE IF NOT EXISTS sign_in_failure (name BLOB NOT NULL, failed_at BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS sign_in_failure_name ON sign_in_failure (name, failed_at);
CREATE TABLE IF NOT EXISTS plan (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL UNIQUE, monthly_price BIGINT NOT NULL,
  yearly_price BIGINT NOT NULL, max_projects BIGINT NOT NULL, max_locations BIGINT NOT NULL,
  max_employees BIGINT NOT NULL, has_client_portal BIGINT NOT NULL, has_offline_sync BIGINT NOT NULL,
  is_active BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS id_counter (
  business_id BIGINT NOT NULL, name TEXT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (business_id, name));
)sql";

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

std::string quoted(std::string_view name) {
    return '"' + std::string(name) + '"';
}

std::string column_type(const Field& field, storage::Dialect dialect) {
    switch (field.type) {
        case Type::boolean:
        case Type::integer:
        case Type::decimal:
        case Type::timestamp:
            return "BIGINT";
        case Type::relation:
            return dialect == storage::Dialect::sqlite ? "BLOB" : "BYTEA";
        default:
            return "TEXT";
    }
}

std::string column(const Field& field, storage::Dialect dialect) {
    std::string sql = quoted(field.name) + " " + column_type(field, dialect);
    if (!field.has_default) return sql;
    const schema::Value value = field.default_value();
    if (const auto* text = std::get_if<std::string>(&value)) return sql + " DEFAULT '" + *text + "'";
    return sql + " DEFAULT " + std::to_string(field.default_number);
}

std::set<std::string> columns_of(storage::Connection& connection, std::string_view table) {
    const std::string_view sql = connection.dialect() == storage::Dialect::sqlite
                                     ? "SELECT name FROM pragma_table_info(?1)"
                                     : "SELECT column_name FROM information_schema.columns WHERE table_name "
                                       "= ?1 AND table_schema = current_schema()";
    std::set<std::string> names;
    connection.query(sql, {table}, [&](storage::Row& row) { names.emplace(row.text(0)); });
    return names;
}

std::string with_types_of(std::string sql, storage::Dialect dialect) {
    if (dialect == storage::Dialect::sqlite) return sql;
    for (std::size_t at = 0; (at = sql.find(" BLOB", at)) != std::string::npos;) sql.replace(at, 5, " BYTEA");
    return sql;
}

// One that lists are sorted behind has another name than the plain one. What we had before and no longer look
// into would only be one more to keep up with each write.
std::string index_of(const schema::EntityTable& entity, const Field& field) {
    const std::string plain = std::string(entity.name()) + "." + std::string(field.name);
    std::string drop_plain = "DROP INDEX IF EXISTS " + quoted(plain) + ";";
    if (!field.is_listed) return drop_plain;
    std::string columns = "business_id, " + quoted(field.name);
    for (const std::string_view next : field.listed_by) columns += ", " + quoted(next);
    const std::string on = " ON " + quoted(entity.name()) + " (" + columns + ", id);";
    const std::string create = "CREATE INDEX IF NOT EXISTS ";
    if (field.listed_by.empty()) return create + quoted(plain) + on;
    return create + quoted(plain + ".listed") + on + drop_plain;
}

void prepare_entity(storage::Connection& connection, const schema::EntityTable& entity) {
    const std::string table = quoted(entity.name());
    const auto existing = columns_of(connection, entity.name());
    std::string sql;
    if (existing.empty()) {
        sql = "CREATE TABLE " + table +
              " (business_id BIGINT NOT NULL, id BIGINT NOT NULL, uid BLOB NOT NULL, scope BLOB NOT NULL,"
              " seq BIGINT NOT NULL, clock BLOB";
        for (const Field& field : entity.fields())
            if (!field.is_argument) sql += ", " + column(field, connection.dialect());
        sql += ", PRIMARY KEY (business_id, id), UNIQUE (business_id, uid));";
    } else {
        for (const Field& field : entity.fields())
            if (!field.is_argument && !existing.contains(std::string(field.name)))
                sql += "ALTER TABLE " + table + " ADD COLUMN " + column(field, connection.dialect()) + ";";
    }
    const bool is_sqlite = connection.dialect() == storage::Dialect::sqlite;
    const std::string prefix = "CREATE INDEX IF NOT EXISTS \"" + std::string(entity.name()) + ".";
    sql += prefix + "scope\" ON " + table + " (business_id, scope, id);";
    for (const Field& field : entity.fields())
        if (field.is_indexed && !field.is_argument) sql += index_of(entity, field);
    for (const Field& field : entity.fields())
        if (field.is_unique)  // looked up among all businesses: sign-in does, and the write path
            sql.append(prefix)
                .append(field.name)
                .append(is_sqlite ? ".unique\" ON " : ".folded\" ON ")
                .append(table)
                .append(" (lower(")
                .append(quoted(field.name))
                .append(is_sqlite ? "));" : " COLLATE \"C\"));");  // as postgresql_sql.cpp has it
    connection.script(with_types_of(std::move(sql), connection.dialect()));
}

}  // namespace

void prepare_tables(storage::Connection& connection, const schema::Schema& schema) {
    const std::int64_t format = connection.format_version();  // 0: there is nothing yet
    if (format == 1) connection.script(kMovesSetAside);
    if (format == 1 || format == 2) connection.script(kCountersSetAside);
    connection.script(with_types_of(kServerTables, connection.dialect()));
    if (format == 1) connection.script(kMovesTakenOver);
    if (format == 1 || format == 2) connection.script(kCountersTakenOver);
    for (const schema::EntityTable& entity : schema.entities()) prepare_entity(connection, entity);
    if (format < kFormatVersion) connection.set_format_version(kFormatVersion);
}

}  // namespace fieldsync::server
