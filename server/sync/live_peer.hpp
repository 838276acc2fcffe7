// /sync/v1/live: a sync session over a WebSocket, one binary message a frame.
#pragma once

#include <memory>

#include "http/websocket.hpp"
#include "sync/session_runner.hpp"

namespace fieldsync::server {

std::shared_ptr<http::WebSocketPeer> make_live_peer(SyncServices& services);

}  // namespace fieldsync::server
