#include "storage/sqlite_database.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "storage/errors.hpp"
#include "storage/format_mark.hpp"
#include "storage/sqlite_connection.hpp"

namespace fieldsync::server::storage {
namespace {

constexpr std::string_view begin_read_sql = "BEGIN";
constexpr std::string_view begin_write_sql = "BEGIN IMMEDIATE";
constexpr std::string_view application_id_sql = "PRAGMA application_id";
constexpr std::string_view tables_sql = "SELECT count(*) FROM sqlite_schema";

class SqliteDatabase final : public Database {
  public:
    explicit SqliteDatabase(const SqliteOptions& options)
        : options_(options), writer_(options, SqliteConnection::Role::writer, statements_run_) {
        options_.readers_max = std::max<std::size_t>(options.readers_max, 1);
        claim_file();
        writer_.configure();
    }

    Dialect dialect() const noexcept override { return Dialect::sqlite; }
    std::uint64_t statements_run() const noexcept override { return statements_run_; }

  private:
    void read_snapshot(FunctionRef<void(Connection&)> fn) override {
        const ReaderLease reader(*this);
        SqliteConnection::Transaction transaction(reader.connection(), begin_read_sql);
        fn(reader.connection());
        transaction.commit();
    }

    void write_transaction(FunctionRef<void(Connection&)> fn) override {
        if (writer_thread_ == std::this_thread::get_id()) {
            throw StorageError(StorageError::Kind::other, "a write inside a write");
        }
        const std::lock_guard lock(writer_mutex_);
        const WriterMark mark(writer_thread_);
        SqliteConnection::Transaction transaction(writer_, begin_write_sql);
        fn(writer_);
        transaction.commit();
    }

    // Marks a new file as ours; refuses another program's file, or a newer one, before anything is changed.
    void claim_file() {
        SqliteConnection::Transaction transaction(writer_, begin_read_sql);
        const bool marked = is_marked();
        check_format();
        transaction.commit();
        if (marked) return;
        SqliteConnection::Transaction marking(writer_, begin_write_sql);
        if (!is_marked()) writer_.script(format_mark_sql(Dialect::sqlite, 0));
        marking.commit();
    }

    bool is_marked() {
        const std::int64_t stored = writer_.integer(application_id_sql).value_or(0);
        if (stored == sqlite_application_id) return true;
        if (stored == 0 && writer_.integer(tables_sql) == 0) return false;
        throw StorageError(StorageError::Kind::other,
                           options_.path.string() + " is not a fieldsync database but another program's");
    }

    void check_format() {
        const std::int64_t stored = writer_.format_version();
        if (stored <= options_.format_version) return;
        throw StorageError(StorageError::Kind::newer_database,
                           options_.path.string() + " has database format " + std::to_string(stored) +
                               "; this program knows formats up to " +
                               std::to_string(options_.format_version) +
                               ". Use a newer version of the program.");
    }

    // Names the thread that holds the writer for one scope.
    class WriterMark {
      public:
        explicit WriterMark(std::atomic<std::thread::id>& thread) : thread_(thread) {
            thread_ = std::this_thread::get_id();
        }
        ~WriterMark() { thread_ = std::thread::id(); }
        WriterMark(const WriterMark&) = delete;
        WriterMark& operator=(const WriterMark&) = delete;

      private:
        std::atomic<std::thread::id>& thread_;
    };

    struct Reader {
        std::unique_ptr<SqliteConnection> connection;
        std::thread::id last_used_by;
    };

    // A reader of the pool for one scope: an idle one, else a new one while there may be more, else a wait.
    class ReaderLease {
      public:
        explicit ReaderLease(SqliteDatabase& database)
            : database_(database), connection_(database.take_reader()) {}
        ~ReaderLease() { database_.give_back({std::move(connection_), std::this_thread::get_id()}); }
        ReaderLease(const ReaderLease&) = delete;
        ReaderLease& operator=(const ReaderLease&) = delete;
        SqliteConnection& connection() const { return *connection_; }

      private:
        SqliteDatabase& database_;
        std::unique_ptr<SqliteConnection> connection_;
    };

    // The one that this thread used last, where it is idle: its pages are still in this processor's cache.
    std::unique_ptr<SqliteConnection> take_idle() {
        const auto mine = std::find_if(idle_.rbegin(), idle_.rend(), [](const Reader& reader) {
            return reader.last_used_by == std::this_thread::get_id();
        });
        if (mine != idle_.rend()) std::swap(*mine, idle_.back());
        std::unique_ptr<SqliteConnection> connection = std::move(idle_.back().connection);
        idle_.pop_back();
        return connection;
    }

    std::unique_ptr<SqliteConnection> take_reader() {
        {
            std::unique_lock lock(readers_mutex_);
            reader_free_.wait(lock,
                              [this] { return !idle_.empty() || readers_open_ < options_.readers_max; });
            if (!idle_.empty()) return take_idle();
            ++readers_open_;
        }
        try {
            auto reader =
                std::make_unique<SqliteConnection>(options_, SqliteConnection::Role::reader, statements_run_);
            reader->configure();
            const std::lock_guard lock(readers_mutex_);
            idle_.reserve(readers_open_);  // giving back then needs no memory
            return reader;
        } catch (...) {
            {
                const std::lock_guard lock(readers_mutex_);
                --readers_open_;
            }
            reader_free_.notify_one();
            throw;
        }
    }

    void give_back(Reader reader) noexcept {
        {
            const std::lock_guard lock(readers_mutex_);
            idle_.push_back(std::move(reader));
        }
        reader_free_.notify_one();
    }

    SqliteOptions options_;
    std::atomic<std::uint64_t> statements_run_ = 0;

    std::mutex writer_mutex_;
    std::atomic<std::thread::id> writer_thread_;
    SqliteConnection writer_;

    std::mutex readers_mutex_;
    std::condition_variable reader_free_;
    std::vector<Reader> idle_;
    std::size_t readers_open_ = 0;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const SqliteOptions& options) {
    // SQLite's memory statistics, which nobody reads, cost a lock common to all connections at each
    // allocation. Before the first connection; too late, where another had one before, is no harm.
    [[maybe_unused]] static const int without_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return std::make_unique<SqliteDatabase>(options);
}

}  // namespace fieldsync::server::storage
