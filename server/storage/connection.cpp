#include "storage/connection.hpp"

namespace fieldsync::server::storage {

std::optional<std::int64_t> Connection::integer(std::string_view sql, std::span<const Parameter> parameters) {
    std::optional<std::int64_t> value;
    query(sql, parameters, [&value](Row& row) {
        if (!row.null(0)) value = row.integer(0);
        return false;
    });
    return value;
}

}  // namespace fieldsync::server::storage
