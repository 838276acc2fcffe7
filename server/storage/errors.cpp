#include "storage/errors.hpp"

namespace fieldsync::server::storage {

StorageError::StorageError(Kind kind, const std::string& message)
    : std::runtime_error(message), kind_(kind) {}

bool StorageError::blames_storage() const noexcept {
    switch (kind_) {
        case Kind::unavailable:
        case Kind::busy:
        case Kind::full:
        case Kind::corrupt:
        case Kind::newer_database:
            return true;
        case Kind::constraint:
        case Kind::other:
            return false;
    }
    return false;
}

std::string_view to_string(StorageError::Kind kind) noexcept {
    switch (kind) {
        case StorageError::Kind::unavailable:
            return "unavailable";
        case StorageError::Kind::busy:
            return "busy";
        case StorageError::Kind::constraint:
            return "constraint";
        case StorageError::Kind::full:
            return "full";
        case StorageError::Kind::corrupt:
            return "corrupt";
        case StorageError::Kind::newer_database:
            return "newer_database";
        case StorageError::Kind::other:
            return "other";
    }
    return "other";
}

}  // namespace fieldsync::server::storage
