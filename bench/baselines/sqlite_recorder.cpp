// Stands before SQLite's own functions and notes what statements that write are given while a recording runs.
// Otherwise it costs one look at a flag.
#include <dlfcn.h>
#include <sqlite3.h>

#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "baselines/sqlite.hpp"

namespace {

using namespace fieldsync::bench;

std::atomic<bool> is_recording{false};
std::mutex mutex;
std::unordered_map<sqlite3_stmt*, std::vector<SqliteValue>> bound;
SqliteGroup open_group;
std::vector<SqliteGroup> groups;

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

void note(sqlite3_stmt* statement, int index, SqliteValue value) {
    if (!is_recording) return;
    const std::lock_guard lock(mutex);
    auto& values = bound[statement];
    if (values.size() < static_cast<std::size_t>(index)) values.resize(static_cast<std::size_t>(index));
    values[static_cast<std::size_t>(index) - 1] = std::move(value);
}

std::string copy(const void* bytes, sqlite3_uint64 length) {
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

// At a statement's first step.
void note_run(sqlite3_stmt* statement) {
    const char* text = sqlite3_sql(statement);  // null: SQLite's own, reading the schema
    if (text == nullptr) return;
    const std::string sql = text;
    const std::lock_guard lock(mutex);
    if (sql == "COMMIT" && !open_group.empty()) groups.push_back(std::exchange(open_group, {}));
    if (sql == "ROLLBACK") open_group.clear();
    // SAVEPOINT, RELEASE and COMMIT count as reading, BEGIN IMMEDIATE does not.
    if (sqlite3_stmt_readonly(statement) != 0 || sql.starts_with("BEGIN")) return;
    const auto values = bound.find(statement);
    open_group.push_back({sql, values == bound.end() ? std::vector<SqliteValue>{} : values->second});
}

}  // namespace

extern "C" {

int sqlite3_bind_null(sqlite3_stmt* statement, int index) {
    static const auto real = next<int (*)(sqlite3_stmt*, int)>("sqlite3_bind_null");
    note(statement, index, {});
    return real(statement, index);
}

int sqlite3_bind_int64(sqlite3_stmt* statement, int index, sqlite3_int64 number) {
    static const auto real = next<int (*)(sqlite3_stmt*, int, sqlite3_int64)>("sqlite3_bind_int64");
    note(statement, index, std::int64_t{number});
    return real(statement, index, number);
}

int sqlite3_bind_text64(sqlite3_stmt* statement, int index, const char* text, sqlite3_uint64 length,
                        void (*destroy)(void*), unsigned char encoding) {
    static const auto real =
        next<int (*)(sqlite3_stmt*, int, const char*, sqlite3_uint64, void (*)(void*), unsigned char)>(
            "sqlite3_bind_text64");
    if (is_recording) note(statement, index, copy(text, length));
    return real(statement, index, text, length, destroy, encoding);
}

int sqlite3_bind_blob64(sqlite3_stmt* statement, int index, const void* bytes, sqlite3_uint64 length,
                        void (*destroy)(void*)) {
    static const auto real = next<int (*)(sqlite3_stmt*, int, const void*, sqlite3_uint64, void (*)(void*))>(
        "sqlite3_bind_blob64");
    if (is_recording) note(statement, index, SqliteBlob{copy(bytes, length)});
    return real(statement, index, bytes, length, destroy);
}

int sqlite3_bind_zeroblob(sqlite3_stmt* statement, int index, int length) {
    static const auto real = next<int (*)(sqlite3_stmt*, int, int)>("sqlite3_bind_zeroblob");
    if (is_recording) note(statement, index, SqliteBlob{std::string(static_cast<std::size_t>(length), '\0')});
    return real(statement, index, length);
}

int sqlite3_step(sqlite3_stmt* statement) {
    static const auto real = next<int (*)(sqlite3_stmt*)>("sqlite3_step");
    if (is_recording && sqlite3_stmt_busy(statement) == 0) note_run(statement);
    return real(statement);
}

}  // extern "C"

namespace fieldsync::bench {

std::vector<SqliteGroup> record_sqlite(const std::function<void()>& work) {
    is_recording = true;
    try {
        work();
    } catch (...) {
        is_recording = false;
        throw;
    }
    is_recording = false;
    const std::lock_guard lock(mutex);
    bound.clear();
    open_group.clear();
    return std::exchange(groups, {});
}

}  // namespace fieldsync::bench
