#include "store/environment.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "device_test.hpp"
#include "store/file_lock.hpp"
#include "store/keys.hpp"

namespace fieldsync::testing {
namespace {

using device::ErrorCode;
using device::store::Environment;
using device::store::FileLock;
using device::store::ReadTransaction;
using device::store::Table;
using device::store::u64_key;
using device::store::WriteTransaction;

constexpr std::size_t kMiB = std::size_t{1} << 20;

std::unique_ptr<Environment> open_store(const std::filesystem::path& path, std::size_t map_size = kMiB) {
    auto opened = Environment::open(path, map_size);
    if (!opened) ADD_FAILURE() << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
}

// `count` entries of a kilobyte each, from number `first`.
void put_kilobytes(Environment& store, std::uint64_t first, std::uint64_t count) {
    store.write([&](WriteTransaction& tables) {
        for (std::uint64_t i = 0; i < count; ++i)
            tables.put(Table::records, u64_key(first + i),
                       std::string(1024, static_cast<char>('a' + i % 26)));
        return true;
    });
}

std::size_t entries(const Environment& store) {
    std::size_t count = 0;
    store.read([&](const ReadTransaction& tables) { count = tables.count(Table::records); });
    return count;
}

// Runs `work` in another process, which never sees this one's environments; whether it returned true.
template <class F>
bool in_another_process(F work) {
    const pid_t child = fork();
    if (child == 0) {
        bool done = false;
        try {
            done = work();
        } catch (...) {
        }
        _exit(done ? 0 : 1);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Environment, keeps_what_was_committed) {
    const TempDirectory directory;
    put_kilobytes(*open_store(directory.path() / "a" / "store"), 0, 10);
    EXPECT_EQ(entries(*open_store(directory.path() / "a" / "store")), 10U);
}

TEST(Environment, writes_nothing_when_the_function_says_no_or_throws) {
    const TempDirectory directory;
    auto store = open_store(directory.path());
    EXPECT_FALSE(store->write([](WriteTransaction& tables) {
        tables.put(Table::records, "k", "v");
        return false;
    }));
    EXPECT_THROW(store->write([](WriteTransaction& tables) -> bool {
        tables.put(Table::records, "k", "v");
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_EQ(entries(*store), 0U);
}

TEST(Environment, grows_by_itself_and_runs_the_function_again) {
    const TempDirectory directory;
    auto store = open_store(directory.path());
    const std::size_t before = store->map_size();
    int runs = 0;
    store->write([&](WriteTransaction& tables) {
        ++runs;
        for (std::uint64_t i = 0; i < 8 * 1024; ++i)
            tables.put(Table::records, u64_key(i), std::string(1024, 'x'));
        return true;
    });
    EXPECT_GT(runs, 1);
    EXPECT_GT(store->map_size(), before);
    EXPECT_EQ(entries(*store), 8U * 1024);
    store.reset();
    EXPECT_EQ(entries(*open_store(directory.path())), 8U * 1024);
}

TEST(Environment, threads_that_wait_at_the_same_moment_share_a_commit_and_nothing_else) {
    constexpr std::uint64_t kThreads = 6;
    TempDir dir;
    const auto store = open_store(dir.path() / "store");
    const std::uint64_t before = store->last_transaction();
    std::atomic<bool> has_turn = false, all_wait = false;
    std::thread first([&] {  // has the turn until all others wait for it
        store->write([&](WriteTransaction& tables) {
            has_turn = true;
            while (!all_wait) std::this_thread::yield();
            tables.put(Table::records, u64_key(100), "first");
            return true;
        });
    });
    while (!has_turn) std::this_thread::yield();
    std::atomic<int> threw = 0, refused = 0;
    std::vector<std::thread> others;
    for (std::uint64_t i = 0; i < kThreads; ++i)
        others.emplace_back([&, i] {
            try {
                const bool committed = store->write([&](WriteTransaction& tables) {
                    tables.put(Table::records, u64_key(i), std::string(400'000, 'x'));  // more than the map
                    if (i == 0) throw std::runtime_error("no");
                    return i != 1;
                });
                if (!committed) ++refused;
            } catch (const std::runtime_error&) {
                ++threw;
            }
        });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (store->writers_waiting() < kThreads && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    all_wait = true;
    first.join();
    for (std::thread& thread : others) thread.join();
    EXPECT_EQ(threw, 1);
    EXPECT_EQ(refused, 1);
    EXPECT_EQ(entries(*store), kThreads - 2 + 1);
    EXPECT_EQ(store->last_transaction(), before + 2);
}

TEST(Environment, grows_while_other_threads_read) {
    const TempDirectory directory;
    auto store = open_store(directory.path());
    std::atomic<bool> stop = false;
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            while (!stop) {
                store->read([&](const ReadTransaction& tables) {
                    std::size_t seen = 0;
                    tables.each(Table::records, {}, [&](std::string_view, std::string_view value) {
                        EXPECT_EQ(value.size(), 1024U);
                        ++seen;
                    });
                    EXPECT_EQ(seen % 256, 0U) << "half a transaction was seen";
                });
                EXPECT_GT(store->last_transaction(), 0U);
            }
        });
    for (std::uint64_t i = 0; i < 32; ++i) put_kilobytes(*store, i * 256, 256);
    stop = true;
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(entries(*store), 32U * 256);
}

TEST(Environment, grows_in_two_processes_at_once) {
    const TempDirectory directory;
    constexpr std::uint64_t kRounds = 24;
    const auto fill = [&](std::uint64_t first) {
        auto store = open_store(directory.path());
        for (std::uint64_t i = 0; i < kRounds; ++i) put_kilobytes(*store, first + i * 256, 256);
        // What the other one writes is read here too, whoever grew the map.
        for (int tries = 0; tries < 2000 && entries(*store) < 2 * kRounds * 256; ++tries) usleep(10'000);
        return entries(*store) == 2 * kRounds * 256;
    };
    const pid_t child = fork();
    if (child == 0) _exit(fill(1'000'000) ? 0 : 1);
    EXPECT_TRUE(fill(0));
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(Environment, sees_what_another_process_wrote_beyond_the_map) {
    const TempDirectory directory;
    int ready[2], go[2];
    ASSERT_EQ(pipe(ready) | pipe(go), 0);
    const pid_t child = fork();
    if (child == 0) {  // opens while the store is small, and reads and writes after it grew
        auto store = open_store(directory.path());
        char byte = 1;
        if (write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 1) _exit(2);
        if (entries(*store) != 4096) _exit(3);
        put_kilobytes(*store, 1'000'000, 1);
        _exit(entries(*store) == 4097 ? 0 : 4);
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    auto store = open_store(directory.path());
    put_kilobytes(*store, 0, 4096);
    const std::uint64_t transaction = store->last_transaction();
    ASSERT_EQ(write(go[1], &byte, 1), 1);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_EQ(entries(*store), 4097U);
    EXPECT_GT(store->last_transaction(), transaction) << "another process's commit is noticed";
}

TEST(Environment, is_opened_once_by_a_process) {
    const TempDirectory directory;
    auto store = open_store(directory.path());
    const auto again = Environment::open(directory.path() / ".", kMiB);
    ASSERT_TRUE(again.has_error());
    EXPECT_EQ(again.error().code, ErrorCode::already_open);
    EXPECT_NE(again.error().message.find(directory.path().string()), std::string::npos);
    store.reset();
    EXPECT_TRUE(Environment::open(directory.path(), kMiB).has_value());
}

TEST(Environment, refuses_a_newer_format) {
    const TempDirectory directory;
    open_store(directory.path())->write([](WriteTransaction& tables) {
        tables.put(Table::meta, "format", u64_key(device::store::kFormat + 1));
        return true;
    });
    const auto opened = Environment::open(directory.path(), kMiB);
    ASSERT_TRUE(opened.has_error());
    EXPECT_EQ(opened.error().code, ErrorCode::newer_format);
    EXPECT_TRUE(Environment::open(directory.path(), kMiB).has_error()) << "and lets go of the directory";
}

TEST(Environment, says_what_is_wrong_with_a_directory) {
    const TempDirectory directory;
    std::ofstream(directory.path() / "file") << "x";
    const auto opened = Environment::open(directory.path() / "file", kMiB);
    ASSERT_TRUE(opened.has_error());
    EXPECT_EQ(opened.error().code, ErrorCode::storage);

    std::filesystem::create_directory(directory.path() / "rubbish");
    std::ofstream(directory.path() / "rubbish" / "data.mdb") << std::string(8192, 'x');
    EXPECT_EQ(Environment::open(directory.path() / "rubbish", kMiB).error().code, ErrorCode::storage);
}

TEST(Environment, forbids_a_transaction_inside_a_transaction) {
    const TempDirectory directory;
    auto store = open_store(directory.path());
    EXPECT_THROW(
        store->write([&](WriteTransaction&) { return store->write([](WriteTransaction&) { return true; }); }),
        std::logic_error);
    EXPECT_THROW(
        store->read([&](const ReadTransaction&) { store->write([](WriteTransaction&) { return true; }); }),
        std::logic_error);
    put_kilobytes(*store, 0, 1);
    EXPECT_EQ(entries(*store), 1U);
}

TEST(Environment, cleans_up_after_readers_that_died) {
    const TempDirectory directory;
    open_store(directory.path());
    // Each dies inside a read transaction: more than there are places for readers.
    for (int i = 0; i < 130; ++i)
        in_another_process([&]() -> bool {
            auto store = open_store(directory.path());
            store->read([](const ReadTransaction&) { _exit(0); });
            return false;
        });
    EXPECT_EQ(entries(*open_store(directory.path())), 0U);
}

// Its cursors move one another's pages: entries of several lengths, whose keys begin alike or not, come and go
// until the tree has grown and shrunk again.
TEST(WriteTransaction, finds_what_it_wrote_wherever_its_cursors_stand) {
    const TempDirectory directory;
    auto store = open_store(directory.path());
    std::mt19937 random(20'260'520);
    std::map<std::string, std::string> expected;
    const auto some_key = [&] {
        const auto number = static_cast<std::uint16_t>(random() % 12);
        std::string key{'\0', static_cast<char>(number), '\0', static_cast<char>(number / 3)};
        return key.append(u64_key(random() % 300));
    };
    for (unsigned round = 0; round < 6; ++round) {
        const unsigned puts_in_ten = round % 2 == 0 ? 7 : 2;
        const auto before = expected;
        const auto step = [&](WriteTransaction& tables) {
            expected = before;
            for (unsigned i = 0; i < 10'000; ++i) {
                const std::string key = some_key(), value(random() % 400, static_cast<char>('a' + i % 26));
                const bool is_there = expected.contains(key);
                EXPECT_EQ(tables.get(Table::records, key).value_or("none"),
                          is_there ? expected[key] : "none");
                if (random() % 10 >= puts_in_ten) {
                    EXPECT_EQ(tables.erase(Table::records, key), is_there);
                    expected.erase(key);
                } else if (random() % 2 == 0) {
                    tables.put(Table::records, key, value);
                    expected[key] = value;
                } else {
                    EXPECT_EQ(tables.add(Table::records, key, value), !is_there);
                    expected.emplace(key, value);
                }
                const std::string prefix = some_key().substr(0, random() % 11);
                const auto at = expected.lower_bound(prefix);
                EXPECT_EQ(tables.has_prefix(Table::records, prefix),
                          at != expected.end() && at->first.starts_with(prefix));
            }
            return true;
        };
        ASSERT_TRUE(store->write(step));
        std::map<std::string, std::string> found;
        store->read([&](const ReadTransaction& tables) {
            tables.each(Table::records, {},
                        [&](std::string_view key, std::string_view value) { found.emplace(key, value); });
        });
        ASSERT_EQ(found, expected);
    }
}

TEST(Scan, walks_both_ways) {
    const TempDirectory directory;
    auto store = open_store(directory.path());
    store->write([](WriteTransaction& tables) {
        for (const char* key : {"a1", "a2", "b1", "b2", "c"}) tables.put(Table::records, key, key);
        return true;
    });
    store->read([](const ReadTransaction& tables) {
        EXPECT_EQ(tables.keys(Table::records, "b"), (std::vector<std::string>{"b1", "b2"}));
        EXPECT_TRUE(tables.has_prefix(Table::records, "a"));
        EXPECT_FALSE(tables.has_prefix(Table::records, "d"));
        auto scan = tables.scan(Table::records);
        ASSERT_TRUE(scan.seek_before("b"));
        EXPECT_EQ(scan.key(), "a2");
        ASSERT_TRUE(scan.seek_before("z"));
        EXPECT_EQ(scan.key(), "c");
        EXPECT_FALSE(tables.scan(Table::records).seek_before("a"));
        EXPECT_FALSE(tables.scan(Table::hidden).last());
    });
}

TEST(FileLock, excludes_within_a_process_and_between_processes) {
    const TempDirectory directory;
    const auto path = directory.path() / "sync.lock";
    auto held = FileLock::try_acquire(path);
    ASSERT_TRUE(held.has_value());
    EXPECT_FALSE(FileLock::try_acquire(path).has_value());
    EXPECT_FALSE(in_another_process([&] { return FileLock::try_acquire(path).has_value(); }));
    held.reset();
    EXPECT_TRUE(in_another_process([&] { return FileLock::try_acquire(path).has_value(); }));
    EXPECT_TRUE(FileLock::try_acquire(path).has_value()) << "a process that ended lets go";
}

}  // namespace
}  // namespace fieldsync::testing
