// http://host:port of a server, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fieldsync::device {

struct Address {
    std::string host;
    std::string port;
    std::string base_path;  // without a trailing slash; usually empty
    [[nodiscard]] std::string host_header() const { return host + ":" + port; }
};

// Nothing for what is no http URL.
std::optional<Address> parse_address(std::string_view url);

}  // namespace fieldsync::device
