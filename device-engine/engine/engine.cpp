#include "fieldsync/device/engine.hpp"

#include "engine/parts.hpp"
#include "outbox/local_write.hpp"
#include "outbox/settled.hpp"
#include "query/run_query.hpp"
#include "records/index_key.hpp"
#include "store/file_lock.hpp"

namespace fieldsync::device {

using schema::Uid;

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
    throw std::runtime_error(std::string(where.file_name()) + ": " + error.word + " " + error.message);
}

bool Commits::run(const std::function<bool(Work&)>& step) {
    std::vector<schema::RecordKey> changed;
    const bool committed = environment_.write([&](store::WriteTransaction& tables) {
        Work work(tables, schema_);
        if (!step(work)) return false;
        work.confirmed.store();
        changed = work.records.take_changed();
        return true;
    });
    if (committed && !changed.empty()) observers_.committed(changed);
    return committed;
}

namespace {

// What a store has from its first moment, and the indexes that this program's schema wants.
void set_up(const store::Environment& environment, Commits& commits, const EngineOptions& options) {
    const std::string indexes = index_fingerprint(*options.schema);
    bool is_ready = false;
    environment.read([&](const store::ReadTransaction& tables) {
        const MetaView meta(tables);
        is_ready = !meta.device().is_nil() && meta.indexes() == indexes;
    });
    if (is_ready) return;
    commits.run([&](Work& work) {
        if (work.meta.device().is_nil()) {
            work.meta.set_device(sync::new_uid(*options.clock, *options.random));
            work.meta.set_store(sync::new_uid(*options.clock, *options.random));
        }
        if (work.meta.indexes() != indexes) {
            work.records.rebuild_indexes();
            work.meta.set_indexes(indexes);
        }
        return true;
    });
}

}  // namespace

class SyncLease::Held {
  public:
    explicit Held(store::FileLock lock) : lock_(std::move(lock)) {}

  private:
    store::FileLock lock_;
};

SyncLease::SyncLease(std::unique_ptr<Held> held) : held_(std::move(held)) {}
SyncLease::SyncLease(SyncLease&&) noexcept = default;
SyncLease& SyncLease::operator=(SyncLease&&) noexcept = default;
SyncLease::~SyncLease() = default;

Engine::Engine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(const EngineOptions& options) {
    auto environment = store::Environment::open(options.path, options.map_size_first, options.points);
    if (environment.has_error()) return environment.error();
    auto parts = std::make_unique<Parts>(options, std::move(*environment));
    try {
        set_up(*parts->environment, parts->commits, options);
    } catch (const StoreFailure& failure) {
        return Error{ErrorCode::storage, {}, failure.what(), {}};
    }
    return std::unique_ptr<Engine>(new Engine(std::move(parts)));
}

Uid Engine::new_uid() {
    return sync::new_uid(*parts_->options.clock, *parts_->options.random);
}

Result<LocalWrite> Engine::write(const std::vector<schema::Change>& changes) {
    Result<LocalWrite> written = LocalWrite{};
    const bool committed = parts_->commits.run([&](Work& work) {
        written = LocalWriter(work, *parts_->options.clock, *parts_->options.random).write(changes);
        return written.has_value() && !written->change_set.is_nil();
    });
    if (committed) parts_->session.wrote_locally();
    return written;
}

std::optional<schema::Record> Engine::get(const schema::RecordKey& key) const {
    std::optional<schema::Record> record;
    parts_->environment->read([&](const store::ReadTransaction& tables) {
        record = RecordView(tables, *parts_->options.schema).find(key);
    });
    return record;
}

std::optional<schema::Record> Engine::get(schema::EntityNumber entity, std::int64_t id) const {
    std::optional<schema::Record> record;
    parts_->environment->read([&](const store::ReadTransaction& tables) {
        record = RecordView(tables, *parts_->options.schema).find_id(entity, id);
    });
    return record;
}

std::optional<schema::FieldMap> Engine::get(const schema::RecordKey& key,
                                            std::span<const schema::FieldNumber> fields) const {
    std::optional<schema::FieldMap> found;
    parts_->environment->read([&](const store::ReadTransaction& tables) {
        found = RecordView(tables, *parts_->options.schema).find_fields(key, fields);
    });
    return found;
}

Result<QueryResult> Engine::query(const Query& query) const {
    const auto checked = CheckedQuery::check(query, *parts_->options.schema);
    if (checked.has_error()) return checked.error();
    QueryResult result;
    parts_->environment->read(
        [&](const store::ReadTransaction& tables) { result = run_query(*checked, tables); });
    return result;
}

Result<std::size_t> Engine::count(const Query& query) const {
    const auto checked = CheckedQuery::check(query, *parts_->options.schema);
    if (checked.has_error()) return checked.error();
    std::size_t records = 0;
    parts_->environment->read(
        [&](const store::ReadTransaction& tables) { records = count_query(*checked, tables); });
    return records;
}

Result<Plan> Engine::plan(const Query& query) const {
    const auto checked = CheckedQuery::check(query, *parts_->options.schema);
    if (checked.has_error()) return checked.error();
    return plan_query(*checked);
}

Result<Subscription> Engine::observe(Query query, Observer observer) {
    return parts_->observers.add(std::move(query), std::move(observer));
}

std::uint64_t Engine::last_transaction() const {
    return parts_->environment->last_transaction();
}

sync::SessionStore& Engine::session_store() {
    return parts_->session;
}

void Engine::resync(std::optional<schema::Seq> fork) {
    parts_->session.resync(fork);
}

void Engine::ask_to_sync() {
    parts_->commits.run([&](Work& work) {
        work.meta.set_syncs_asked(work.meta.syncs_asked() + 1);
        return true;
    });
    parts_->session.wrote_locally();
}

std::uint64_t Engine::syncs_asked() const {
    std::uint64_t asked = 0;
    parts_->environment->read(
        [&](const store::ReadTransaction& tables) { asked = MetaView(tables).syncs_asked(); });
    return asked;
}

std::optional<SyncLease> Engine::try_sync_lease() const {
    auto lock = store::FileLock::try_acquire(parts_->environment->directory() / "sync.lock");
    if (!lock) return std::nullopt;
    return SyncLease(std::make_unique<SyncLease::Held>(std::move(*lock)));
}

}  // namespace fieldsync::device
