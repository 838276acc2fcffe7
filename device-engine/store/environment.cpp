#include "store/environment.hpp"

#include <exception>
#include <set>
#include <utility>

#include "store/file_lock.hpp"
#include "store/keys.hpp"
#include "store/lmdb.hpp"

namespace fieldsync::device::store {
namespace {

// LMDB forbids a process to open an environment twice (its file locks would be lost when one is closed).
class OpenDirectories {
  public:
    bool add(const std::filesystem::path& directory) {
        const std::scoped_lock lock(mutex_);
        return directories_.insert(directory).second;
    }
    void remove(const std::filesystem::path& directory) {
        const std::scoped_lock lock(mutex_);
        directories_.erase(directory);
    }
    static OpenDirectories& of_this_process() {
        static OpenDirectories all;
        return all;
    }

  private:
    std::mutex mutex_;
    std::set<std::filesystem::path> directories_;
};

thread_local const Environment* current = nullptr;  // whose transaction this thread is in

struct Abort {
    void operator()(MDB_txn* transaction) const { mdb_txn_abort(transaction); }
};
using Transaction = std::unique_ptr<MDB_txn, Abort>;

constexpr std::string_view kFormatKey = "format";

Error storage_error(const std::string& message) {
    return {ErrorCode::storage, {}, message, {}};
}

}  // namespace

Result<std::unique_ptr<Environment>> Environment::open(const std::filesystem::path& directory,
                                                       std::size_t map_size_first, CommitPoints* points) {
    std::error_code failed;
    const bool is_new = std::filesystem::create_directories(directory, failed);
    // What lies there is one person's work, his token included.
    if (is_new) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
    const auto canonical = std::filesystem::canonical(directory, failed);
    if (failed) return storage_error("cannot open the store " + directory.string() + ": " + failed.message());
    if (!OpenDirectories::of_this_process().add(canonical))
        return Error{
            ErrorCode::already_open, {}, "the store " + canonical.string() + " is open in this process", {}};

    std::unique_ptr<Environment> opened(new Environment);
    opened->directory_ = canonical;
    opened->points_ = points;
    try {
        check(mdb_env_create(&opened->environment_), "making an environment");
        check(mdb_env_set_maxdbs(opened->environment_, static_cast<MDB_dbi>(kTableNames.size())),
              "setting up");
        check(mdb_env_open(opened->environment_, canonical.c_str(), MDB_NOTLS, 0600), "opening the store");
        int dead = 0;
        check(mdb_reader_check(opened->environment_, &dead), "cleaning dead readers");
        if (opened->size() < map_size_first)
            check(mdb_env_set_mapsize(opened->environment_, map_size_first), "sizing the map");
        if (auto tables = opened->open_tables(); tables.has_error()) return tables.error();
    } catch (const StoreFailure& failure) {
        return storage_error(canonical.string() + ": " + failure.what());
    }
    return opened;
}

Environment::~Environment() {
    for (std::atomic<MDB_txn*>& place : idle_readers_)
        if (MDB_txn* transaction = place.load()) mdb_txn_abort(transaction);
    if (environment_ != nullptr) mdb_env_close(environment_);
    OpenDirectories::of_this_process().remove(directory_);
}

Result<void> Environment::open_tables() {
    for (;;) {
        try {
            return try_open_tables();
        } catch (const MapFull&) {
            grow(map_size());
        }
    }
}

Result<void> Environment::try_open_tables() {
    std::shared_lock<PatientLock> lock(resizing_, std::defer_lock);
    Transaction transaction(begin(0, lock));
    const auto open_table = [&](std::size_t i) {
        check(mdb_dbi_open(transaction.get(), kTableNames[i], MDB_CREATE, &handles_[i]), "opening a table");
    };
    open_table(static_cast<std::size_t>(Table::meta));
    WriteTransaction tables(transaction.get(), handles_);
    if (const auto format = tables.get(Table::meta, kFormatKey)) {
        if (const auto number = read_u64(*format); number > kFormat)
            return Error{ErrorCode::newer_format,
                         {},
                         "the store has format " + std::to_string(number) + ", this program knows up to " +
                             std::to_string(kFormat) + ": it needs a newer one",
                         {}};
    } else {
        tables.put(Table::meta, kFormatKey, u64_key(kFormat));
    }
    for (std::size_t i = 0; i < kTableNames.size(); ++i) open_table(i);
    check(mdb_txn_commit(transaction.release()), "opening the tables");
    return {};
}

MDB_txn* Environment::begin(unsigned flags, std::shared_lock<PatientLock>& lock) const {
    bool cleaned = false;
    for (;;) {
        lock.lock();
        MDB_txn* transaction = nullptr;
        const int code = mdb_txn_begin(environment_, nullptr, flags, &transaction);
        if (code == MDB_SUCCESS) return transaction;
        lock.unlock();
        if (code == MDB_MAP_RESIZED) {
            adopt_size();
        } else if (code == MDB_READERS_FULL && !cleaned) {
            int dead = 0;
            check(mdb_reader_check(environment_, &dead), "cleaning dead readers");
            cleaned = true;
        } else {
            check(code, "beginning a transaction");
        }
    }
}

Environment::OneAtATime::OneAtATime(const Environment* environment) : outer_(current) {
    if (current == environment) throw std::logic_error("a transaction inside a transaction");
    current = environment;
}

Environment::OneAtATime::~OneAtATime() {
    current = outer_;
}

Environment::Reading::Reading(const Environment& environment)
    : environment_(environment),
      one_(&environment),
      lock_(environment.resizing_, std::defer_lock),
      transaction_(environment.begin_reading(lock_)),
      tables_(transaction_, environment.handles_) {}

Environment::Reading::~Reading() {
    environment_.end_reading(transaction_);
}

MDB_txn* Environment::begin_reading(std::shared_lock<PatientLock>& lock) const {
    MDB_txn* idle = nullptr;
    for (auto place = idle_readers_.begin(); idle == nullptr && place != idle_readers_.end(); ++place)
        idle = place->exchange(nullptr, std::memory_order_acquire);
    if (idle == nullptr) return begin(MDB_RDONLY, lock);
    lock.lock();
    if (mdb_txn_renew(idle) == MDB_SUCCESS) return idle;
    mdb_txn_abort(idle);  // another process grew the map: begin() takes its size over
    lock.unlock();
    return begin(MDB_RDONLY, lock);
}

void Environment::end_reading(MDB_txn* transaction) const {
    mdb_txn_reset(transaction);
    for (std::atomic<MDB_txn*>& place : idle_readers_) {
        MDB_txn* nobody = nullptr;
        if (place.compare_exchange_strong(nobody, transaction, std::memory_order_release)) return;
    }
    mdb_txn_abort(transaction);
}

// One thread's work, and what became of it.
struct Environment::Writer {
    const std::function<bool(WriteTransaction&)>& work;
    bool commits = false;
    std::exception_ptr failure{};
    bool is_done = false;
};

bool Environment::write(const std::function<bool(WriteTransaction&)>& work) {
    const OneAtATime one(this);
    Writer mine{work};
    std::unique_lock lock(turns_);
    waiting_.push_back(&mine);
    turn_ended_.wait(lock, [&] { return mine.is_done || !is_writing_; });
    if (!mine.is_done) {
        is_writing_ = true;
        const Writers group = std::exchange(waiting_, {});
        lock.unlock();
        write_together(group);
        lock.lock();
        for (Writer* writer : group) writer->is_done = true;
        is_writing_ = false;
        turn_ended_.notify_all();
    }
    lock.unlock();
    if (mine.failure) std::rethrow_exception(mine.failure);
    return mine.commits;
}

std::size_t Environment::writers_waiting() const {
    const std::lock_guard lock(turns_);
    return waiting_.size();
}

void Environment::write_together(const Writers& group) {
    try {
        while (!try_write(group)) {
        }
    } catch (...) {  // nothing of any of them is written
        for (Writer* writer : group)
            if (!writer->failure) writer->failure = std::current_exception();
    }
}

// False: the map was full, and has grown.
bool Environment::try_write(const Writers& group) {
    std::size_t size_when_full = 0;
    try {
        std::shared_lock<PatientLock> lock(resizing_, std::defer_lock);
        Transaction transaction(begin(0, lock));
        size_when_full = size();  // NOLINT(clang-analyzer-deadcode.DeadStores): read after MapFull
        reach(commit_point::store_begin);
        if (!run_all(group, transaction.get())) return true;
        reach(commit_point::store_applied);
        check(mdb_txn_commit(transaction.release()), "committing");
        reach(commit_point::store_committed);
        return true;
    } catch (const MapFull&) {
    }
    grow(size_when_full);
    return false;
}

bool Environment::run_all(const Writers& group, MDB_txn* transaction) {
    if (group.size() == 1) {
        WriteTransaction tables(transaction, handles_);
        return group.front()->commits = group.front()->work(tables);
    }
    bool any = false;
    for (Writer* writer : group) any |= run_nested(*writer, transaction);
    return any;
}

// One that fails takes nothing of the others with it.
bool Environment::run_nested(Writer& writer, MDB_txn* parent) {
    writer.failure = nullptr;
    writer.commits = false;
    MDB_txn* begun = nullptr;
    check(mdb_txn_begin(environment_, parent, 0, &begun), "beginning a nested transaction");
    Transaction transaction(begun);
    try {
        WriteTransaction tables(transaction.get(), handles_);
        if (!writer.work(tables)) return false;
    } catch (const MapFull&) {
        throw;
    } catch (...) {
        writer.failure = std::current_exception();
        return false;
    }
    check(mdb_txn_commit(transaction.release()), "committing");
    return writer.commits = true;
}

void Environment::adopt_size() const {
    const std::unique_lock exclusive(resizing_);
    check(mdb_env_set_mapsize(environment_, 0), "taking over the map's size");
}

void Environment::grow(std::size_t size_when_full) {
    const FileLock other_processes = FileLock::acquire(directory_ / "grow.lock");
    const std::unique_lock exclusive(resizing_);
    int dead = 0;  // a dead reader keeps pages from being used again
    check(mdb_reader_check(environment_, &dead), "cleaning dead readers");
    if (size() > size_when_full) return;  // another thread grew it
    check(mdb_env_set_mapsize(environment_, 0), "taking over the map's size");
    if (size() > size_when_full) return;  // another process did
    check(mdb_env_set_mapsize(environment_, 2 * size_when_full), "growing the map");
}

std::uint64_t Environment::last_transaction() const {
    const std::shared_lock mapped(resizing_);
    MDB_envinfo info{};
    check(mdb_env_info(environment_, &info), "reading the environment");
    return info.me_last_txnid;
}

std::size_t Environment::map_size() const {
    const std::shared_lock mapped(resizing_);
    return size();
}

std::size_t Environment::size() const {
    MDB_envinfo info{};
    check(mdb_env_info(environment_, &info), "reading the environment");
    return info.me_mapsize;
}

}  // namespace fieldsync::device::store
