#include "sync/pull_reader.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include "fieldsync/schema/entities.hpp"
#include "fieldsync/sync/codec.hpp"
#include "fieldsync/sync/limits.hpp"
#include "records/values.hpp"
#include "write_path/change_log.hpp"
#include "write_path/grants.hpp"

namespace fieldsync::server {
namespace {

using schema::Seq;
using schema::Uid;

// Rows of one entity read at a time: a piece of a snapshot is bounded by bytes, not by this.
constexpr std::int64_t kPageRows = 500;

// Changes behind the head of a device that follows the log: only so many are looked through for their scopes,
// with each chunk.
constexpr std::int64_t kFollowingMax = 1'000;
constexpr const char* kIsFurtherBehind =
    "SELECT 1 FROM log_change WHERE business_id = ?1 AND seq > ?2 LIMIT 1 OFFSET ?3";

using Scopes = std::unordered_set<Uid>;

// The nil scope is everything in the business (admins).
bool covers(const Scopes& scopes, const Uid& scope) {
    return scopes.contains(scope) || scopes.contains(Uid{});
}

// Entities in the order that a snapshot sends them: what people work with first, history last.
const std::vector<schema::EntityNumber>& snapshot_order() {
    namespace entity = schema::entity;
    static const std::vector<schema::EntityNumber> order{
        entity::business,         entity::user,          entity::stage,    entity::property_type,
        entity::sourcing_channel, entity::location,      entity::lead,     entity::client,
        entity::requirement,      entity::project,       entity::phase,    entity::project_member,
        entity::site_visit,       entity::note,          entity::property, entity::owner,
        entity::notification,     entity::stage_history, entity::activity, entity::conflict};
    return order;
}

struct Position {
    std::size_t entity = 0;  // index into snapshot_order
    std::int64_t id = 0;

    // "ENTITY.ID"; anything else is the beginning.
    static Position parse(std::string_view text) {
        Position position;
        const char* const end = text.data() + text.size();
        const auto [dot, bad_entity] = std::from_chars(text.data(), end, position.entity);
        if (bad_entity != std::errc() || dot == end || *dot != '.') return {};
        const auto [rest, bad_id] = std::from_chars(dot + 1, end, position.id);
        return bad_id != std::errc() || rest != end ? Position{} : position;
    }
    [[nodiscard]] std::string text() const { return std::to_string(entity) + "." + std::to_string(id); }
};

class ChunkReader {
  public:
    ChunkReader(storage::Connection& connection, const RecordTables& tables, const Peer& peer,
                const PullRequest& request)
        : connection_(connection),
          tables_(tables),
          peer_(peer),
          request_(request),
          unfinished_(request.unfinished) {
        std::stable_partition(unfinished_.begin(), unfinished_.end(), [&](const sync::UnfinishedScope& u) {
            return u.scope != peer.business_uid;  // in_order_of_priority
        });
    }

    std::optional<sync::Chunk> read() {
        head_ = read_head(connection_, peer_.business);
        if (request_.cursor != head_ && !has_entry(connection_, peer_.business, request_.cursor))
            return std::nullopt;
        chunk_.head = head_.seq;
        is_following_ = unfinished_.empty() && request_.cursor.seq != Seq{} && !is_further_behind();
        grants_ = is_following_
                      ? read_grants_of_changes(connection_, peer_.business, peer_.user, request_.cursor.seq)
                      : read_grants(connection_, peer_.business, peer_.user, request_.cursor.seq);
        held_before_ = held_at(request_.cursor.seq);
        held_now_ = held_at(head_.seq);
        for (const Grant& grant : grants_)
            if (grant.from > request_.cursor.seq && !gained_.emplace(grant.scope, grant.from).second)
                needs_snapshot_.insert(grant.scope);
        read_changes();
        read_snapshots();
        chunk_.is_last = chunk_.cursor.seq == head_.seq && unfinished_.empty();
        return std::move(chunk_);
    }

  private:
    bool is_further_behind() const {
        return connection_
            .integer(kIsFurtherBehind,
                     {number(peer_.business), static_cast<std::int64_t>(schema::number(request_.cursor.seq)),
                      kFollowingMax})
            .has_value();
    }

    Scopes held_at(Seq seq) const {
        Scopes held;
        for (const Grant& grant : grants_)
            if (grant.from <= seq && (!grant.to || *grant.to > seq)) held.insert(grant.scope);
        return held;
    }

    // Log entries from the cursor on, until the bytes are used up; always whole change-sets.
    void read_changes() {
        Seq end = head_.seq;
        std::vector<sync::LogChange> changes;
        // A device that holds nothing yet, and has more than a little to read, takes snapshots instead of history.
        if (is_following_ || !held_before_.empty()) end = collect(changes);
        chunk_.cursor = end == head_.seq ? head_ : read_entry(connection_, peer_.business, end)->place;

        const Scopes held_after = held_at(end);
        Scopes begun;
        for (const auto& [scope, from] : gained_)
            if (from <= end && held_after.contains(scope)) begun.insert(scope);
        for (const Uid& scope : held_before_)
            if (!held_after.contains(scope)) chunk_.evicted.push_back(scope);
        std::ranges::sort(chunk_.evicted);
        for (const sync::UnfinishedScope& unfinished : unfinished_)  // whatever the device believes
            if (!held_after.contains(unfinished.scope) && !held_before_.contains(unfinished.scope))
                chunk_.evicted.push_back(unfinished.scope);
        std::erase_if(unfinished_, [&](const sync::UnfinishedScope& u) {
            return !held_after.contains(u.scope) || begun.contains(u.scope);
        });
        for (const Uid& scope : in_order_of_priority(begun))
            if (born_.contains(scope))
                begin_born(scope);
            else
                begin(scope, end);
        for (const sync::UnfinishedScope& unfinished : unfinished_) filling_.insert(unfinished.scope);
        for (sync::LogChange& change : changes) add_change(std::move(change), held_after, begun);
    }

    // What the device held all along (of scopes gained or lost meanwhile, the snapshot or the eviction
    // speaks).
    Seq collect(std::vector<sync::LogChange>& changes) {
        Seq end = head_.seq, last = request_.cursor.seq;
        std::size_t bytes = 0, rows = 0;
        constexpr std::size_t kRowsMax = 20'000;  // filtered ones too: a bounded piece of work
        each_change(connection_, peer_.business, request_.cursor.seq, [&](const StoredChange& stored) {
            const auto& [seq, scope, body] = stored;
            if (seq != last && (bytes >= sync::limits::chunk_bytes_target || rows >= kRowsMax)) {
                end = last;
                return false;
            }
            last = seq;
            ++rows;
            const bool is_followed = covers(held_before_, scope) || born_.contains(scope);
            if (!is_followed && !may_be_born(scope, seq)) return true;
            auto change = sync::decode_log_change(body);
            if (!change) throw std::runtime_error("the change-log is damaged");
            if (!is_followed) {
                const bool is_birth = is_insert_of(scope, *change);
                (is_birth ? born_ : needs_snapshot_).insert(scope);
                if (!is_birth) return true;
            }
            bytes += body.size();
            changes.push_back(std::move(*change));
            return true;
        });
        return end;
    }

    // A root that was held from its first change on needs no snapshot: the log has all of its scope, and
    // nothing that was not this user's to see.
    bool may_be_born(const Uid& scope, Seq seq) const {
        const auto gained = gained_.find(scope);
        return gained != gained_.end() && gained->second == seq && !needs_snapshot_.contains(scope);
    }

    static bool is_insert_of(const Uid& scope, const sync::LogChange& change) {
        return change.operation == schema::Operation::insert && change.key.uid == scope;
    }

    void begin(const Uid& scope, Seq start) {
        chunk_.begun.push_back({scope, start});
        unfinished_.push_back({scope, start, {}});
    }

    // Its snapshot is that of the moment before: nothing.
    void begin_born(const Uid& scope) {
        const Seq before{schema::number(gained_.at(scope)) - 1};
        chunk_.begun.push_back({scope, before});
        sync::SnapshotPart nothing;
        nothing.scope = scope;
        nothing.read_at = before;
        nothing.is_done = true;
        chunk_.parts.push_back(std::move(nothing));
    }

    void add_change(sync::LogChange change, const Scopes& held_after, const Scopes& begun) {
        if (!covers(held_after, change.scope)) return;
        if (covers(begun, change.scope) && !born_.contains(change.scope)) return;
        const bool is_filling = covers(filling_, change.scope);
        if (is_filling && change.operation == schema::Operation::update &&
            bytes_ < sync::limits::chunk_bytes_target) {
            // The device may not have the record yet: it gets the whole of it, once, as it is at the head;
            // which is for those who hold it there. Where that would make the chunk too large the change has
            // to do: who has the record applies it, who has not gets it with a part that is read later.
            if (!covers(held_now_, change.scope) || !sent_whole_.insert(change.key).second) return;
            const auto stored =
                tables_.at(change.key.entity).find(connection_, peer_.business, change.key.uid);
            if (!stored || stored->record.scope != change.scope) return;
            change.seq = stored->record.seq;
            change.whole = true;
            change.fields = synced_fields(stored->record);
        }
        if (is_filling) {
            encoded_.clear();
            sync::encode_log_change(change, encoded_);
            bytes_ += encoded_.size();
        }
        chunk_.changes.push_back(std::move(change));
    }

    // Own leads, clients and projects before the business's lists.
    std::vector<Uid> in_order_of_priority(const Scopes& scopes) const {
        std::vector<Uid> ordered;
        for (const Uid& scope : scopes)
            if (scope != peer_.business_uid) ordered.push_back(scope);
        std::ranges::sort(ordered);
        if (scopes.contains(peer_.business_uid)) ordered.push_back(peer_.business_uid);
        return ordered;
    }

    schema::FieldMap synced_fields(const schema::Record& record) const {
        const schema::EntityTable& entity = tables_.schema().at(record.entity);
        schema::FieldMap fields;
        for (const auto& [field, value] : record.fields.items())
            if (entity.field(field)->is_synced) fields.set(field, value);
        return fields;
    }

    void read_snapshots() {
        if (request_.count_records || !chunk_.begun.empty()) count_records();
        // Pieces are read at the head: of a scope that is lost by then nothing more is sent.
        auto next = unfinished_.begin();
        while (next != unfinished_.end() && bytes_ < sync::limits::chunk_bytes_target) {
            if (!held_now_.contains(next->scope)) {
                ++next;
                continue;
            }
            sync::SnapshotPart part;
            part.scope = next->scope;
            part.read_at = head_.seq;
            Position position = Position::parse(next->position);
            part.is_done = read_part(part, position);
            part.position = position.text();
            chunk_.parts.push_back(std::move(part));
            if (!chunk_.parts.back().is_done) break;
            next = unfinished_.erase(next);
        }
    }

    // Reads on from the position; true when the scope is at its end.
    bool read_part(sync::SnapshotPart& part, Position& position) {
        const auto& order = snapshot_order();
        while (position.entity < order.size()) {
            const RecordTable& table = tables_.at(order[position.entity]);
            std::int64_t rows = 0;
            bool is_full = false;
            table.page(connection_, peer_.business, part.scope, position.id, kPageRows,
                       [&](const StoredRecord& stored) {
                           schema::Record record = stored.record;
                           record.fields = synced_fields(stored.record);
                           encoded_.clear();
                           sync::encode_record(record, encoded_);
                           bytes_ += encoded_.size();
                           position.id = record.id;
                           part.records.push_back(std::move(record));
                           ++rows;
                           is_full = bytes_ >= sync::limits::chunk_bytes_target;
                           return !is_full;
                       });
            if (is_full) return false;
            if (rows < kPageRows) position = {position.entity + 1, 0};
        }
        return true;
    }

    void count_records() {
        std::int64_t left = 0;
        for (const sync::UnfinishedScope& scope : unfinished_) {
            const Position position = Position::parse(scope.position);
            for (std::size_t i = position.entity; i < snapshot_order().size(); ++i)
                left += tables_.at(snapshot_order()[i])
                            .count(connection_, peer_.business, scope.scope,
                                   i == position.entity ? position.id : 0);
        }
        chunk_.records_left = static_cast<std::uint64_t>(left);
    }

    storage::Connection& connection_;
    const RecordTables& tables_;
    const Peer& peer_;
    const PullRequest& request_;
    sync::Cursor head_;
    bool is_following_ = false;  // few changes behind, with nothing left of snapshots
    std::vector<Grant> grants_;  // then those that these changes have to do with, else all
    Scopes held_before_, held_now_;
    std::unordered_map<Uid, Seq> gained_;  // since the cursor, and when first
    Scopes needs_snapshot_;                // of these, those that were lost in between, or are older
    Scopes born_;                          // of these, those whose first change is among those read
    std::unordered_set<schema::RecordKey> sent_whole_;
    std::vector<sync::UnfinishedScope> unfinished_;
    Scopes filling_;         // the same
    std::size_t bytes_ = 0;  // of changes in scopes that are filling, and of parts
    std::string encoded_;
    sync::Chunk chunk_;
};

}  // namespace

std::optional<sync::Chunk> read_chunk(storage::Connection& connection, const RecordTables& tables,
                                      const Peer& peer, const PullRequest& request) {
    return ChunkReader(connection, tables, peer, request).read();
}

}  // namespace fieldsync::server
