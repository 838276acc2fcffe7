// The rows of one table, read in the order of its key and written as they were read. Keys order the same in both
// databases: integers, bytes, and text by its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "migration/table_shape.hpp"

namespace fieldsync::server::migration {

struct Bytes {
    std::string of;
    bool operator==(const Bytes&) const = default;
};

// NULL, an integer, a text or a blob.
using Value = std::variant<std::monostate, std::int64_t, std::string, Bytes>;
using Values = std::vector<Value>;

struct Page {
    Values values;  // row by row, in the order of the shape's columns
    std::size_t rows = 0;
    bool is_last = false;
};

class TableRows {
  public:
    TableRows(const TableShape& shape, storage::Dialect dialect);

    // Those behind the key; without one from the beginning.
    Page read(storage::Connection& connection, const std::optional<Values>& after) const;
    // Of the page's last row; there is one.
    [[nodiscard]] Values last_key(const Page& page) const;
    // Of the table's last row; nothing when it is empty.
    std::optional<Values> last_key(storage::Connection& connection) const;
    std::int64_t count(storage::Connection& connection) const;

    void insert(storage::Connection& connection, const Page& page) const;

  private:
    [[nodiscard]] std::string insert_sql(std::size_t rows) const;

    const TableShape& shape_;
    std::string table_, columns_;
    std::string first_sql_, next_sql_, last_key_sql_;
};

}  // namespace fieldsync::server::migration
