// The bounds of the storage component, each with its reason.
#pragma once

#include <cstddef>

namespace fieldsync::server::storage::limits {

// Reader connections of one database, and to PostgreSQL the threads that use them; a ninth reader waits.
inline constexpr std::size_t readers_max = 8;

// Reads that wait for one of those threads. Each takes about a millisecond: a longer queue would only answer clients
// that have given up.
inline constexpr std::size_t reads_waiting_max = 2'000;

// Connections to PostgreSQL that write: businesses whose change-sets are written at the same moment.
inline constexpr std::size_t writers_max = 8;

// PostgreSQL gives up a statement that takes longer: none of ours does, unless the database is in trouble.
inline constexpr int statement_timeout_ms = 30'000;

// Past that time an answer that has not come is not on its way: the server hangs or its packets are lost.
inline constexpr int answer_grace_ms = 5'000;

// How long a read or a write waits for a connection while all are in use. Whoever waits longer hears "try later"
// while he still listens.
inline constexpr int connection_wait_ms = 5'000;

// Connecting takes no longer, where the URI does not say otherwise: a server that is there answers in milliseconds.
inline constexpr int connect_timeout_s = 10;

// It may hold a thread for so long: after one has failed nobody tries for a while.
inline constexpr int connect_again_ms = 1'000;

// When the answer to a COMMIT is lost: how long its outcome is looked for, and how often. A server that starts anew
// mostly answers by then. Behind a statement that hangs a REST request's deadline comes first: it hears 503, and its
// write may still be committed.
inline constexpr int outcome_wait_ms = 10'000;
inline constexpr int outcome_again_ms = 100;

// Statements sent to PostgreSQL without waiting for their answers: few enough that these (some 50 bytes each) wait in
// its socket while ours are still being sent, or both ends would wait for each other.
inline constexpr std::size_t posted_max = 256;

// Telling other servers, or beginning to listen to them, has an answer by then, or is tried anew: a server that stops
// waits for it.
inline constexpr int notice_answer_ms = 2'000;

// PostgreSQL gives up a transaction whose program has stopped in the middle of it, so that others get its locks.
inline constexpr int idle_transaction_ms = 60'000;

// Prepared statements kept per connection. The program's SQL stands in constants, so a few hundred texts
// exist; only SQL with a generated column list can go beyond, and then the longest unused are given up.
inline constexpr std::size_t statements_cached_max = 512;

// How long a statement waits for another process that holds the write lock (an admin tool).
inline constexpr int busy_timeout_ms = 10'000;

// SQLite's page cache of one connection. Readers and the writer have one each.
inline constexpr int page_cache_kib = 16 * 1024;

// How much of the file readers see in their address space, not copied into a cache for each of them: a fifth of
// the time of a read. What lies beyond goes through the caches. The most that SQLite does.
inline constexpr std::int64_t mapped_bytes_max = 0x7fff0000;

// The write-ahead log is cut back to this size after a burst or a long reader made it grow.
inline constexpr int journal_bytes_max = 64 * 1024 * 1024;

// The write-ahead log goes into the database file when it has so many pages (16 MiB): a page that a thousand
// commits wrote goes there once. SQLite's own thousand is less than what two groups write, and then each of
// them waits for two flushes more. Past this, readers would look through more than one index of the log.
inline constexpr int checkpoint_pages = 4096;

// Change-sets waiting for the writer. Beyond it `submit` refuses and the caller says "try later": at some
// thousands a second a longer queue would only make answers later than the clients' deadlines.
inline constexpr std::size_t queue_jobs_max = 4096;

// Change-sets in one transaction. Past some hundred the cost of the sync is spread thin enough, and the
// first of the group should not wait long for the last.
inline constexpr std::size_t group_jobs_max = 256;

// Runs alone, on healthy storage, before a job is given up as the cause of its own failure.
inline constexpr int alone_attempts_max = 3;

}  // namespace fieldsync::server::storage::limits
