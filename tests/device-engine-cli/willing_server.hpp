// Answers for a CannedServer: to sign-ins and to sessions over HTTP.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "canned_server.hpp"
#include "fieldsync/sync/messages.hpp"

namespace fieldsync::testing {

// The body of an answer to a sign-in, with token "t2".
std::string signed_in_as(const schema::Uid& user);

std::vector<sync::Message> read_messages(const std::string& body);
CannedAnswer goodbye(std::string code, sync::GoodbyeAction action);

// A server that takes everything, or nothing, and has no news: its head is 101.
struct WillingServer {
    std::atomic<bool> rejects = false;
    std::vector<schema::Uid> diverged;  // what it answers to verify
    std::uint64_t records_left = 0;

    CannedAnswer operator()(const CannedRequest& request) const;
};

}  // namespace fieldsync::testing
