// What must hold when the faults have stopped and everybody has caught up. Each throws Violation.
#pragma once

#include <vector>

#include "simulation/phone.hpp"

namespace fieldsync::simulation {

// The tables are what the whole log leads to, and no change-set is in it twice.
void check_server(const Scene& scene);
// It shows what its user is to see, field by field, and nothing else.
void check_phone(const Scene& scene, Phone& phone);
// What took effect is in the log once; what was rejected is not.
void check_ledgers(const Scene& scene, const std::vector<Phone*>& phones);
// The store's tables follow from each other. Closes the phone.
void check_store(Phone& phone);

}  // namespace fieldsync::simulation
