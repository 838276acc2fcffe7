// The one exception of the storage component. It means that the operation cannot go on; what the domain
// expects (a conflict, a duplicate it asks for) is looked up first and never arrives as an exception.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace fieldsync::server::storage {

class StorageError : public std::runtime_error {
  public:
    enum class Kind {
        unavailable,     // cannot be opened, read, written or reached
        busy,            // another process kept the write lock longer than the busy timeout
        constraint,      // a unique key, foreign key, check or not-null was violated
        full,            // no room on the disk
        corrupt,         // the stored bytes are not a sound database
        newer_database,  // written by a newer program
        other,           // a mistake in SQL, parameters or column types: ours
    };

    // The message names the failing SQL where there is one, never the values bound to it.
    StorageError(Kind kind, const std::string& message);

    Kind kind() const noexcept { return kind_; }

    // True when the storage failed and not what was asked of it: the same may work later.
    bool blames_storage() const noexcept;

  private:
    Kind kind_;
};

// "busy", "full", …: for logs and metrics.
std::string_view to_string(StorageError::Kind kind) noexcept;

}  // namespace fieldsync::server::storage
