#include "migration/table_shape.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "migration/marker.hpp"
#include "records/table_sql.hpp"
#include "storage/format_mark.hpp"

namespace fieldsync::server::migration {
namespace {

// Table, column, type, and the column's place in the primary key, from 1; 0: none.
constexpr const char* kSqliteColumns =
    "SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema t JOIN pragma_table_info(t.name) c"
    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.name";
constexpr const char* kPostgresqlColumns =
    "SELECT t.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),"
    " coalesce((SELECT k.place FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k (attribute, place)"
    " WHERE k.attribute = a.attnum), 0)"
    " FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary"
    " JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()"
    " WHERE t.relkind IN ('r', 'p') ORDER BY t.relname, a.attname";

Kind kind_of(std::string_view type, const std::string& where) {
    if (type == "BIGINT" || type == "bigint") return Kind::integer;
    if (type == "TEXT" || type == "text") return Kind::text;
    if (type == "BLOB" || type == "bytea") return Kind::blob;
    throw std::runtime_error(where + " is of the type '" + std::string(type) + "', which is none of ours");
}

bool stays_behind(std::string_view table) {
    if (table == marker_table || table == storage::postgresql_format_table ||
        table == storage::postgresql_commit_table)
        return true;
    const auto of_server = server_tables();
    return std::any_of(of_server.begin(), of_server.end(),
                       [table](const ServerTable& known) { return known.is_passing && known.name == table; });
}

struct Building {
    TableShape shape;
    std::map<std::int64_t, std::size_t> key_by_place;
};

TableShape built(Building building) {
    for (const auto& [place, column] : building.key_by_place) building.shape.key.push_back(column);
    if (building.shape.key.empty())
        throw std::runtime_error("the table " + building.shape.name + " has no primary key");
    return std::move(building.shape);
}

}  // namespace

std::vector<TableShape> table_shapes(storage::Connection& connection) {
    std::vector<Building> tables;
    const bool is_sqlite = connection.dialect() == storage::Dialect::sqlite;
    connection.query(is_sqlite ? kSqliteColumns : kPostgresqlColumns, {}, [&](storage::Row& row) {
        const std::string table(row.text(0)), column(row.text(1));
        if (stays_behind(table)) return;
        if (tables.empty() || tables.back().shape.name != table) tables.emplace_back().shape.name = table;
        Building& building = tables.back();
        if (const std::int64_t place = row.integer(3); place > 0)
            building.key_by_place[place] = building.shape.columns.size();
        building.shape.columns.push_back({column, kind_of(row.text(2), table + "." + column)});
    });
    std::vector<TableShape> shapes;
    for (Building& building : tables) shapes.push_back(built(std::move(building)));
    return shapes;
}

std::string quoted(std::string_view name) {
    return '"' + std::string(name) + '"';
}

}  // namespace fieldsync::server::migration
