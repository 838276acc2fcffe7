// The generic commands: list, get, put, delete, on any entity of the schema.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"

namespace fieldsync::cli {

struct ListOptions {
    std::string entity;
    std::vector<std::string> where;  // field=value
    std::vector<std::string> sort;   // field, or -field
    std::size_t limit = 0;           // 0: all
};
Outcome<Exit> list(Context& context, const ListOptions& options);

Outcome<Exit> get(Context& context, const std::string& entity, const std::string& ref);

// `items`: field=value…, before them perhaps a REF: without one it is an insert.
Outcome<Exit> put(Context& context, const std::string& entity, const std::vector<std::string>& items);

Outcome<Exit> remove(Context& context, const std::string& entity, const std::string& ref);

}  // namespace fieldsync::cli
