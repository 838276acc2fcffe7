#include "storage/format_mark.hpp"

namespace fieldsync::server::storage {

std::string format_mark_sql(Dialect dialect, std::int64_t format_version) {
    const std::string version = std::to_string(format_version);
    if (dialect == Dialect::sqlite)
        return "PRAGMA application_id = " + std::to_string(sqlite_application_id) +
               ";\nPRAGMA user_version = " + version + ";\n";
    const std::string table = postgresql_format_table;
    return "CREATE TABLE " + table + " (version BIGINT NOT NULL);\nINSERT INTO " + table + " VALUES (" +
           version + ");\n";
}

}  // namespace fieldsync::server::storage
