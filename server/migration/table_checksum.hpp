// What a table holds, as a number of rows and a hash over all their values in the order of the key. NULL and
// empty, text and bytes differ in it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "migration/table_rows.hpp"

namespace fieldsync::server::migration {

class TableChecksum {
  public:
    TableChecksum();
    ~TableChecksum();
    TableChecksum(TableChecksum&&) noexcept;

    void add(const Page& page);
    void add(std::string_view bytes);
    [[nodiscard]] std::int64_t rows() const { return rows_; }
    // 32 bytes; nothing is added afterwards.
    std::string finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
    std::int64_t rows_ = 0;
};

}  // namespace fieldsync::server::migration
