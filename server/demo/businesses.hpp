// The businesses of the demo data, one function each. Private to this folder.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "demo/seeding.hpp"
#include "storage/database.hpp"

namespace fieldsync::server::demo {

// Who signs in how. Computed once: Argon2id takes its time.
struct PasswordHashes {
    std::string everybody;     // Test@1234
    std::string legal_client;  // client_password
};

struct UserRow {
    std::string_view key, name, email, mobile, username, type;
    bool is_active = true;
};

// Writes the users, with what was collected before them, and lets them sign in.
void write_users(Seeding& seeding, std::span<const UserRow> users, std::string_view password_hash);

Place seed_agrawal(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                   const PasswordHashes& hashes);
Place seed_pak_engineering(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                           const PasswordHashes& hashes);
Place seed_buildcorp(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                     const PasswordHashes& hashes);
Place seed_nimbus(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                  const PasswordHashes& hashes);
Place seed_smith_and_partners(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                              const PasswordHashes& hashes);

// More of everything: see seed_demo.
void seed_scale(storage::Database& database, const WritePath& path, const Place& agrawal,
                const Place& pak_engineering, const PasswordHashes& hashes, int scale);

}  // namespace fieldsync::server::demo
