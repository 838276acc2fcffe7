#include "migration/table_rows.hpp"

#include <algorithm>

#include "migration/limits.hpp"
#include "records/values.hpp"

namespace fieldsync::server::migration {
namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& part : parts) all += (all.empty() ? "" : ", ") + part;
    return all;
}

Value value_at(storage::Row& row, int column, Kind kind) {
    if (row.null(column)) return {};
    switch (kind) {
        case Kind::integer:
            return row.integer(column);
        case Kind::text:
            return std::string(row.text(column));
        case Kind::blob:
            return Bytes{std::string(read_bytes(row, column))};
    }
    return {};
}

std::size_t bytes_of(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return text->size();
    if (const auto* blob = std::get_if<Bytes>(&value)) return blob->of.size();
    return sizeof(std::int64_t);
}

storage::Parameter parameter(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* blob = std::get_if<Bytes>(&value)) return storage::Blob(std::string_view(blob->of));
    return nullptr;
}

std::vector<storage::Parameter> parameters(std::span<const Value> values) {
    std::vector<storage::Parameter> all;
    all.reserve(values.size());
    for (const Value& value : values) all.push_back(parameter(value));
    return all;
}

}  // namespace

TableRows::TableRows(const TableShape& shape, storage::Dialect dialect)
    : shape_(shape), table_(quoted(shape.name)) {
    std::vector<std::string> columns, key, ordered, backwards, marks;
    for (const Column& column : shape.columns) columns.push_back(quoted(column.name));
    for (const std::size_t at : shape.key) {
        key.push_back(columns[at]);
        // A database may sort text as its language does; SQLite does not.
        const bool needs_bytes =
            dialect == storage::Dialect::postgresql && shape.columns[at].kind == Kind::text;
        ordered.push_back(columns[at] + (needs_bytes ? " COLLATE \"C\"" : ""));
        backwards.push_back(ordered.back() + " DESC");
        marks.push_back("?" + std::to_string(marks.size() + 1));
    }
    columns_ = joined(columns);
    const std::string select = "SELECT " + columns_ + " FROM " + table_;
    const std::string page =
        " ORDER BY " + joined(ordered) + " LIMIT " + std::to_string(limits::page_rows_max);
    first_sql_ = select + page;
    next_sql_ = select + " WHERE (" + joined(ordered) + ") > (" + joined(marks) + ")" + page;
    last_key_sql_ =
        "SELECT " + joined(key) + " FROM " + table_ + " ORDER BY " + joined(backwards) + " LIMIT 1";
}

Page TableRows::read(storage::Connection& connection, const std::optional<Values>& after) const {
    Page page;
    std::size_t bytes = 0;
    bool is_cut = false;
    const auto keep = [&](storage::Row& row) {
        for (std::size_t i = 0; i < shape_.columns.size(); ++i) {
            page.values.push_back(value_at(row, static_cast<int>(i), shape_.columns[i].kind));
            bytes += bytes_of(page.values.back());
        }
        ++page.rows;
        is_cut = bytes >= limits::page_bytes_max;
        return !is_cut;
    };
    if (after)
        connection.query(next_sql_, parameters(*after), keep);
    else
        connection.query(first_sql_, {}, keep);
    page.is_last = !is_cut && page.rows < limits::page_rows_max;
    return page;
}

Values TableRows::last_key(const Page& page) const {
    const std::size_t row = page.values.size() - shape_.columns.size();
    Values key;
    for (const std::size_t at : shape_.key) key.push_back(page.values[row + at]);
    return key;
}

std::optional<Values> TableRows::last_key(storage::Connection& connection) const {
    std::optional<Values> key;
    connection.query(last_key_sql_, {}, [&](storage::Row& row) {
        key.emplace();
        for (std::size_t i = 0; i < shape_.key.size(); ++i)
            key->push_back(value_at(row, static_cast<int>(i), shape_.columns[shape_.key[i]].kind));
    });
    return key;
}

std::int64_t TableRows::count(storage::Connection& connection) const {
    return connection.integer("SELECT count(*) FROM " + table_).value_or(0);
}

std::string TableRows::insert_sql(std::size_t rows) const {
    std::string sql = "INSERT INTO " + table_ + " (" + columns_ + ") VALUES ";
    std::size_t number = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        std::vector<std::string> marks;
        for (std::size_t i = 0; i < shape_.columns.size(); ++i)
            marks.push_back("?" + std::to_string(++number));
        sql += (row == 0 ? "(" : ", (") + joined(marks) + ")";
    }
    return sql;
}

void TableRows::insert(storage::Connection& connection, const Page& page) const {
    const std::size_t width = shape_.columns.size();
    const std::size_t together = std::max<std::size_t>(limits::insert_values_max / width, 1);
    // Two texts for each table: both are prepared once.
    const std::string many = insert_sql(together), one = insert_sql(1);
    std::span<const Value> left(page.values);
    while (!left.empty()) {
        const bool is_full = left.size() >= together * width;
        const std::size_t values = is_full ? together * width : width;
        connection.execute(is_full ? many : one, parameters(left.first(values)));
        left = left.subspan(values);
    }
}

}  // namespace fieldsync::server::migration
