#include "write_path/write_path.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "fieldsync/schema/calendar.hpp"
#include "fieldsync/schema/entities.hpp"
#include "fieldsync/sync/codec.hpp"
#include "fieldsync/sync/limits.hpp"
#include "records/values.hpp"
#include "storage/savepoint.hpp"
#include "write_path/change_log.hpp"
#include "write_path/grants.hpp"
#include "write_path/receipts.hpp"
#include "write_path/resolver.hpp"

namespace fieldsync::server {
namespace {

using schema::Change;
using schema::number_of;
using schema::Operation;
using schema::RecordKey;
using schema::Refusal;
using schema::Uid;

constexpr auto kUserType = number_of<schema::user_fields>("user_type");
constexpr auto kUserActive = number_of<schema::user_fields>("is_active");
constexpr auto kTimeZone = number_of<schema::business_fields>("time_zone");

constexpr const char* kRevokeTokens = "DELETE FROM token WHERE business_id = ?1 AND user_id = ?2";

sync::Receipt rejection(const Uid& change_set, schema::Seq head, Refusal refusal) {
    sync::Receipt receipt;
    receipt.change_set = change_set;
    receipt.status = sync::ReceiptStatus::rejected;
    receipt.seq = head;
    receipt.code = std::move(refusal.code);
    receipt.message = std::move(refusal.message);
    receipt.errors = std::move(refusal.errors);
    return receipt;
}

// As a store's last number: nothing comes after it.
constexpr std::uint64_t kStoreClosed = std::numeric_limits<std::int64_t>::max();

void add_scope(std::vector<Uid>& scopes, const Uid& scope) {
    if (std::find(scopes.begin(), scopes.end(), scope) == scopes.end()) scopes.push_back(scope);
}

}  // namespace

Uid rest_store() {
    return schema::derive_uid({}, "rest");
}

// One change-set being applied: the middle of the path, on a working set of its own.
class WritePath::Application {
  public:
    Application(WriteGroup& group, const RecordTables& tables, const WriteRequest& request,
                const Uid& business_uid, Writing writing)
        : group_(group),
          connection_(group.connection()),
          tables_(tables),
          request_(request),
          writing_(writing),
          set_(group, tables, request.business, business_uid),
          moves_(connection_, tables, set_, writing_),
          resolver_(connection_, tables, set_, moves_, writing_),
          held_since_([this](const Uid& scope) {
              return held_since(connection_, request_.business, request_.author, scope, writing_.cursor);
          }),
          seen_since_([this](const RecordKey& record) {
              return seen_since(connection_, request_.business, request_.author, record, writing_.cursor);
          }),
          context_{tables.schema(),     set_, business_uid, {},     request.set.uid,
                   writing_.made_at_us, {},   nullptr,      nullptr} {}

    // The author, as he is now, and his business's day when he wrote.
    std::optional<Refusal> admit() {
        context_.author.user = request_.author;
        context_.author.is_system = request_.origin == Origin::system;
        const auto business = set_.find(schema::entity::business, context_.business);
        if (business) context_.today = schema::date_at(writing_.made_at_us, business->fields.text(kTimeZone));
        if (context_.author.is_system) return std::nullopt;
        if (request_.origin == Origin::push) {
            context_.held_since = &held_since_;
            context_.seen_since = &seen_since_;
        }
        const auto user = set_.find(schema::entity::user, request_.author);
        const std::string type = user ? user->fields.text(kUserType) : std::string();
        if (!user || !user->fields.boolean(kUserActive))
            return Refusal{"forbidden", "This user is not active.", {}};
        context_.author.is_admin = type == "admin";
        if (type != "admin" && type != "staff") return Refusal{"forbidden", "You may not do this.", {}};
        return std::nullopt;
    }

    std::optional<Refusal> apply(Change change) {
        if (change.uid.is_nil()) return Refusal{"bad_uid", "A record's uid is missing.", {}};
        if (tables_.schema().find(change.entity) == nullptr)
            return Refusal{"unknown_entity", "This kind of record is unknown.", {}};
        if (auto refusal = check_carried(change)) return refusal;
        for (schema::FieldChange& item : change.fields)  // nobody saw what was not there
            item.base = std::min(item.base, schema::Seq{schema::number(writing_.seq) - 1});
        context_.ordinal = changes_of_[{change.entity, change.uid}]++;
        context_.agrees = false;
        schema::normalise(tables_.schema(), change);
        switch (change.operation) {
            case Operation::insert:
                return insert(change);
            case Operation::update:
                return update(change);
            case Operation::remove:
                return remove(change);
            case Operation::gone:
                break;
        }
        return Refusal{"unknown_operation", "This operation is unknown.", {}};
    }

    // Writes it all as of the seq; `wrote` stays false when nothing changed.
    std::optional<Refusal> finish(sync::Receipt& receipt, const LogEntry& entry, bool& wrote) {
        moves_.mark_superseded();
        const std::vector<sync::LogChange> changes = set_.prepare(writing_.seq, receipt.ids);
        const EncodedChanges encoded = encode_changes(changes);
        if (encoded.bytes > kEntryBytesMax) {
            group_.give_back_ids();
            return Refusal{"too_large", "This change, with what follows from it, is larger than 5 MiB.", {}};
        }
        // From here on nothing is refused any more.
        group_.keep_ids();
        set_.write();
        moves_.record(changes.empty() ? schema::Seq{schema::number(writing_.seq) - 1} : writing_.seq);
        receipt.merges = std::move(notes_);
        receipt.status = receipt.merges.empty() ? sync::ReceiptStatus::applied : sync::ReceiptStatus::merged;
        if (changes.empty()) return std::nullopt;
        update_grants(connection_, request_.business, context_.business, set_, writing_.seq);
        revoke_tokens_of_deactivated();
        append_entry(connection_, request_.business, entry, changes, encoded);
        group_.move_head(request_.business, entry.place);
        for (const sync::LogChange& change : changes) add_scope(receipt.scopes, change.scope);
        wrote = true;
        return std::nullopt;
    }

  private:
    // What devices never get they do not set either.
    std::optional<Refusal> check_carried(const Change& change) const {
        if (request_.origin != Origin::push) return std::nullopt;
        Refusal refusal{"validation_failed", "Validation failed.", {}};
        for (const schema::FieldChange& item : change.fields) {
            const schema::Field* field = tables_.schema().at(change.entity).field(item.field);
            if (field == nullptr) continue;
            if (!field->is_synced)
                refusal.errors.push_back({std::string(field->name), schema::Broken::not_allowed, 0, {}, 0});
            const bool is_set_edit =
                field->policy == schema::Policy::union_sets && change.operation == Operation::update;
            if (is_set_edit && item.added.empty() && item.removed.empty())
                refusal.errors.push_back({std::string(field->name), schema::Broken::other, 0,
                                          "The elements added and removed are needed.", 0});
        }
        if (refusal.errors.empty()) return std::nullopt;
        return refusal;
    }

    // Who is deactivated is signed out at once, and stays so when he comes back.
    void revoke_tokens_of_deactivated() {
        for (const RecordKey& key : set_.touched()) {
            if (key.entity != schema::entity::user) continue;
            const auto& now = set_.touched_entry(key).now;
            if (now && !now->record.fields.boolean(kUserActive))
                connection_.post(kRevokeTokens, {number(request_.business), now->record.id});
        }
    }

    std::optional<Refusal> insert(Change& change) {
        set_.look_whether_new(change.uid);
        const WorkingSet::Entry& entry = set_.entry({change.entity, change.uid});
        if (entry.now && !may_see(entry.now->record.scope))
            return Refusal{"bad_uid", "This uid is taken.", {}};
        if (entry.now) return same_content(change, entry.now->record);
        if (resolver_.is_deleted(change.uid)) return Refusal{"deleted", "This record was deleted.", {}};
        schema::complete(change, context_);
        if (auto refusal = schema::check(change, nullptr, context_)) return refusal;
        if (auto refusal = check_unique(change)) return refusal;
        insert_record(change);
        effects_of(change, std::nullopt);
        return std::nullopt;
    }

    // Does the author hold the scope, or did he when he wrote?
    bool may_see(const Uid& scope) const {
        return context_.author.is_admin || context_.author.is_system ||
               schema::staff_holds(context_.author.user, scope, set_, context_.business, false) ||
               (context_.held_since != nullptr && held_since_(scope));
    }

    // Inserting a known uid with the same content is no change.
    static std::optional<Refusal> same_content(const Change& change, const schema::Record& record) {
        for (const schema::FieldChange& item : change.fields) {
            const schema::Value* held = record.fields.get(item.field);
            if ((held == nullptr ? schema::Value{} : *held) != item.value)
                return Refusal{"already_exists", "A record with this uid exists, with other content.", {}};
        }
        return std::nullopt;
    }

    std::optional<Refusal> update(Change& change) {
        const WorkingSet::Entry& entry = set_.entry({change.entity, change.uid});
        if (!entry.now && request_.origin == Origin::push) return update_of_deleted(change);
        const auto before = entry.now ? std::optional(entry.now->record) : std::nullopt;
        if (auto refusal = schema::check(change, before ? &*before : nullptr, context_)) return refusal;
        if (auto refusal = check_unique(change)) return refusal;
        const std::size_t decided = notes_.size();
        const bool changed = resolver_.update(change, context_.ordinal, notes_);
        context_.agrees = !changed && notes_.size() == decided && moves_.has_new({change.entity, change.uid});
        if (!changed && notes_.size() == decided && !context_.agrees) return std::nullopt;
        if (changed) {
            Change filled;
            filled.entity = change.entity;
            filled.operation = Operation::update;
            schema::fill_computed(tables_.schema(), filled, context_.author, context_.made_at_us);
            put(change.entity, change.uid, filled);
        }
        effects_of(change, before);
        return std::nullopt;
    }

    // The delete won; what he wrote is kept, where he might have written it.
    std::optional<Refusal> update_of_deleted(const Change& change) {
        const auto deleted = resolver_.deleted_scope({change.entity, change.uid});
        if (!deleted || !may_see(*deleted)) return Refusal{"not_found", "The record was not found.", {}};
        Refusal refusal{"validation_failed", "Validation failed.", {}};
        schema::validate(tables_.schema(), change,
                         context_.author.is_admin ? schema::Writer::admin : schema::Writer::staff,
                         refusal.errors);
        if (!refusal.errors.empty()) return refusal;
        resolver_.update_of_deleted(change, notes_);
        return std::nullopt;
    }

    std::optional<Refusal> check_unique(const Change& change) {
        const RecordTable& table = tables_.at(change.entity);
        Refusal refusal{"validation_failed", "Validation failed.", {}};
        for (const schema::FieldChange& item : change.fields) {
            const schema::Field* field = table.entity().field(item.field);
            const auto* text = std::get_if<std::string>(&item.value);
            if (field->is_unique && text != nullptr && table.is_taken(connection_, *field, *text, change.uid))
                refusal.errors.push_back({std::string(field->name), schema::Broken::taken, 0, {}, 0});
        }
        if (refusal.errors.empty()) return std::nullopt;
        return refusal;
    }

    std::optional<Refusal> remove(const Change& change) {
        const RecordKey key{change.entity, change.uid};
        const WorkingSet::Entry& entry = set_.entry(key);
        if (!entry.now && resolver_.is_deleted(change.uid)) return std::nullopt;
        const auto before = entry.now ? std::optional(entry.now->record) : std::nullopt;
        if (auto refusal = schema::check(change, before ? &*before : nullptr, context_)) return refusal;

        std::vector<RecordKey> keys{key};
        if (tables_.schema().at(change.entity).entity().scope == schema::ScopeKind::own) {
            for (const RecordKey& child : set_.in_scope(change.uid)) {
                if (child.entity == schema::entity::conflict)
                    resolver_.move_to_admins(child);
                else if (child != key)
                    keys.push_back(child);
            }
        }
        for (const RecordKey& gone : keys)
            if (const auto& now = set_.entry(gone).now) resolver_.remember_deleted(now->record);
        for (const RecordKey& gone : keys) resolver_.before_delete(gone, gone != key, notes_);
        for (const RecordKey& gone : keys) set_.remove(gone);
        effects_of(change, before);
        return std::nullopt;
    }

    void insert_record(Change& change) {
        schema::fill_computed(tables_.schema(), change, context_.author, context_.made_at_us);
        StoredRecord stored;
        stored.record.entity = change.entity;
        stored.record.uid = change.uid;
        const schema::EntityTable& table = tables_.schema().at(change.entity);
        for (const schema::Field& field : table.fields())
            if (field.has_default && !field.is_argument)
                stored.record.fields.set(field.number, field.default_value());
        for (const schema::FieldChange& item : change.fields) {
            const schema::Field* field = table.field(item.field);
            if (!field->is_argument && !schema::is_null(item.value))
                stored.record.fields.set(item.field, item.value);
        }
        stored.record.scope = schema::scope_of(tables_.schema(), stored.record, context_.business);
        set_.insert(std::move(stored));
    }

    // Values as they are: what rules and fills say is not in conflict with anything.
    void put(schema::EntityNumber entity, const Uid& uid, const Change& change) {
        const RecordKey key{entity, uid};
        WorkingSet::Entry& entry = set_.entry(key);
        if (!entry.now) return;
        for (const schema::FieldChange& item : change.fields) {
            const schema::Value* held = entry.now->record.fields.get(item.field);
            if (held != nullptr && *held == item.value) continue;
            set_.touch(key);
            entry.now->record.fields.set(item.field, item.value);
            const schema::Field* field = tables_.schema().at(entity).field(item.field);
            if (field->policy != schema::Policy::server_only)
                entry.now->clock.set({item.field, {}, writing_.seq, writing_.stamp});
        }
    }

    void effects_of(const Change& change, const std::optional<schema::Record>& before) {
        WorkingSet::Entry& entry = set_.entry({change.entity, change.uid});
        if (entry.now)
            entry.now->record.scope =
                schema::scope_of(tables_.schema(), entry.now->record, context_.business);
        const auto after = entry.now ? std::optional(entry.now->record) : std::nullopt;
        std::vector<Change> follow;
        schema::effects(change, before ? &*before : nullptr, after ? &*after : nullptr, context_, follow);
        for (Change& effect : follow) {
            if (effect.operation == Operation::insert) {
                // An effect whose record exists is no change.
                if (!set_.entry({effect.entity, effect.uid}).now) insert_record(effect);
            } else {
                put(effect.entity, effect.uid, effect);
            }
        }
    }

    WriteGroup& group_;
    storage::Connection& connection_;
    const RecordTables& tables_;
    const WriteRequest& request_;
    const Writing writing_;
    WorkingSet set_;
    Moves moves_;
    Resolver resolver_;
    const std::function<bool(const Uid&)> held_since_;
    const std::function<bool(const RecordKey&)> seen_since_;
    schema::RuleContext context_;
    std::unordered_map<RecordKey, std::uint32_t> changes_of_;  // up to now
    std::vector<sync::MergeNote> notes_;
};

namespace {

// A business's first change-set makes the business itself.
Uid uid_of_business(WriteGroup& group, const WriteRequest& request) {
    const Uid known = group.business_uid(request.business);
    if (!known.is_nil()) return known;
    for (const Change& change : request.set.changes)
        if (change.entity == schema::entity::business) return change.uid;
    return {};
}

// A change-set is written when it is sure that it is taken; only what it deletes is noted on the way, and
// that much has to be undone where it is refused.
bool writes_before_it_is_taken(const sync::ChangeSet& set) {
    return std::any_of(set.changes.begin(), set.changes.end(),
                       [](const Change& change) { return change.operation == Operation::remove; });
}

}  // namespace

WritePath::WritePath(const RecordTables& tables, sync::Clock& clock, sync::Random& random)
    : tables_(tables), clock_(clock), random_(random) {}

WriteOutcome WritePath::run(storage::Connection& connection, const WriteRequest& request) const {
    WriteGroup group(connection, tables_);
    WriteOutcome outcome = run(group, request);
    group.settle();
    return outcome;
}

WriteOutcome WritePath::run(WriteGroup& group, const WriteRequest& request,
                            std::optional<Refusal> refusal) const {
    storage::Connection& connection = group.connection();
    const bool is_push = request.origin == Origin::push;
    const sync::ChangeSet& set = request.set;
    WriteOutcome outcome;
    outcome.head = group.head(request.business);

    if (is_push) {
        outcome.last_number = group.last_number(request.business, request.store);
        const bool is_next = set.number == outcome.last_number + 1;
        auto known = find_receipt(connection, request.business, set.uid, request.author);
        outcome.must_renumber = !known && !is_next;
        if (outcome.must_renumber) {
            // A number that another change-set has: this store is a copy, or was restored. What it sent
            // behind this one must not get in before it, so the store is closed to new ones; it takes another
            // id.
            if (set.number <= outcome.last_number)
                group.move_last_number(request.business, request.store, kStoreClosed);
            return outcome;
        }
        if (is_next) {  // a store that numbered its outbox anew offers known ones again: they count
            group.move_last_number(request.business, request.store, set.number);
            outcome.last_number = set.number;
        }
        if (known) {
            outcome.receipt = std::move(*known);
            if (outcome.receipt.stamp == 0)  // of a receipt that was confirmed only uid and seq are kept
                if (const auto entry = read_entry(connection, request.business, outcome.receipt.seq))
                    outcome.receipt.stamp = entry->place.stamp;
            return outcome;
        }
    }

    const std::int64_t now_us = clock_.now_us();
    Writing writing;
    writing.business = request.business;
    writing.business_uid = uid_of_business(group, request);
    writing.change_set = set.uid;
    writing.author = request.author;
    writing.stamp = {sync::clamp_hlc(set.hlc, now_us / 1000), is_push ? request.store : rest_store()};
    // Rules go by when it was made, which is never later than now.
    writing.made_at_us = std::clamp(set.made_at_us, std::int64_t{0}, now_us);
    writing.seq = schema::Seq{schema::number(outcome.head.seq) + 1};
    writing.cursor = is_push ? std::min(set.made_at_cursor, outcome.head.seq) : outcome.head.seq;
    writing.base_is_head = !is_push;

    std::optional<storage::Savepoint> savepoint;
    if (writes_before_it_is_taken(set)) savepoint.emplace(connection);
    sync::Receipt receipt;
    receipt.change_set = set.uid;
    receipt.seq = writing.seq;
    Application application(group, tables_, request, writing.business_uid, writing);
    if (!refusal) refusal = application.admit();
    if (is_push && (set.changes.size() > sync::limits::changes_per_set_max ||
                    sync::encoded_bytes(set) > sync::limits::change_set_bytes_max))
        refusal = Refusal{"too_large", "A change-set may hold at most 1,000 changes and 4 MiB.", {}};
    for (std::size_t i = 0; i < set.changes.size() && !refusal; ++i)
        refusal = application.apply(set.changes[i]);

    const sync::Cursor place{writing.seq, random_.next_u64()};
    if (!refusal)
        refusal = application.finish(receipt,
                                     {place, set.uid, request.author, writing.stamp.store, writing.stamp.hlc,
                                      set.hlc, writing.made_at_us, now_us},
                                     outcome.wrote);
    if (!refusal) {
        if (outcome.wrote)
            outcome.head = place;
        else
            receipt.seq = outcome.head.seq;
        outcome.receipt = std::move(receipt);
    } else {
        if (savepoint) savepoint->undo();
        outcome.receipt = rejection(set.uid, outcome.head.seq, std::move(*refusal));
    }
    if (savepoint) savepoint->release();

    outcome.receipt.stamp = outcome.head.stamp;
    if (is_push) {
        std::string content;
        if (outcome.receipt.status == sync::ReceiptStatus::rejected) sync::encode_change_set(set, content);
        record_receipt(connection, request.business, request.store, request.author, outcome.receipt, content);
    }
    return outcome;
}

}  // namespace fieldsync::server
