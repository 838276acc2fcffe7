// What every new business starts with: copies of the default stages, property types and sourcing channels.
#pragma once

#include <string_view>
#include <vector>

#include "fieldsync/schema/record.hpp"

namespace fieldsync::server::demo {

// Inserts for a business that has none yet. Uids follow from the business's.
std::vector<schema::Change> default_catalogue(const schema::Uid& business);

// Where a default is found: a stage and a channel by its name, a property type by its slug.
schema::Uid default_stage(const schema::Uid& business, std::string_view name);
schema::Uid default_property_type(const schema::Uid& business, std::string_view slug);
schema::Uid default_channel(const schema::Uid& business, std::string_view name);

}  // namespace fieldsync::server::demo
