// Every group of figures, in the table's order.
#pragma once

#include "figure.hpp"

namespace fieldsync::bench {

Group machine();
Group device_writes();
Group device_reads();
Group write_path();
Group codec();
Group merges();
Group pushes();
Group bootstraps();
Group storages();
Group live_changes();
Group rest();
Group memory();

}  // namespace fieldsync::bench
