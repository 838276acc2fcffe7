#include "transport/address.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace fieldsync::device {

std::optional<Address> parse_address(std::string_view text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || url->scheme() != "http" || url->encoded_host().empty()) return std::nullopt;
    Address address;
    address.host = std::string(url->encoded_host_address());
    address.port = url->has_port() ? std::string(url->port()) : "80";
    address.base_path = std::string(url->encoded_path());
    while (!address.base_path.empty() && address.base_path.back() == '/') address.base_path.pop_back();
    return address;
}

}  // namespace fieldsync::device
