// A part of a transaction that can be undone alone. Savepoints nest like the scopes they live in.
//
//     Savepoint savepoint(connection);
//     apply(change);                              // throws: the destructor undoes it
//     if (refused) savepoint.undo();              // back to where it began, then write the refusal
//     savepoint.release();
//
// Lives in the function that was handed the connection; one thread. The constructor, undo and release throw
// StorageError; the destructor does not: where undoing fails, the transaction can no longer commit either.
#pragma once

#include "storage/connection.hpp"

namespace fieldsync::server::storage {

class Savepoint {
  public:
    explicit Savepoint(Connection& connection);
    ~Savepoint();
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;

    // Undoes what was done since the constructor; the savepoint stays open.
    void undo();
    // Keeps what was done, as part of the surrounding transaction.
    void release();

  private:
    Connection& connection_;
    bool open_ = true;
};

}  // namespace fieldsync::server::storage
