#include "storage/postgresql_sql.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

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

// SQLite's lower() knows the letters of ASCII alone; PostgreSQL's does by the rules of this locale.
constexpr std::string_view kLower = "lower(", kAsciiOnly = " COLLATE \"C\"";

bool begins_lower(std::string_view sql, std::size_t at) {
    const auto is_of_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return sql.substr(at, kLower.size()) == kLower && (at == 0 || !is_of_name(sql[at - 1]));
}

}  // namespace

PostgresqlSql to_postgresql(std::string_view sql) {
    PostgresqlSql out;
    out.text.reserve(sql.size());
    std::vector<bool> is_lower;  // of the parentheses that are open
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
        } else if (begins_lower(sql, at)) {
            out.text += kLower;
            at += kLower.size();
            is_lower.push_back(true);
        } else {
            if (sql[at] == '(') is_lower.push_back(false);
            if (sql[at] == ')' && !is_lower.empty()) {
                if (is_lower.back()) out.text += kAsciiOnly;
                is_lower.pop_back();
            }
            out.text += sql[at++];
        }
    }
    return out;
}

}  // namespace fieldsync::server::storage
