// POST /sync/v1/exchange: a sync session in one request. The body is messages, hello first; so is the answer.
// It comes when everything asked was answered, or when the window is full.
#pragma once

#include "http/handler.hpp"
#include "sync/serial_queue.hpp"
#include "sync/services.hpp"

namespace fieldsync::server {

inline constexpr const char* kExchangeMediaType = "application/x-fieldsync";

http::Answer exchange(SyncServices& services, const SerialQueue::Post& post_io, http::Request& request);

}  // namespace fieldsync::server
