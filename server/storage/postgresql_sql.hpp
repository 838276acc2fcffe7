// Our SQL as PostgreSQL takes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fieldsync::server::storage {

struct PostgresqlSql {
    std::string text;            // with $1 for ?1
    std::size_t parameters = 0;  // the largest number among them
};

// `?1` becomes `$1`, but for what stands in 'texts', "names" and comments. A bare `?` is the one after the
// largest so far, as in SQLite. lower() gets SQLite's meaning, in every locale: that of ASCII's letters.
PostgresqlSql to_postgresql(std::string_view sql);

}  // namespace fieldsync::server::storage
