#include "storage/postgresql_error.hpp"

#include <string>

namespace fieldsync::server::storage {
namespace {

std::string_view or_nothing(const char* text) {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

}  // namespace

StorageError::Kind kind_of_sqlstate(std::string_view sqlstate) noexcept {
    using Kind = StorageError::Kind;
    const std::string_view class_of = sqlstate.substr(0, 2);
    if (class_of == "08" || class_of == "58") return Kind::unavailable;
    if (class_of == "23") return Kind::constraint;
    if (sqlstate == "40001" || sqlstate == "40P01") return Kind::busy;  // lost against others, or a deadlock
    if (sqlstate == "55P03" || sqlstate == "57014") return Kind::busy;  // lock or statement timeout
    if (sqlstate == "53100") return Kind::full;
    if (class_of == "53" || class_of == "57")
        return Kind::unavailable;                       // too many connections, shutting down
    if (sqlstate == "25P03") return Kind::unavailable;  // ended by the server: idle in a transaction
    if (sqlstate == "XX001" || sqlstate == "XX002") return Kind::corrupt;
    return Kind::other;
}

void throw_postgresql_error(const PGconn* connection, const PGresult* result, std::string_view sql) {
    const std::string_view state = or_nothing(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    std::string_view said = or_nothing(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    if (said.empty()) said = first_line(or_nothing(PQerrorMessage(connection)));
    std::string message = "postgresql: ";
    message += said;
    if (!state.empty()) message.append(" (").append(state).append(")");
    constexpr std::size_t kSqlCharsMax = 300;  // that of many rows at a time is pages long
    message.append(" in: ").append(sql.substr(0, kSqlCharsMax)).append(sql.size() > kSqlCharsMax ? "…" : "");
    const bool is_lost = state.empty() && PQstatus(connection) != CONNECTION_OK;
    throw StorageError(is_lost ? StorageError::Kind::unavailable : kind_of_sqlstate(state), message);
}

}  // namespace fieldsync::server::storage
