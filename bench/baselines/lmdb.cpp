#include "baselines/lmdb.hpp"

#include <lmdb.h>

#include <cstring>
#include <stdexcept>

namespace fieldsync::bench {
namespace {

using device::store::kTableNames;
using device::store::Table;

// Room for what is put on top of the copy; the engine grows its map by itself.
constexpr std::size_t kMapBytes = std::size_t{4} << 30;

void check(int code) {
    if (code != MDB_SUCCESS) throw std::runtime_error(std::string("LMDB: ") + mdb_strerror(code));
}

MDB_val to_val(std::string_view bytes) {
    return {bytes.size(), const_cast<char*>(bytes.data())};
}

std::string_view to_view(const MDB_val& value) {
    return {static_cast<const char*>(value.mv_data), value.mv_size};
}

MDB_env* open_environment(const std::filesystem::path& directory) {
    MDB_env* environment = nullptr;
    check(mdb_env_create(&environment));
    check(mdb_env_set_maxdbs(environment, static_cast<MDB_dbi>(kTableNames.size())));
    check(mdb_env_set_mapsize(environment, kMapBytes));
    check(mdb_env_open(environment, directory.c_str(), MDB_NOTLS, 0600));
    MDB_txn* transaction = nullptr;
    check(mdb_txn_begin(environment, nullptr, 0, &transaction));
    for (std::size_t i = 0; i < kTableNames.size(); ++i) {
        MDB_dbi handle = 0;
        check(mdb_dbi_open(transaction, kTableNames[i], MDB_CREATE, &handle));
        if (handle != handle_of(static_cast<Table>(i))) throw std::runtime_error("LMDB counts otherwise");
    }
    check(mdb_txn_commit(transaction));
    return environment;
}

}  // namespace

RawLmdb::RawLmdb(const std::filesystem::path& store_directory) {
    std::filesystem::copy_file(store_directory / "data.mdb", directory_.path() / "data.mdb");
    environment_ = open_environment(directory_.path());
}

RawLmdb::~RawLmdb() {
    if (reader_ != nullptr) mdb_txn_abort(reader_);
    mdb_env_close(environment_);
}

void RawLmdb::run(const LmdbTransaction& operations) {
    MDB_txn* transaction = nullptr;
    check(mdb_txn_begin(environment_, nullptr, 0, &transaction));
    for (const LmdbOperation& operation : operations) {
        MDB_val key = to_val(operation.key), value = to_val(operation.value);
        const int code = operation.is_put ? mdb_put(transaction, operation.table, &key, &value, 0)
                                          : mdb_del(transaction, operation.table, &key, nullptr);
        if (code != MDB_NOTFOUND) check(code);
    }
    check(mdb_txn_commit(transaction));
}

MDB_txn* RawLmdb::reading() {
    if (reader_ == nullptr) {
        check(mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &reader_));
    } else {
        mdb_txn_reset(reader_);
        check(mdb_txn_renew(reader_));
    }
    return reader_;
}

std::size_t RawLmdb::get(Table table, std::string_view key) {
    MDB_val name = to_val(key), value{};
    check(mdb_get(reading(), handle_of(table), &name, &value));
    return value.mv_size;
}

std::size_t RawLmdb::first_records(std::string_view index_prefix, std::string_view record_prefix,
                                   std::size_t count) {
    MDB_txn* transaction = reading();
    MDB_cursor* cursor = nullptr;
    check(mdb_cursor_open(transaction, handle_of(Table::indexes), &cursor));
    MDB_val key = to_val(index_prefix), value{};
    std::string record(record_prefix);
    std::size_t bytes = 0;
    int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    for (std::size_t i = 0; i < count && code == MDB_SUCCESS; ++i) {
        record.resize(record_prefix.size());
        record += to_view(key).substr(key.mv_size - 16);
        MDB_val name = to_val(record), found{};
        check(mdb_get(transaction, handle_of(Table::records), &name, &found));
        bytes += found.mv_size;
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    return bytes;
}

std::size_t RawLmdb::count_containing(Table table, std::string_view prefix, std::string_view text) {
    MDB_cursor* cursor = nullptr;
    check(mdb_cursor_open(reading(), handle_of(table), &cursor));
    MDB_val key = to_val(prefix), value{};
    std::size_t count = 0;
    for (int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
         code == MDB_SUCCESS && to_view(key).starts_with(prefix);
         code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT))
        if (memmem(value.mv_data, value.mv_size, text.data(), text.size()) != nullptr) ++count;
    mdb_cursor_close(cursor);
    return count;
}

void RawLmdb::open_and_close(const std::filesystem::path& directory) {
    mdb_env_close(open_environment(directory));
}

}  // namespace fieldsync::bench
