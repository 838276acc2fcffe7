// One POST, with a deadline; a connection of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "transport/address.hpp"

namespace fieldsync::device {

struct HttpAnswer {
    unsigned status = 0;  // 0: the server was not reached
    std::string content_type;
    std::string body;
    std::string failure;  // of the network, for people
};

// Keeps its connection between calls where the server does. One thread.
class HttpCaller {
  public:
    explicit HttpCaller(Address address);
    ~HttpCaller();
    HttpCaller(const HttpCaller&) = delete;
    HttpCaller& operator=(const HttpCaller&) = delete;

    HttpAnswer post(std::string_view path, std::string_view content_type, std::string body);

  private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
    Address address_;
};

}  // namespace fieldsync::device
