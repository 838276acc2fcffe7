#include "storage/postgresql_statement_cache.hpp"

#include <algorithm>
#include <variant>

#include "storage/errors.hpp"
#include "storage/postgresql_error.hpp"
#include "storage/postgresql_result.hpp"
#include "storage/postgresql_row.hpp"

namespace fieldsync::server::storage {
namespace {

namespace type = postgresql_type;

// What a value is sent as; 0 leaves it to the server.
Oid type_of(const Parameter& parameter) {
    constexpr Oid kTypes[] = {0, type::int8, type::text, type::bytes};
    static_assert(std::variant_size_v<Parameter::Value> == std::size(kTypes));
    return kTypes[parameter.value().index()];
}

bool takes(Oid as, const Parameter& parameter) {
    switch (type_of(parameter)) {
        case 0:
            return true;
        case type::int8:
            return as == type::int8 || as == type::int4 || as == type::int2;
        case type::text:
            return as == type::text || as == type::varchar;
        default:
            return as == type_of(parameter);
    }
}

bool takes(const PreparedStatement& statement, std::span<const Parameter> parameters) {
    return std::equal(statement.types.begin(), statement.types.end(), parameters.begin(),
                      [](Oid as, const Parameter& parameter) { return takes(as, parameter); });
}

}  // namespace

const PreparedStatement& PostgresqlStatementCache::take(std::string_view sql,
                                                        std::span<const Parameter> parameters) {
    auto known = entries_.find(sql);
    if (known == entries_.end()) {
        make_room();
        known = entries_.try_emplace(std::string(sql), Entry{to_postgresql(sql), {}, 0}).first;
    }
    Entry& entry = known->second;
    entry.last_use = ++uses_;
    if (entry.sql.parameters != parameters.size()) {
        throw StorageError(StorageError::Kind::other, std::to_string(parameters.size()) + " parameters for " +
                                                          std::to_string(entry.sql.parameters) +
                                                          " in: " + std::string(sql));
    }
    for (const PreparedStatement& statement : entry.statements)
        if (takes(statement, parameters)) return statement;
    return entry.statements.emplace_back(prepare(entry.sql, parameters));
}

PreparedStatement PostgresqlStatementCache::prepare(const PostgresqlSql& sql,
                                                    std::span<const Parameter> parameters) {
    PreparedStatement made;
    made.name = "s" + std::to_string(++names_);
    for (const Parameter& parameter : parameters) made.types.push_back(type_of(parameter));
    line_.prepare(made.name, sql.text, made.types);
    if (std::ranges::find(made.types, Oid{0}) == made.types.end()) return made;
    const PostgresqlResult described = line_.describe(made.name);
    for (std::size_t i = 0; i < made.types.size(); ++i)
        made.types[i] = PQparamtype(described.get(), static_cast<int>(i));
    return made;
}

void PostgresqlStatementCache::make_room() {
    if (entries_.size() < statements_max_) return;
    const auto oldest =
        std::ranges::min_element(entries_, {}, [](const auto& named) { return named.second.last_use; });
    for (const PreparedStatement& statement : oldest->second.statements)
        line_.run("DEALLOCATE " + statement.name);
    entries_.erase(oldest);
}

void PostgresqlStatementCache::clear() {
    if (!entries_.empty()) line_.run("DEALLOCATE ALL");
    entries_.clear();
}

}  // namespace fieldsync::server::storage
