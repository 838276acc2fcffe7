// Demo data: the records that the four API documents show, so that each document's example can be asked for
// and compared; and as many more as a load test wants. For tools and tests: blocks, and writes while nobody
// else does.
#pragma once

#include <stdexcept>

#include "fieldsync/sync/environment.hpp"
#include "storage/database.hpp"
#include "write_path/write_path.hpp"

namespace fieldsync::server::demo {

// The database holds a business already: nothing was written.
class NotEmpty : public std::runtime_error {
  public:
    NotEmpty() : std::runtime_error("the database holds data already: demo data are for an empty one") {}
};

// Fills an empty database whose tables are prepared. The documents' data come in one transaction; then
// `scale` times 1,000 clients, requirements and leads, 500 properties, 3,000 visits, notes and activities,
// and 100 projects with 6 phases, over 20 staff, a few hundred records a transaction, the same for every run.
// Throws NotEmpty.
void seed_demo(storage::Database& database, const WritePath& path, sync::Clock& clock, sync::Random& random,
               int scale);

}  // namespace fieldsync::server::demo
