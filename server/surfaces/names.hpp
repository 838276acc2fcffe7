// Names: what a business calls its stages and types of property, and its staff and admins. Nearly every record
// that is shown names some of them, and there are few: they are read whole and kept (storage/memo.hpp), rather
// than joined to each row.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fieldsync/schema/uid.hpp"
#include "records/ids.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server::surfaces {

struct Names {
    struct Stage {
        std::int64_t id = 0;
        std::optional<std::string> name, color;
    };
    std::unordered_map<schema::Uid, Stage> stages;
    std::map<std::string, std::optional<std::string>, std::less<>> property_types;  // by slug
    std::unordered_map<schema::Uid, std::string> people;

    // Null and nothing for what the business does not have.
    [[nodiscard]] const Stage* stage(const schema::Uid& uid) const;
    [[nodiscard]] std::optional<std::string_view> stage_name(const schema::Uid& uid) const;
    [[nodiscard]] std::optional<std::string_view> property_type(std::string_view slug) const;
    [[nodiscard]] std::optional<std::string_view> person(const schema::Uid& uid) const;
};

// Good until the connection's transaction ends. Three statements, or none.
const Names& names_of(storage::Connection& connection, BusinessId business);

}  // namespace fieldsync::server::surfaces
