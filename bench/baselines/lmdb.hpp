// LMDB itself, without an engine: what a store's writes and reads cost at the least. What the engine puts and
// deletes is recorded, and done again here, byte for byte and in the same transactions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/tables.hpp"
#include "support/fakes.hpp"

struct MDB_env;
struct MDB_txn;

namespace fieldsync::bench {

// LMDB's handle of a table: it counts them as they are opened, after its own two, and the engine opens all of
// them in this order.
constexpr unsigned handle_of(device::store::Table table) {
    return static_cast<unsigned>(table) + 2;
}

struct LmdbOperation {
    unsigned table = 0;  // its handle
    bool is_put = true;
    std::string key, value;
};
using LmdbTransaction = std::vector<LmdbOperation>;

// What `work` puts and deletes on this thread, by transaction; those that put nothing are left out.
std::vector<LmdbTransaction> record_lmdb(const std::function<void()>& work);

// A copy of a store's directory, opened with the engine's flags.
class RawLmdb {
  public:
    explicit RawLmdb(const std::filesystem::path& store_directory);
    ~RawLmdb();
    RawLmdb(const RawLmdb&) = delete;
    RawLmdb& operator=(const RawLmdb&) = delete;

    // One durable transaction.
    void run(const LmdbTransaction& transaction);

    // One read transaction, kept and renewed, as who uses LMDB for speed does. Returns the value's bytes.
    std::size_t get(device::store::Table table, std::string_view key);
    // The first `count` keys of a table from a prefix on, each with the record at its last 16 bytes.
    std::size_t first_records(std::string_view index_prefix, std::string_view record_prefix,
                              std::size_t count);
    // How many values of a table, of keys that begin so, hold the text.
    std::size_t count_containing(device::store::Table table, std::string_view prefix, std::string_view text);

    // Opens such a directory, all its tables too, and closes it.
    static void open_and_close(const std::filesystem::path& directory);

  private:
    MDB_txn* reading();

    testing::TempDir directory_;
    MDB_env* environment_ = nullptr;
    MDB_txn* reader_ = nullptr;
};

}  // namespace fieldsync::bench
