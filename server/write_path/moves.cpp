#include "write_path/moves.hpp"

#include <algorithm>
#include <tuple>

#include "fieldsync/schema/entities.hpp"
#include "fieldsync/schema/rules.hpp"
#include "records/values.hpp"

namespace fieldsync::server {
namespace {

using schema::Uid;

// The latest so many count: a record that is moved more often while some device is offline is not somebody's
// work, and deciding takes the square of it.
constexpr std::int64_t kMovesMax = 256;

constexpr auto kHistorySuperseded = schema::number_of<schema::stage_history_fields>("is_superseded");

constexpr const char* kRead =
    "SELECT value_text, value_uid, is_closing, reopens, hlc, store, change_set, ordinal, seq, base, arrival"
    " FROM field_move WHERE business_id = ?1 AND uid = ?2 AND field = ?3 ORDER BY arrival DESC LIMIT ?4";
constexpr const char* kInsert =
    "INSERT INTO field_move (business_id, uid, field, arrival, seq, base, change_set, ordinal, value_text,"
    " value_uid, is_closing, reopens, hlc, store)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

sync::Merged plain(const schema::Value& value) {
    return {.value = value, .winner = sync::Winner::incoming, .lost = std::nullopt};
}

}  // namespace

sync::Merged Moves::decide(const schema::RecordKey& record, const schema::Field& field,
                           const schema::FieldChange& change, const schema::Value& current,
                           std::uint32_t ordinal) {
    const auto closed = [&](const schema::Value& value) {
        return schema::is_closed(tables_.schema(), record.entity, field, value, set_);
    };
    History& history = history_of(record, field);
    sync::Move mine;
    mine.value = change.value;
    mine.stamp = writing_.stamp;
    mine.is_closing = closed(change.value);
    mine.reopens = !mine.is_closing && (change.reopens || (writing_.base_is_head && closed(current)));
    mine.change_set = writing_.change_set;
    mine.ordinal = ordinal;
    mine.arrival = history.moves.empty() ? 0 : history.moves.back().arrival + 1;
    mine.seq = writing_.seq;
    // A move that lost is in the history, not in the lead: who has it all so far has seen it.
    mine.base = writing_.base_is_head ? writing_.seq : std::max(change.base, writing_.cursor);

    bool is_contested = false;
    for (const sync::Move& earlier : history.moves) {
        if (!sync::saw(mine, earlier))
            is_contested = true;
        else if (earlier.stamp.hlc >= mine.stamp.hlc)  // later than what its author saw, whatever the clocks
            mine.stamp.hlc.packed = earlier.stamp.hlc.packed + 1;
    }
    if (!is_contested && current == change.value) return plain(current);
    history.moves.push_back(mine);
    if (!is_contested) return plain(change.value);

    history.is_contested = true;
    const std::vector<sync::Move>& moves = history.moves;
    const std::size_t winner = sync::decide_moves(moves).value_or(moves.size() - 1);
    // Neither this one nor what held until now need win: a reopening takes closings out of the count.
    const bool is_mine = winner + 1 == moves.size();
    const schema::Value& loser = is_mine ? current : change.value;
    if (loser == moves[winner].value) return plain(loser);
    return {moves[winner].value, is_mine ? sync::Winner::incoming : sync::Winner::current, loser};
}

Moves::History& Moves::history_of(const schema::RecordKey& record, const schema::Field& field) {
    const auto [found, is_new] = histories_.try_emplace({record, field.number});
    History& history = found->second;
    if (!is_new) return history;
    connection_.query(kRead,
                      {number(writing_.business), blob(record.uid), schema::number(field.number), kMovesMax},
                      [&](storage::Row& row) {
                          sync::Move& move = history.moves.emplace_back();
                          if (!row.null(0)) move.value = std::string(row.text(0));
                          if (!row.null(1)) move.value = read_uid(row, 1);
                          move.is_closing = row.integer(2) != 0;
                          move.reopens = row.integer(3) != 0;
                          move.stamp = {{static_cast<std::uint64_t>(row.integer(4))}, read_uid(row, 5)};
                          move.change_set = read_uid(row, 6);
                          move.ordinal = static_cast<std::uint32_t>(row.integer(7));
                          move.seq = schema::Seq{static_cast<std::uint64_t>(row.integer(8))};
                          move.base = schema::Seq{static_cast<std::uint64_t>(row.integer(9))};
                          move.arrival = static_cast<std::uint64_t>(row.integer(10));
                      });
    std::reverse(history.moves.begin(), history.moves.end());
    history.recorded = history.moves.size();
    return history;
}

bool Moves::has_new(const schema::RecordKey& record) const {
    return std::any_of(histories_.begin(), histories_.end(), [&](const auto& entry) {
        return entry.first.first == record && entry.second.moves.size() > entry.second.recorded;
    });
}

void Moves::mark_superseded() {
    for (const auto& [key, history] : histories_) {
        const schema::RecordKey& record = key.first;
        if (!history.is_contested || record.entity != schema::entity::lead) continue;
        const std::vector<bool> superseded = sync::superseded_moves(history.moves);
        for (std::size_t i = 0; i < history.moves.size(); ++i) {
            const sync::Move& move = history.moves[i];
            const schema::RecordKey of_move{
                schema::entity::stage_history,
                schema::effect_uid(record.uid, move.change_set, "stage_history", move.ordinal)};
            WorkingSet::Entry& entry = set_.entry(of_move);
            const bool is_marked = entry.now && entry.now->record.fields.boolean(kHistorySuperseded);
            if (!entry.now || is_marked == superseded[i]) continue;
            set_.touch(of_move);
            entry.now->record.fields.set(kHistorySuperseded, static_cast<bool>(superseded[i]));
        }
    }
}

void Moves::record(schema::Seq seq) {
    for (auto& [key, history] : histories_)
        for (; history.recorded < history.moves.size(); ++history.recorded) {
            const sync::Move& move = history.moves[history.recorded];
            const auto* text = std::get_if<std::string>(&move.value);
            const auto* target = std::get_if<Uid>(&move.value);
            connection_.post(
                kInsert,
                {number(writing_.business), blob(key.first.uid), schema::number(key.second),
                 static_cast<std::int64_t>(move.arrival), static_cast<std::int64_t>(schema::number(seq)),
                 static_cast<std::int64_t>(schema::number(move.base)), blob(move.change_set),
                 static_cast<std::int64_t>(move.ordinal),
                 text == nullptr ? storage::Parameter(nullptr) : storage::Parameter(*text),
                 target == nullptr ? storage::Parameter(nullptr) : blob(*target), move.is_closing,
                 move.reopens, static_cast<std::int64_t>(move.stamp.hlc.packed), blob(move.stamp.store)});
        }
}

}  // namespace fieldsync::server
