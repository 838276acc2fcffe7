#include "sync/checksums.hpp"

#include <map>
#include <set>

#include "fieldsync/sync/codec.hpp"
#include "write_path/change_log.hpp"
#include "write_path/grants.hpp"

namespace fieldsync::server {
namespace {

using Sums = std::map<schema::Uid, sync::ScopeChecksum>;

// Adds everything a scope holds; the whole business for a nil one, each record under its own scope.
void add_scope(storage::Connection& connection, const RecordTables& tables, const Peer& peer,
               const schema::Uid& scope, Sums& sums) {
    constexpr std::int64_t kPage = 1'000;
    for (const RecordTable& table : tables.all()) {
        std::int64_t after = 0, rows = kPage;
        while (rows == kPage) {
            rows = 0;
            table.page(connection, peer.business, scope, after, kPage, [&](const StoredRecord& stored) {
                sync::ScopeChecksum& sum = sums[stored.record.scope];
                sum.scope = stored.record.scope;
                ++sum.records;
                sum.checksum += sync::checksum(tables.schema(), stored.record, peer.schema_version);
                after = stored.record.id;
                ++rows;
                return true;
            });
        }
    }
}

}  // namespace

sync::Verified compare_checksums(storage::Connection& connection, const RecordTables& tables,
                                 const Peer& peer, const sync::Verify& verify) {
    sync::Verified verified;
    verified.head = read_head(connection, peer.business).seq;
    verified.comparable = verify.cursor == verified.head;
    if (!verified.comparable) return verified;

    Sums ours;
    bool holds_everything = false;
    for (const Grant& grant : read_grants(connection, peer.business, peer.user, verified.head)) {
        if (grant.to) continue;
        holds_everything = holds_everything || grant.scope.is_nil();
        add_scope(connection, tables, peer, grant.scope, ours);
    }
    std::set<schema::Uid> diverged;
    for (const sync::ScopeChecksum& theirs : verify.scopes) {
        const auto at = ours.find(theirs.scope);
        const bool agree = at == ours.end() ? theirs.records == 0 : at->second == theirs;
        if (!agree) diverged.insert(theirs.scope);
        if (at != ours.end()) ours.erase(at);
    }
    for (const auto& [scope, sum] : ours) diverged.insert(scope);  // the device has none of it
    if (holds_everything && !diverged.empty())
        diverged = {schema::Uid{}};  // what came as one is sent again as one
    verified.diverged.assign(diverged.begin(), diverged.end());
    return verified;
}

}  // namespace fieldsync::server
