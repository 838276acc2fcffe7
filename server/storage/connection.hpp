// One connection inside one transaction, as `Database::read` and `Database::write` hand it out. SQL is
// written once, in the subset that SQLite and PostgreSQL share: `?1` parameters, RETURNING, ON CONFLICT;
// columns are integers, text and blobs. lower() knows A to Z alone, on both. Each text is prepared once per connection
// and kept.
//
// Owned by its Database, used by one thread at a time, never kept beyond the function it was handed to. That
// function sends no BEGIN, COMMIT or ROLLBACK; to undo a part of its work it uses `Savepoint`.
//
// Every function throws StorageError. After one, PostgreSQL refuses the rest of the transaction: whoever
// means to go on after a failed statement puts it in a Savepoint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "storage/function_ref.hpp"
#include "storage/memo.hpp"
#include "storage/parameter.hpp"

namespace fieldsync::server::storage {

enum class Dialect { sqlite, postgresql };

// The current row of a query. Columns count from 0. Views are valid until the visitor returns. A value of
// another type, a NULL read as a value, or a column that is not there throws StorageError (other).
class Row {
  public:
    virtual bool null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    virtual std::span<const std::byte> blob(int column) const = 0;
    virtual int columns() const = 0;

  protected:
    ~Row() = default;
};

class Connection {
  public:
    virtual ~Connection() = default;

    // Runs one statement to its end and returns how many rows it inserted, updated or deleted (0 for others).
    std::int64_t execute(std::string_view sql, std::initializer_list<Parameter> parameters = {}) {
        return execute(sql, std::span(parameters.begin(), parameters.size()));
    }
    std::int64_t execute(std::string_view sql, std::span<const Parameter> parameters) {
        return do_execute(sql, parameters);
    }

    // execute() of something whose outcome is not asked for: it may be sent off with the next statement that is, and
    // what was wrong with it is thrown there, at the latest by settle() or the COMMIT. The parameters are copied.
    void post(std::string_view sql, std::initializer_list<Parameter> parameters) {
        post(sql, std::span(parameters.begin(), parameters.size()));
    }
    void post(std::string_view sql, std::span<const Parameter> parameters) { do_post(sql, parameters); }
    // All that was posted is done.
    virtual void settle() {}

    // Calls visitor(Row&) for each row. A visitor that returns bool stops the query with false. It may run
    // other statements, the same SQL included, but changes no table that the query is reading.
    template <class Visitor>
    void query(std::string_view sql, std::initializer_list<Parameter> parameters, Visitor&& visitor) {
        query(sql, std::span(parameters.begin(), parameters.size()), visitor);
    }
    template <class Visitor>
    void query(std::string_view sql, std::span<const Parameter> parameters, Visitor&& visitor) {
        using Answer = std::invoke_result_t<Visitor&, Row&>;
        if constexpr (std::is_void_v<Answer>) {
            auto to_the_end = [&visitor](Row& row) {
                visitor(row);
                return true;
            };
            do_query(sql, parameters, to_the_end);
        } else {
            static_assert(std::is_same_v<Answer, bool>,
                          "a visitor returns nothing, or bool: whether to go on");
            do_query(sql, parameters, visitor);
        }
    }

    // The first column of the first row; nothing when there is no row or it is NULL (max() of no rows).
    std::optional<std::int64_t> integer(std::string_view sql,
                                        std::initializer_list<Parameter> parameters = {}) {
        return integer(sql, std::span(parameters.begin(), parameters.size()));
    }
    std::optional<std::int64_t> integer(std::string_view sql, std::span<const Parameter> parameters);

    // Runs several statements without parameters, separated by semicolons: for tables and indexes.
    virtual void script(std::string_view sql) = 0;

    // What was kept on this connection by whoever read this very state of the database: empty once anything was
    // committed, by this process or another. A writer's is empty after each of its statements.
    virtual Memo& memo() = 0;

    virtual Dialect dialect() const noexcept = 0;

    // Statements run since the connection was opened, those of the transaction itself not counted. Tests hold
    // an operation to a fixed number with it.
    virtual std::uint64_t statements_run() const noexcept = 0;

    // The number of the database's format, 0 when it was never set. A migration sets it in its own
    // transaction; opening a database with a larger number than the program's is refused.
    virtual std::int64_t format_version() = 0;
    virtual void set_format_version(std::int64_t version) = 0;

  private:
    virtual std::int64_t do_execute(std::string_view sql, std::span<const Parameter> parameters) = 0;
    virtual void do_post(std::string_view sql, std::span<const Parameter> parameters) {
        do_execute(sql, parameters);
    }
    virtual void do_query(std::string_view sql, std::span<const Parameter> parameters,
                          FunctionRef<bool(Row&)> visitor) = 0;
};

}  // namespace fieldsync::server::storage
