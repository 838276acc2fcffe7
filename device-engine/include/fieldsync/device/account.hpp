// Whose store this is. A store belongs to one user of one business (design.md, On the device).
#pragma once

#include <string>

#include "fieldsync/schema/uid.hpp"

namespace fieldsync::device {

struct Account {
    std::string server_url;
    std::string token;  // bound to the device; opens only the server's /sync/
    schema::Uid user;
    schema::Uid business;
    std::string user_type;  // as in the schema: admin, super_admin, staff
    std::string user_name;
    std::string email;

    [[nodiscard]] bool is_admin() const { return user_type == "admin" || user_type == "super_admin"; }
    bool operator==(const Account&) const = default;
};

}  // namespace fieldsync::device
