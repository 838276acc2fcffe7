#include "sync/devices.hpp"

#include "records/values.hpp"

namespace fieldsync::server {
namespace {

constexpr const char* kRegister =
    "INSERT INTO device (business_id, uid, name, user_uid, created_at, last_contact_at, cursor, state)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?5, 0, 'active')"
    " ON CONFLICT (business_id, uid) DO UPDATE SET name = excluded.name, user_uid = excluded.user_uid,"
    " last_contact_at = excluded.last_contact_at";
constexpr const char* kInsertStore =
    "INSERT INTO store (business_id, uid, device, user_uid, last_number) VALUES (?1, ?2, ?3, ?4, 0)"
    " ON CONFLICT (business_id, uid) DO NOTHING";
constexpr const char* kOwner = "SELECT user_uid FROM store WHERE business_id = ?1 AND uid = ?2";
constexpr const char* kTouch =
    "UPDATE device SET last_contact_at = ?3, cursor = ?4 WHERE business_id = ?1 AND uid = ?2";

}  // namespace

void register_device(storage::Connection& connection, BusinessId business, const schema::Uid& device,
                     std::string_view name, const schema::Uid& user, std::int64_t now_us) {
    connection.execute(kRegister, {number(business), blob(device), name, blob(user), now_us});
}

bool touch_store(storage::Connection& connection, const Peer& peer, schema::Seq cursor, std::int64_t now_us) {
    connection.execute(kInsertStore,
                       {number(peer.business), blob(peer.store), blob(peer.device), blob(peer.user)});
    bool is_own = false;
    connection.query(kOwner, {number(peer.business), blob(peer.store)},
                     [&](storage::Row& row) { is_own = read_uid(row, 0) == peer.user; });
    connection.execute(kTouch, {number(peer.business), blob(peer.device), now_us,
                                static_cast<std::int64_t>(schema::number(cursor))});
    return is_own;
}

}  // namespace fieldsync::server
