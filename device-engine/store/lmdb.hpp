// LMDB's values and return codes, for the sources of this folder alone.
#pragma once

#include <lmdb.h>

#include <string_view>

#include "fieldsync/device/error.hpp"

namespace fieldsync::device::store {

// The map is full: the transaction is aborted, the map grown, and all of it run again (Environment::write).
struct MapFull {};

inline void check(int code, const char* doing) {
    if (code == MDB_SUCCESS) return;
    if (code == MDB_MAP_FULL) throw MapFull{};
    throw StoreFailure(std::string(doing) + ": " + mdb_strerror(code), code);
}

inline MDB_val to_val(std::string_view bytes) {
    // LMDB takes keys and values as pointers to non-const; it does not write through them.
    return {bytes.size(), const_cast<char*>(bytes.data())};
}

inline std::string_view to_view(const MDB_val& value) {
    return {static_cast<const char*>(value.mv_data), value.mv_size};
}

}  // namespace fieldsync::device::store
