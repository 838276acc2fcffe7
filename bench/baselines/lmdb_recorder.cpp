// Stands before LMDB's own functions and notes what the engine asks of them while a recording runs on this
// thread. Otherwise it costs one look at a pointer.
#include <dlfcn.h>
#include <lmdb.h>

#include <utility>

#include "baselines/lmdb.hpp"

namespace {

using fieldsync::bench::LmdbTransaction;

struct Recording {
    LmdbTransaction open;
    std::vector<LmdbTransaction> committed;
};
thread_local Recording* recording = nullptr;

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

std::string copy(const MDB_val* value) {
    return value == nullptr ? std::string()
                            : std::string(static_cast<const char*>(value->mv_data), value->mv_size);
}

}  // namespace

extern "C" {

int mdb_cursor_put(MDB_cursor* cursor, MDB_val* key, MDB_val* value, unsigned flags) {
    static const auto real = next<int (*)(MDB_cursor*, MDB_val*, MDB_val*, unsigned)>("mdb_cursor_put");
    if (recording == nullptr) return real(cursor, key, value, flags);
    std::string bytes = copy(value);  // of a key that must be new, LMDB puts there what was found
    const int code = real(cursor, key, value, flags);
    if (code == MDB_SUCCESS)
        recording->open.push_back({mdb_cursor_dbi(cursor), true, copy(key), std::move(bytes)});
    return code;
}

int mdb_cursor_del(MDB_cursor* cursor, unsigned flags) {
    static const auto real = next<int (*)(MDB_cursor*, unsigned)>("mdb_cursor_del");
    MDB_val key{}, value{};
    if (recording != nullptr && mdb_cursor_get(cursor, &key, &value, MDB_GET_CURRENT) == MDB_SUCCESS)
        recording->open.push_back({mdb_cursor_dbi(cursor), false, copy(&key), {}});
    return real(cursor, flags);
}

int mdb_txn_commit(MDB_txn* transaction) {
    static const auto real = next<int (*)(MDB_txn*)>("mdb_txn_commit");
    if (recording != nullptr && !recording->open.empty())
        recording->committed.push_back(std::exchange(recording->open, {}));
    return real(transaction);
}

// A write that found the map full ends so, and is run again; reads have nothing open.
void mdb_txn_abort(MDB_txn* transaction) {
    static const auto real = next<void (*)(MDB_txn*)>("mdb_txn_abort");
    if (recording != nullptr) recording->open.clear();
    real(transaction);
}

}  // extern "C"

namespace fieldsync::bench {

std::vector<LmdbTransaction> record_lmdb(const std::function<void()>& work) {
    Recording here;
    recording = &here;
    try {
        work();
    } catch (...) {
        recording = nullptr;
        throw;
    }
    recording = nullptr;
    return std::move(here.committed);
}

}  // namespace fieldsync::bench
