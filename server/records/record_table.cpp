#include "records/record_table.hpp"

#include <algorithm>
#include <stdexcept>

#include "records/values.hpp"

namespace fieldsync::server {
namespace {

constexpr int kFixedColumns = 5;  // id, uid, scope, seq, clock

std::string quoted(std::string_view name) {
    return '"' + std::string(name) + '"';
}

std::string numbered(std::size_t n) {
    return "?" + std::to_string(n);
}

}  // namespace

RecordTable::RecordTable(const schema::EntityTable& entity) : entity_(entity), name_(quoted(entity.name())) {
    for (const schema::Field& field : entity.fields())
        if (!field.is_argument) columns_.push_back(&field);
    std::string names = "id, uid, scope, seq, clock", marks = "?1, ?2, ?3, ?4, ?5";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        names += ", " + quoted(columns_[i]->name);
        marks += ", " + numbered(kFixedColumns + 1 + i);
    }
    select_ = "SELECT " + names + " FROM " + name_;
    find_sql_ = select_ + " WHERE business_id = ?1 AND uid = ?2";
    page_sql_ = select_ + " WHERE business_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    page_scope_sql_ = select_ + " WHERE business_id = ?1 AND scope = ?4 AND id > ?2 ORDER BY id LIMIT ?3";
    insert_sql_ = "INSERT INTO " + name_ + " (" + names + ", business_id) VALUES (" + marks + ", " +
                  numbered(kFixedColumns + columns_.size() + 1) + ")";
    remove_sql_ = "DELETE FROM " + name_ + " WHERE business_id = ?1 AND uid = ?2";
    for (const schema::Field* field : columns_)
        if (field->type == schema::Type::relation && field->is_listed)
            each_sql_[schema::number(field->number)] =
                select_ + " WHERE business_id = ?1 AND " + quoted(field->name) + " = ?2";
}

StoredRecord RecordTable::read(storage::Row& row) const {
    StoredRecord stored;
    stored.record.entity = entity_.number();
    stored.record.id = row.integer(0);
    stored.record.uid = read_uid(row, 1);
    stored.record.scope = read_uid(row, 2);
    stored.record.seq = schema::Seq{static_cast<std::uint64_t>(row.integer(3))};
    if (!row.null(4)) stored.clock = RecordClock::decode(read_bytes(row, 4));
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const int column = kFixedColumns + static_cast<int>(i);
        if (!row.null(column))
            stored.record.fields.set(columns_[i]->number, read_value(row, column, *columns_[i]));
    }
    return stored;
}

std::optional<StoredRecord> RecordTable::find(storage::Connection& connection, BusinessId business,
                                              const schema::Uid& uid) const {
    std::optional<StoredRecord> found;
    connection.query(find_sql_, {number(business), blob(uid)}, [&](storage::Row& row) { found = read(row); });
    return found;
}

void RecordTable::each(storage::Connection& connection, BusinessId business, schema::FieldNumber field,
                       const schema::Uid& target,
                       const std::function<bool(const StoredRecord&)>& visit) const {
    if (schema::number(field) == 0) return each_of_business(connection, business, visit);
    const auto visitor = [&](storage::Row& row) -> bool { return visit(read(row)); };
    const auto sql = each_sql_.find(schema::number(field));
    if (sql == each_sql_.end())
        throw std::logic_error(name_ + " is not listed by its field " +
                               std::to_string(schema::number(field)));
    connection.query(sql->second, {number(business), blob(target)}, visitor);
}

// In pages: PostgreSQL would hand over the whole table at once.
void RecordTable::each_of_business(storage::Connection& connection, BusinessId business,
                                   const std::function<bool(const StoredRecord&)>& visit) const {
    constexpr std::int64_t kPageRows = 1'000;
    std::int64_t after = 0, rows = kPageRows;
    bool goes_on = true;
    while (goes_on && rows == kPageRows) {
        rows = 0;
        page(connection, business, {}, after, kPageRows, [&](const StoredRecord& stored) {
            ++rows;
            after = stored.record.id;
            return goes_on = visit(stored);
        });
    }
}

void RecordTable::page(storage::Connection& connection, BusinessId business, const schema::Uid& scope,
                       std::int64_t after_id, std::int64_t rows_max,
                       const std::function<bool(const StoredRecord&)>& visit) const {
    const auto visitor = [&](storage::Row& row) -> bool { return visit(read(row)); };
    if (scope.is_nil()) return connection.query(page_sql_, {number(business), after_id, rows_max}, visitor);
    connection.query(page_scope_sql_, {number(business), after_id, rows_max, blob(scope)}, visitor);
}

std::int64_t RecordTable::count(storage::Connection& connection, BusinessId business,
                                const schema::Uid& scope, std::int64_t after_id) const {
    const std::string sql = "SELECT count(*) FROM " + name_ + " WHERE business_id = ?1 AND id > ?2";
    if (scope.is_nil()) return connection.integer(sql, {number(business), after_id}).value_or(0);
    return connection.integer(sql + " AND scope = ?3", {number(business), after_id, blob(scope)}).value_or(0);
}

bool RecordTable::is_taken(storage::Connection& connection, const schema::Field& field, std::string_view text,
                           const schema::Uid& uid) const {
    // Writers of two businesses do not wait for each other, but for a text that both want.
    constexpr const char* kTakeText =
        "SELECT pg_advisory_xact_lock("
        "hashtextextended('fieldsync.unique.' || current_schema() || '.' || ?1 || '.' || lower(?2), 0))";
    if (connection.dialect() == storage::Dialect::postgresql)
        connection.query(kTakeText, {name_ + "." + std::string(field.name), text}, [](storage::Row&) {});
    const std::string sql = "SELECT 1 FROM " + name_ + " WHERE lower(" + quoted(field.name) +
                            ") = lower(?1) AND uid <> ?2 LIMIT 1";
    return connection.integer(sql, {text, blob(uid)}).has_value();
}

void RecordTable::insert(storage::Connection& connection, BusinessId business,
                         const StoredRecord& stored) const {
    const schema::Record& record = stored.record;
    const std::string clock = stored.clock.encode();
    std::vector<BoundValue> values;
    values.reserve(columns_.size());
    static const schema::Value null;
    for (const schema::Field* field : columns_) {
        const schema::Value* value = record.fields.get(field->number);
        values.emplace_back(value == nullptr ? null : *value);
    }
    std::vector<storage::Parameter> parameters{record.id, blob(record.uid), blob(record.scope),
                                               static_cast<std::int64_t>(schema::number(record.seq)),
                                               clock.empty() ? storage::Parameter(nullptr) : blob(clock)};
    for (const BoundValue& value : values) parameters.push_back(value.parameter());
    parameters.emplace_back(number(business));
    connection.post(insert_sql_, parameters);
}

void RecordTable::update(storage::Connection& connection, BusinessId business, const StoredRecord& stored,
                         const std::vector<schema::FieldNumber>& changed) const {
    const schema::Record& record = stored.record;
    const std::string clock = stored.clock.encode();
    std::string sql = "UPDATE " + name_ + " SET scope = ?3, seq = ?4, clock = ?5";
    std::vector<storage::Parameter> parameters{number(business), blob(record.uid), blob(record.scope),
                                               static_cast<std::int64_t>(schema::number(record.seq)),
                                               clock.empty() ? storage::Parameter(nullptr) : blob(clock)};
    static const schema::Value null;
    std::vector<BoundValue> values;
    values.reserve(changed.size());
    for (const schema::FieldNumber field : changed) {
        const schema::Value* value = record.fields.get(field);
        values.emplace_back(value == nullptr ? null : *value);
        parameters.push_back(values.back().parameter());
        sql += ", " + quoted(entity_.field(field)->name) + " = " + numbered(parameters.size());
    }
    connection.post(sql + " WHERE business_id = ?1 AND uid = ?2", parameters);
}

void RecordTable::remove(storage::Connection& connection, BusinessId business, const schema::Uid& uid) const {
    connection.post(remove_sql_, {number(business), blob(uid)});
}

RecordTables::RecordTables(const schema::Schema& schema) : schema_(schema) {
    tables_.reserve(schema.entities().size());
    for (const schema::EntityTable& entity : schema.entities()) tables_.emplace_back(entity);
}

const RecordTable& RecordTables::at(schema::EntityNumber entity) const {
    const auto at = std::find_if(tables_.begin(), tables_.end(),
                                 [=](const RecordTable& table) { return table.entity().number() == entity; });
    if (at == tables_.end()) throw std::logic_error("no such entity");
    return *at;
}

}  // namespace fieldsync::server
