// Notices by LISTEN and NOTIFY, on two connections of their own.
#pragma once

#include <memory>
#include <string>

#include "storage/notices.hpp"

namespace fieldsync::server::storage {

// Those of one schema hear each other.
std::unique_ptr<Notices> make_postgresql_notices(const std::string& uri);

}  // namespace fieldsync::server::storage
