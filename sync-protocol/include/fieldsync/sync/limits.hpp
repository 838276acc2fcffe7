// The protocol's limits, each with its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fieldsync::sync::limits {

// A change-set is applied in one transaction and answered by one receipt: bounded so that one does not stall
// others.
inline constexpr std::size_t changes_per_set_max = 1'000;
inline constexpr std::size_t change_set_bytes_max = 4 * 1024 * 1024;
// One change-set must fit, with room for what stands around it.
inline constexpr std::size_t frame_bytes_max = 6 * 1024 * 1024;
// A push message holds change-sets up to here (or one that is larger): small enough for a bad network to get
// it through.
inline constexpr std::size_t push_bytes_target = 256 * 1024;
inline constexpr std::size_t push_sets_max = 500;
// A chunk likewise; and it is one device transaction.
inline constexpr std::size_t chunk_bytes_target = 256 * 1024;
// Chunks that a device has not acknowledged: memory on the server for a slow one.
inline constexpr std::size_t window_bytes = 1024 * 1024;
// Change-sets on their way to the server without a receipt: the same bound in the other direction, and a
// break of the network costs no more than this sent twice.
inline constexpr std::size_t pushes_in_flight_max = 4;
inline constexpr std::size_t push_window_bytes = 1024 * 1024;
// What a chunk counts against the window at the least: reading one costs the server work even when it holds
// little.
inline constexpr std::size_t chunk_bytes_counted_min = 16 * 1024;
// Change-sets of one session without an answer, on the server: more than a device has on its way, and a bound
// for whoever is none.
inline constexpr std::size_t unanswered_sets_max = 2'500;
// Nesting and elements of a message: what ours need, with room to grow.
inline constexpr std::size_t nesting_max = 16;
inline constexpr std::size_t unfinished_scopes_max = 100'000;
inline constexpr std::size_t set_elements_max = 1'000;
// Of one record or change: an entity has a dozen or two; each costs fifty times its smallest encoding in
// memory.
inline constexpr std::size_t fields_per_record_max = 256;
// Values in one message, keys, arrays and maps among them. A change-set of 4 MiB cannot reach it.
inline constexpr std::size_t values_max = 2'000'000;
// Lines of a text on each side of a three-way merge: the table of common lines is their product.
inline constexpr std::size_t merge_lines_max = 2'000;
// A session's tries of what another's writes can spoil again and again: then it ends, and the next one goes
// on.
// Comparisons of lines for all texts of one change-set, some 0.2 s: further ones fall to the last writer, so
// that nobody's change-set holds up the others for long.
inline constexpr std::size_t merge_cells_per_set_max = 64'000'000;
inline constexpr unsigned renumbers_max = 3;
inline constexpr unsigned verify_tries_max = 3;

}  // namespace fieldsync::sync::limits
