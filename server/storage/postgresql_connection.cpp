#include "storage/postgresql_connection.hpp"

#include <boost/endian/conversion.hpp>
#include <exception>
#include <limits>
#include <vector>

#include "storage/errors.hpp"
#include "storage/limits.hpp"
#include "storage/postgresql_error.hpp"
#include "storage/postgresql_row.hpp"

namespace fieldsync::server::storage {
namespace {

namespace type = postgresql_type;

constexpr int kBinary = 1;

// With the transaction's begin, which is answered: whoever looks whether it committed waits for its lock on the
// row, however late its COMMIT arrives. Answers with the database's format.
constexpr const char* kMark =
    " ON CONFLICT (writer) DO UPDATE SET transactions = excluded.transactions, used_at = excluded.used_at"
    " RETURNING (SELECT version FROM fieldsync_format)";
constexpr const char* kFindMark =
    " ON CONFLICT (writer) DO UPDATE SET transactions = fieldsync_commit.transactions RETURNING transactions";

std::string insert_mark(const std::string& writer, std::int64_t transaction) {
    return "INSERT INTO fieldsync_commit (writer, transactions, used_at) VALUES ('" + writer + "', " +
           std::to_string(transaction) + ", now())";
}

constexpr const char* kFormat = "SELECT version FROM fieldsync_format";

// Values as PQexecPrepared wants them: side by side, in network order.
class BoundParameters {
  public:
    BoundParameters(std::span<const Parameter> parameters, const std::vector<Oid>& types)
        : values_(parameters.size()),
          lengths_(parameters.size()),
          formats_(parameters.size(), kBinary),
          integers_(parameters.size()) {
        for (std::size_t i = 0; i < parameters.size(); ++i) bind(i, parameters[i].value(), types[i]);
    }
    [[nodiscard]] int count() const { return static_cast<int>(values_.size()); }
    [[nodiscard]] const char* const* values() const { return values_.data(); }
    [[nodiscard]] const int* lengths() const { return lengths_.data(); }
    [[nodiscard]] const int* formats() const { return formats_.data(); }

  private:
    void bind(std::size_t at, const Parameter::Value& value, Oid as) {
        if (const auto* integer = std::get_if<std::int64_t>(&value)) return bind_integer(at, *integer, as);
        if (const auto* text = std::get_if<std::string_view>(&value))
            return bind_bytes(at, text->data(), text->size());
        if (const auto* blob = std::get_if<Blob>(&value))
            return bind_bytes(at, reinterpret_cast<const char*>(blob->bytes.data()), blob->bytes.size());
    }
    void bind_integer(std::size_t at, std::int64_t integer, Oid as) {
        const int size = as == type::int8 ? 8 : as == type::int4 ? 4 : 2;
        if (size < 8 && (integer >> (8 * size - 1)) != 0 && (integer >> (8 * size - 1)) != -1)
            throw StorageError(StorageError::Kind::other, "an integer does not fit where it is bound");
        boost::endian::store_big_s64(integers_[at].data(), integer);
        bind_bytes(at, reinterpret_cast<const char*>(integers_[at].data()) + (8 - size),
                   static_cast<std::size_t>(size));
    }
    // A null pointer would be NULL.
    void bind_bytes(std::size_t at, const char* bytes, std::size_t size) {
        values_[at] = bytes == nullptr ? "" : bytes;
        lengths_[at] = static_cast<int>(size);
    }

    std::vector<const char*> values_;
    std::vector<int> lengths_, formats_;
    std::vector<std::array<unsigned char, 8>> integers_;
};

bool changed_rows(const PostgresqlResult& result) {
    const std::string_view command = PQcmdStatus(result.get());
    return command.starts_with("INSERT") || command.starts_with("UPDATE") || command.starts_with("DELETE");
}

}  // namespace

void refuse_newer_format(std::int64_t stored, std::int64_t known) {
    if (stored <= known) return;
    throw StorageError(StorageError::Kind::newer_database,
                       "the PostgreSQL database has format " + std::to_string(stored) +
                           "; this program knows formats up to " + std::to_string(known) +
                           ". Use a newer version of the program.");
}

PostgresqlConnection::PostgresqlConnection(const PostgresqlOptions& options, Role role,
                                           std::atomic<std::uint64_t>& statements_run,
                                           std::atomic<std::uint64_t>& tables_changed)
    : role_(role),
      line_(connect_postgresql(options.uri)),
      answer_wait_(options.statement_timeout + options.answer_grace),
      format_known_(options.format_version),
      statements_run_total_(statements_run),
      tables_changed_(tables_changed) {
    line_.wait_at_most(answer_wait_);
    configure(options);
    statements_.emplace(line_, limits::statements_cached_max);
}

void PostgresqlConnection::configure(const PostgresqlOptions& options) {
    line_.run("SET statement_timeout = " + std::to_string(options.statement_timeout.count()) +
              "; SET lock_timeout = " + std::to_string(options.lock_timeout.count()) +
              "; SET idle_in_transaction_session_timeout = " + std::to_string(limits::idle_transaction_ms) +
              "; SET default_transaction_isolation = 'read committed'; SET standard_conforming_strings = on");
    // What is acknowledged is on disk, whatever the database's default; stronger ones are left alone.
    line_.run(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'");
    if (role_ == Role::writer)
        last_.writer = PQgetvalue(line_.run("SELECT gen_random_uuid()::text").get(), 0, 0);
}

bool PostgresqlConnection::has_committed(const Mark& mark) {
    const PostgresqlResult found = line_.run(insert_mark(mark.writer, 0) + kFindMark);
    return std::string_view(PQgetvalue(found.get(), 0, 0)) == std::to_string(mark.transaction);
}

std::int64_t PostgresqlConnection::do_execute(std::string_view sql, std::span<const Parameter> parameters) {
    const PostgresqlResult result = run(sql, parameters);
    return changed_rows(result) ? std::stoll(PQcmdTuples(result.get())) : 0;
}

void PostgresqlConnection::do_query(std::string_view sql, std::span<const Parameter> parameters,
                                    FunctionRef<bool(Row&)> visitor) {
    const PostgresqlResult result = run(sql, parameters);
    for (int at = 0; at < PQntuples(result.get()); ++at) {
        PostgresqlRow row(result.get(), at, sql);
        if (!visitor(row)) return;
    }
}

template <class Send>
auto PostgresqlConnection::send(std::string_view sql, std::span<const Parameter> parameters, Send send) {
    const PreparedStatement& statement = statements_->take(sql, parameters);
    const BoundParameters bound(parameters, statement.types);
    note_statement();
    return send(statement.name,
                PostgresqlLine::Bound{bound.count(), bound.values(), bound.lengths(), bound.formats()});
}

PostgresqlResult PostgresqlConnection::run(std::string_view sql, std::span<const Parameter> parameters) {
    return send(sql, parameters,
                [&](const std::string& name, const auto& bound) { return line_.execute(name, bound, sql); });
}

void PostgresqlConnection::do_post(std::string_view sql, std::span<const Parameter> parameters) {
    send(sql, parameters, [&](const std::string& name, const auto& bound) { line_.post(name, bound, sql); });
}

void PostgresqlConnection::script(std::string_view sql) {
    for (std::size_t run = line_.script(std::string(sql)); run > 0; --run) note_statement();
    ++tables_changed_;  // perhaps; this connection looks again, too
}

std::int64_t PostgresqlConnection::format_version() {
    return integer(kFormat).value_or(0);
}

void PostgresqlConnection::set_format_version(std::int64_t version) {
    if (version < 0 || version > std::numeric_limits<std::int32_t>::max())
        throw StorageError(StorageError::Kind::other, "a format version is a positive number of 32 bits");
    execute("UPDATE fieldsync_format SET version = ?1", {version});
}

void PostgresqlConnection::begin_state(std::string state) {
    if (state.empty() || state != memo_state_) memo_.clear();
    memo_state_ = std::move(state);
    if (const std::uint64_t now = tables_changed_; now != tables_seen_) {
        statements_->clear();
        tables_seen_ = now;
    }
}

void PostgresqlConnection::note_statement() noexcept {
    if (role_ == Role::writer) memo_.clear();
    ++statements_run_;
    statements_run_total_.fetch_add(1, std::memory_order_relaxed);
}

PostgresqlConnection::Transaction::Transaction(PostgresqlConnection& connection, const Begin& begin)
    : connection_(connection) {
    connection.line_.wait_at_most(begin.takes_its_time ? std::chrono::milliseconds(0)
                                                       : connection.answer_wait_);
    try {
        std::string sql = begin.sql;
        if (begin.leaves_mark) {
            ++connection.last_.transaction;
            mark_ = connection.last_;
            sql += "; " + insert_mark(mark_->writer, mark_->transaction) + kMark;
        }
        const PostgresqlResult begun = connection.line_.run(sql);
        const std::string said = PQntuples(begun.get()) == 1 ? PQgetvalue(begun.get(), 0, 0) : "";
        connection.begin_state(connection.role_ == Role::reader ? said : std::string());
        // Another server may have brought the tables to a newer format than we know to write.
        if (begin.leaves_mark) refuse_newer_format(std::stoll(said), connection.format_known_);
    } catch (...) {
        roll_back();
        throw;
    }
}

PostgresqlConnection::Transaction::~Transaction() {
    if (is_open_) roll_back();
}

// Where this fails the connection is broken, and given up: then the server does it.
void PostgresqlConnection::Transaction::roll_back() noexcept {
    try {
        connection_.line_.settle();
    } catch (const std::exception&) {
        // It is rolled back with the rest.
    }
    try {
        connection_.line_.run("ROLLBACK");
    } catch (const std::exception&) {
    }
}

void PostgresqlConnection::Transaction::commit() {
    connection_.line_.settle();
    if (connection_.line_.has_failed())
        throw StorageError(StorageError::Kind::unavailable,
                           "the transaction was rolled back because of an earlier error");
    connection_.line_.run("COMMIT");
    is_open_ = false;
}

}  // namespace fieldsync::server::storage
