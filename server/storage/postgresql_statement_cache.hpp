// The prepared statements of one PostgreSQL connection, by their SQL text and the types of their parameters: a
// parameter that was first NULL has the type that the server made of its place, which a value met later need
// not have. The longest unused goes first.
//
// Owned by its PostgresqlConnection, used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/parameter.hpp"
#include "storage/postgresql_line.hpp"
#include "storage/postgresql_sql.hpp"

namespace fieldsync::server::storage {

struct PreparedStatement {
    std::string name;
    std::vector<Oid> types;  // of the parameters
};

class PostgresqlStatementCache {
  public:
    // The line outlives it.
    PostgresqlStatementCache(PostgresqlLine& line, std::size_t statements_max)
        : line_(line), statements_max_(statements_max) {}

    // Good until the next call. Throws StorageError when the server does not take the SQL, or another number
    // of parameters than it has.
    const PreparedStatement& take(std::string_view sql, std::span<const Parameter> parameters);

    // Tables have changed: everything is prepared anew.
    void clear();

  private:
    struct Entry {
        PostgresqlSql sql;
        std::vector<PreparedStatement> statements;
        std::uint64_t last_use = 0;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view sql) const { return std::hash<std::string_view>()(sql); }
    };

    PreparedStatement prepare(const PostgresqlSql& sql, std::span<const Parameter> parameters);
    void make_room();

    PostgresqlLine& line_;
    std::size_t statements_max_;
    std::uint64_t uses_ = 0, names_ = 0;
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

}  // namespace fieldsync::server::storage
