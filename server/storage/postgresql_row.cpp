#include "storage/postgresql_row.hpp"

#include <boost/endian/conversion.hpp>
#include <string>

#include "storage/errors.hpp"

namespace fieldsync::server::storage {
namespace {

namespace type = postgresql_type;

template <class T>
std::int64_t big_endian(std::string_view bytes) {
    return boost::endian::endian_load<T, sizeof(T), boost::endian::order::big>(
        reinterpret_cast<const unsigned char*>(bytes.data()));
}

}  // namespace

bool PostgresqlRow::null(int column) const {
    if (column < 0 || column >= columns()) refuse(column, "does not exist");
    return PQgetisnull(result_, row_, column) != 0;
}

std::int64_t PostgresqlRow::integer(int column) const {
    const std::string_view bytes = bytes_of(column);
    switch (type_of(column)) {
        case type::int8:
            return big_endian<std::int64_t>(bytes);
        case type::int4:
            return big_endian<std::int32_t>(bytes);
        case type::int2:
            return big_endian<std::int16_t>(bytes);
        case type::boolean:
            return bytes[0];
        default:
            refuse(column, "is no integer");
    }
}

std::string_view PostgresqlRow::text(int column) const {
    const std::string_view bytes = bytes_of(column);
    const Oid of = type_of(column);
    if (of != type::text && of != type::varchar && of != type::name && of != type::unknown)
        refuse(column, "is no text");
    return bytes;
}

std::span<const std::byte> PostgresqlRow::blob(int column) const {
    const std::string_view bytes = bytes_of(column);
    if (type_of(column) != type::bytes) refuse(column, "is no blob");
    return std::as_bytes(std::span(bytes.data(), bytes.size()));
}

void PostgresqlRow::refuse(int column, const std::string& why) const {
    throw StorageError(StorageError::Kind::other,
                       "column " + std::to_string(column) + " " + why + " in: " + std::string(sql_));
}

Oid PostgresqlRow::type_of(int column) const {
    return PQftype(result_, column);
}

std::string_view PostgresqlRow::bytes_of(int column) const {
    if (null(column)) refuse(column, "is NULL, read as a value");
    return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

}  // namespace fieldsync::server::storage
