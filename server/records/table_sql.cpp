#include "records/table_sql.hpp"

#include <array>

#include "records/tables.hpp"
#include "storage/format_mark.hpp"

namespace fieldsync::server {
namespace {

using schema::Field;
using schema::Type;
using storage::Dialect;

constexpr auto kServerTables = std::to_array<ServerTable>({
    {"head",
     R"sql(CREATE TABLE IF NOT EXISTS head (
  business_id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, stamp BIGINT NOT NULL);
)sql"},
    {"log_entry",
     R"sql(CREATE TABLE IF NOT EXISTS log_entry (
  business_id BIGINT NOT NULL, seq BIGINT NOT NULL, stamp BIGINT NOT NULL, change_set BLOB NOT NULL,
  author BLOB, store BLOB NOT NULL, hlc BIGINT NOT NULL, claimed_hlc BIGINT NOT NULL,
  made_at BIGINT NOT NULL, committed_at BIGINT NOT NULL, PRIMARY KEY (business_id, seq));
)sql"},
    {"log_change",
     R"sql(CREATE TABLE IF NOT EXISTS log_change (
  business_id BIGINT NOT NULL, seq BIGINT NOT NULL, ordinal BIGINT NOT NULL, scope BLOB NOT NULL,
  entity BIGINT NOT NULL, uid BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (business_id, seq, ordinal));
CREATE INDEX IF NOT EXISTS log_change_uid ON log_change (business_id, uid, seq);
)sql"},
    // Kept whole until the device confirms it, uid and seq for good. `content` keeps what was refused.
    {"receipt",
     R"sql(CREATE TABLE IF NOT EXISTS receipt (
  business_id BIGINT NOT NULL, change_set BLOB NOT NULL, store BLOB NOT NULL, status BIGINT NOT NULL,
  seq BIGINT NOT NULL, body BLOB, content BLOB, author BLOB, PRIMARY KEY (business_id, change_set));
)sql"},
    {"store",
     R"sql(CREATE TABLE IF NOT EXISTS store (
  business_id BIGINT NOT NULL, uid BLOB NOT NULL, device BLOB NOT NULL, user_uid BLOB NOT NULL,
  last_number BIGINT NOT NULL, PRIMARY KEY (business_id, uid));
)sql"},
    {"device",
     R"sql(CREATE TABLE IF NOT EXISTS device (
  business_id BIGINT NOT NULL, uid BLOB NOT NULL, name TEXT NOT NULL, user_uid BLOB NOT NULL,
  created_at BIGINT NOT NULL, last_contact_at BIGINT NOT NULL, cursor BIGINT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (business_id, uid));
)sql"},
    {"scope_grant",
     R"sql(CREATE TABLE IF NOT EXISTS scope_grant (
  business_id BIGINT NOT NULL, user_uid BLOB NOT NULL, scope BLOB NOT NULL, from_seq BIGINT NOT NULL,
  to_seq BIGINT, PRIMARY KEY (business_id, user_uid, scope, from_seq));
CREATE INDEX IF NOT EXISTS scope_grant_from ON scope_grant (business_id, user_uid, from_seq);
CREATE INDEX IF NOT EXISTS scope_grant_to ON scope_grant (business_id, user_uid, to_seq)
  WHERE to_seq IS NOT NULL;
)sql"},
    {"tombstone",
     R"sql(CREATE TABLE IF NOT EXISTS tombstone (
  business_id BIGINT NOT NULL, uid BLOB NOT NULL, entity BIGINT NOT NULL, scope BLOB NOT NULL, seq BIGINT NOT NULL,
  hlc BIGINT NOT NULL, store BLOB NOT NULL, PRIMARY KEY (business_id, uid));
)sql"},
    {"field_move",
     R"sql(CREATE TABLE IF NOT EXISTS field_move (
  business_id BIGINT NOT NULL, uid BLOB NOT NULL, field BIGINT NOT NULL, arrival BIGINT NOT NULL,
  seq BIGINT NOT NULL, base BIGINT NOT NULL, change_set BLOB NOT NULL, ordinal BIGINT NOT NULL, value_text TEXT,
  value_uid BLOB, is_closing BIGINT NOT NULL, reopens BIGINT NOT NULL, hlc BIGINT NOT NULL, store BLOB NOT NULL,
  PRIMARY KEY (business_id, uid, field, arrival));
)sql"},
    {"credential",
     R"sql(CREATE TABLE IF NOT EXISTS credential (
  business_id BIGINT NOT NULL, user_id BIGINT NOT NULL, password_hash TEXT NOT NULL,
  PRIMARY KEY (business_id, user_id));
)sql"},
    // Whoever shows one names its id, and not his business.
    {"token",
     R"sql(CREATE TABLE IF NOT EXISTS token (
  business_id BIGINT NOT NULL, id BIGINT NOT NULL, user_id BIGINT NOT NULL, surface TEXT NOT NULL,
  device BLOB, hash BLOB NOT NULL, created_at BIGINT NOT NULL, last_used_at BIGINT NOT NULL,
  PRIMARY KEY (business_id, id));
CREATE INDEX IF NOT EXISTS token_id ON token (id);
CREATE INDEX IF NOT EXISTS token_user ON token (business_id, user_id);
)sql"},
    // An account's or an address's name, hashed, and when.
    {"sign_in_failure",
     R"sql(CREATE TABLE IF NOT EXISTS sign_in_failure (name BLOB NOT NULL, failed_at BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS sign_in_failure_name ON sign_in_failure (name, failed_at);
)sql",
     true, true},
    {"plan",
     R"sql(CREATE TABLE IF NOT EXISTS plan (
  id BIGINT PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL UNIQUE, monthly_price BIGINT NOT NULL,
  yearly_price BIGINT NOT NULL, max_projects BIGINT NOT NULL, max_locations BIGINT NOT NULL,
  max_employees BIGINT NOT NULL, has_client_portal BIGINT NOT NULL, has_offline_sync BIGINT NOT NULL,
  is_active BIGINT NOT NULL);
)sql",
     true},
    {"id_counter",
     R"sql(CREATE TABLE IF NOT EXISTS id_counter (
  business_id BIGINT NOT NULL, name TEXT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (business_id, name));
)sql"},
});

std::string quoted(std::string_view name) {
    return '"' + std::string(name) + '"';
}

std::string with_types_of(std::string sql, Dialect dialect) {
    if (dialect == Dialect::sqlite) return sql;
    for (std::size_t at = 0; (at = sql.find(" BLOB", at)) != std::string::npos;) sql.replace(at, 5, " BYTEA");
    return sql;
}

std::string column(const Field& field) {
    const auto type = [&] {
        switch (field.type) {
            case Type::boolean:
            case Type::integer:
            case Type::decimal:
            case Type::timestamp:
                return " BIGINT";
            case Type::relation:
                return " BLOB";
            default:
                return " TEXT";
        }
    };
    std::string sql = quoted(field.name) + type();
    if (!field.has_default) return sql;
    const schema::Value value = field.default_value();
    if (const auto* text = std::get_if<std::string>(&value)) return sql + " DEFAULT '" + *text + "'";
    return sql + " DEFAULT " + std::to_string(field.default_number);
}

std::string plain_index(const schema::EntityTable& entity, const Field& field) {
    return quoted(std::string(entity.name()) + "." + std::string(field.name));
}

// One that lists are sorted behind has another name than the plain one.
std::string list_index_sql(const schema::EntityTable& entity, const Field& field) {
    std::string columns = "business_id, " + quoted(field.name);
    for (const std::string_view next : field.listed_by) columns += ", " + quoted(next);
    const std::string listed = quoted(std::string(entity.name()) + "." + std::string(field.name) + ".listed");
    return "CREATE INDEX IF NOT EXISTS " + (field.listed_by.empty() ? plain_index(entity, field) : listed) +
           " ON " + quoted(entity.name()) + " (" + columns + ", id);\n";
}

std::string indexes_sql(const schema::EntityTable& entity, Dialect dialect) {
    const std::string table = quoted(entity.name());
    const std::string prefix = "CREATE INDEX IF NOT EXISTS \"" + std::string(entity.name()) + ".";
    const bool is_sqlite = dialect == Dialect::sqlite;
    std::string sql = prefix + "scope\" ON " + table + " (business_id, scope, id);\n";
    for (const Field& field : entity.fields())
        if (field.is_indexed && field.is_listed && !field.is_argument) sql += list_index_sql(entity, field);
    for (const Field& field : entity.fields())
        if (field.is_unique)  // looked up among all businesses: sign-in does, and the write path
            sql.append(prefix)
                .append(field.name)
                .append(is_sqlite ? ".unique\" ON " : ".folded\" ON ")
                .append(table)
                .append(" (lower(")
                .append(quoted(field.name))
                .append(is_sqlite ? "));\n" : " COLLATE \"C\"));\n");  // as storage/postgresql_sql.cpp has it
    return sql;
}

}  // namespace

std::span<const ServerTable> server_tables() {
    return kServerTables;
}

std::string server_tables_sql(Dialect dialect) {
    std::string sql;
    for (const ServerTable& table : kServerTables) sql += table.sql;
    return with_types_of(std::move(sql), dialect);
}

std::string create_entity_sql(const schema::EntityTable& entity, Dialect dialect) {
    std::string sql = "CREATE TABLE " + quoted(entity.name()) +
                      " (\n  business_id BIGINT NOT NULL, id BIGINT NOT NULL, uid BLOB NOT NULL,"
                      " scope BLOB NOT NULL, seq BIGINT NOT NULL, clock BLOB";
    for (const Field& field : entity.fields())
        if (!field.is_argument) sql += ",\n  " + column(field);
    sql += ",\n  PRIMARY KEY (business_id, id), UNIQUE (business_id, uid));\n";
    return with_types_of(sql + indexes_sql(entity, dialect), dialect);
}

std::string grow_entity_sql(const schema::EntityTable& entity, Dialect dialect,
                            const std::set<std::string>& existing) {
    std::string sql;
    for (const Field& field : entity.fields())
        if (!field.is_argument && !existing.contains(std::string(field.name)))
            sql += "ALTER TABLE " + quoted(entity.name()) + " ADD COLUMN " + column(field) + ";";
    sql += indexes_sql(entity, dialect);
    // What we had before and no longer look into would only be one more to keep up with each write.
    for (const Field& field : entity.fields())
        if (field.is_indexed && !field.is_argument && (!field.is_listed || !field.listed_by.empty()))
            sql += "DROP INDEX IF EXISTS " + plain_index(entity, field) + ";";
    return with_types_of(std::move(sql), dialect);
}

std::string installation_sql(const schema::Schema& schema, Dialect dialect) {
    std::string sql = storage::format_mark_sql(dialect, kFormatVersion) + server_tables_sql(dialect);
    for (const schema::EntityTable& entity : schema.entities()) sql += create_entity_sql(entity, dialect);
    return sql;
}

std::string distribution_sql(const schema::Schema& schema) {
    std::string sql;
    const auto share = [&](std::string_view name) {
        sql += "SELECT create_reference_table('" + std::string(name) + "');\n";
    };
    constexpr std::string_view kFirst = kServerTables.front().name;  // the others lie beside it
    const auto distribute = [&](std::string_view name) {
        sql += "SELECT create_distributed_table('" + quoted(name) + "', 'business_id', colocate_with => '" +
               (name == kFirst ? "none" : std::string(kFirst)) + "');\n";
    };
    share(storage::postgresql_format_table);
    for (const ServerTable& table : kServerTables)
        if (table.is_shared) share(table.name);
    for (const ServerTable& table : kServerTables)
        if (!table.is_shared) distribute(table.name);
    for (const schema::EntityTable& entity : schema.entities()) distribute(entity.name());
    return sql;
}

}  // namespace fieldsync::server
