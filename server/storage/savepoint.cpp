#include "storage/savepoint.hpp"

#include <exception>

#include "storage/errors.hpp"

namespace fieldsync::server::storage {
namespace {

// One name for all: both databases take the innermost savepoint of that name.
constexpr std::string_view open_sql = "SAVEPOINT step";
constexpr std::string_view undo_sql = "ROLLBACK TO SAVEPOINT step";
constexpr std::string_view release_sql = "RELEASE SAVEPOINT step";

}  // namespace

Savepoint::Savepoint(Connection& connection) : connection_(connection) {
    connection_.post(open_sql, {});
}

Savepoint::~Savepoint() {
    if (!open_) return;
    try {
        undo();
        release();
    } catch (const std::exception&) {
        // The transaction is gone, or in a state that COMMIT refuses.
    }
}

void Savepoint::undo() {
    try {
        connection_.settle();
    } catch (const StorageError&) {
        // It is undone with the rest.
    }
    connection_.execute(undo_sql);
}

void Savepoint::release() {
    connection_.execute(release_sql);
    open_ = false;
}

}  // namespace fieldsync::server::storage
