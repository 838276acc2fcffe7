// Passwords as they are stored: Argon2id through libsodium, with its interactive limits (64 MiB, some 50 ms).
// Stateless, any thread; but each call blocks its thread for that long, so never an I/O thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fieldsync::server::accounts {

// Salt and limits are part of the result. Throws std::bad_alloc where the 64 MiB are not to be had.
std::string hash_password(std::string_view password);

// No hash (an account that is not there) takes as long as a wrong password, and is false.
bool verify_password(std::string_view password, const std::optional<std::string>& hash);

// Stands for the hash of an account that is not there: of the same cost, of no password that anybody knows.
std::string_view stand_in_hash();

}  // namespace fieldsync::server::accounts
