#include "storage/postgresql_sql.hpp"

#include <algorithm>
#include <charconv>

namespace fieldsync::server::storage {
namespace {

// The end of what begins at `at` and is no SQL: a quoted text or name, or a comment. `at` itself otherwise.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
    const auto behind = [&](std::string_view end, std::size_t from) {
        const std::size_t found = sql.find(end, from);
        return found == std::string_view::npos ? sql.size() : found + end.size();
    };
    if (sql[at] == '\'' || sql[at] == '"') return behind(sql.substr(at, 1), at + 1);  // '' begins the next
    if (sql.substr(at, 2) == "--") return behind("\n", at);
    if (sql.substr(at, 2) == "/*") return behind("*/", at + 2);
    return at;
}

}  // namespace

PostgresqlSql to_postgresql(std::string_view sql) {
    PostgresqlSql out;
    out.text.reserve(sql.size());
    for (std::size_t at = 0; at < sql.size();) {
        if (const std::size_t behind = end_of_quoted(sql, at); behind != at) {
            out.text += sql.substr(at, behind - at);
            at = behind;
        } else if (sql[at] == '?') {
            std::size_t number = 0;
            const char* const digits = sql.data() + at + 1;
            const char* const end = std::from_chars(digits, sql.data() + sql.size(), number).ptr;
            if (end == digits) number = out.parameters + 1;
            out.parameters = std::max(out.parameters, number);
            out.text += '$' + std::to_string(number);
            at = static_cast<std::size_t>(end - sql.data());
        } else {
            out.text += sql[at++];
        }
    }
    return out;
}

}  // namespace fieldsync::server::storage
