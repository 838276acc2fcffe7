#include "simulation/verdicts.hpp"

#include <algorithm>

#include "fieldsync/schema/entities.hpp"
#include "fieldsync/sync/merge.hpp"
#include "records/values.hpp"
#include "simulation/violation.hpp"
#include "simulation/work.hpp"
#include "write_path/write_path.hpp"

namespace fieldsync::simulation {
namespace {

namespace entity = schema::entity;
using schema::Change;
using schema::Field;
using schema::FieldChange;
using schema::number_of;
using schema::Operation;
using schema::Policy;
using schema::StringSet;
using schema::Value;
using sync::ReceiptStatus;

constexpr auto kConflictRecord = number_of<schema::conflict_fields>("record");
constexpr auto kConflictField = number_of<schema::conflict_fields>("field");
constexpr auto kConflictLoser = number_of<schema::conflict_fields>("loser_value");

StringSet set_of(const Value& value) {
    const auto* set = std::get_if<StringSet>(&value);
    return set == nullptr ? StringSet{} : *set;
}

std::string text_of(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? std::string() : *text;
}

// Nothing, an empty text and an empty set are the same to those who look.
bool is_same(const Value& a, const Value& b) {
    const auto is_empty = [](const Value& value) {
        return schema::is_null(value) || value == Value(std::string()) || value == Value(StringSet{});
    };
    return a == b || (is_empty(a) && is_empty(b));
}

std::string as_words(const Value& value) {
    if (const auto* uid = std::get_if<Uid>(&value)) return uid->to_string();
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    std::string words = text_of(value);
    for (const std::string& element : set_of(value)) words += (words.empty() ? "" : ", ") + element;
    return words;
}

bool contains(const StringSet& set, const std::string& element) {
    return std::find(set.begin(), set.end(), element) != set.end();
}

std::string about(const RecordKey& key, const Field& field) {
    return std::string(Town::schema().at(key.entity).name()) + " #" + key.uid.to_string().substr(30) + " " +
           std::string(field.name);
}

}  // namespace

void Verdicts::begin_anew(server::storage::Database& database) {
    clocks_.clear();
    elements_.clear();
    moves_.clear();
    receipts_.clear();
    learn_receipts(database);
    noted_ = log_.head();
    log_.each(log_.head(), [&](const Record& record) { blurred_.insert({record.entity, record.uid}); });
}

void Verdicts::learn_receipts(server::storage::Database& database) {
    database.read([&](server::storage::Connection& connection) {
        connection.query("SELECT change_set, status, seq FROM receipt WHERE business_id = ?1",
                         {server::number(town_.business)}, [&](server::storage::Row& row) {
                             receipts_.try_emplace(server::read_uid(row, 0),
                                                   First{static_cast<ReceiptStatus>(row.integer(1)),
                                                         Seq{static_cast<std::uint64_t>(row.integer(2))}});
                         });
    });
}

void Verdicts::judge(const Written& written) {
    if (!noted_) noted_ = Seq{0};
    if (written.outcome.must_renumber) return;
    const bool is_first = judge_receipt(written);
    const sync::Receipt& receipt = written.outcome.receipt;
    const bool wrote = written.outcome.wrote;
    const Seq seq = wrote ? receipt.seq : Seq{schema::number(written.outcome.head.seq) + 1};
    if (wrote && seq > log_.head())
        throw Violation("nothing acknowledged is lost",
                        "a change-set was answered whose entry is not in the log");
    while (schema::number(*noted_) + 1 < schema::number(seq)) {
        noted_ = Seq{schema::number(*noted_) + 1};
        note_entry(*noted_, nullptr);
    }
    if (receipt.status == ReceiptStatus::rejected) {
        if (wrote) throw Violation("what is rejected has no effect", "a rejected change-set is in the log");
        return;
    }
    if (!is_first || written.request.origin == server::Origin::system) {
        if (wrote) {
            noted_ = seq;
            note_entry(seq, nullptr);
        }
        return;
    }
    ++judged_;
    Case the_case{
        written,
        seq,
        written.request.origin == server::Origin::push,
        written.request.origin == server::Origin::push ? written.request.store : server::rest_store(),
        sync::clamp_hlc(written.request.set.hlc, written.server_now_us / 1000),
        {},
        {},
        {},
        {}};
    for (const Change& change : written.request.set.changes) {
        const RecordKey key{change.entity, change.uid};
        if (change.operation == Operation::insert) the_case.inserted[key] = true;
        if (change.operation == Operation::update) judge_update(the_case, change);
        if (change.operation == Operation::remove) judge_delete(the_case, change);
    }
    if (wrote) {
        const Entry& entry = log_.entry(seq);
        if (entry.log.change_set != written.request.set.uid)
            throw Violation("a receipt names its entry",
                            "the entry at a receipt's seq is another change-set's");
        compare(the_case);
        compare_lost(the_case);
        check_effects(entry);
        noted_ = seq;
        note_entry(seq, &the_case);
    } else if (!the_case.lost.empty()) {
        compare_lost(the_case);
    }
}

bool Verdicts::judge_receipt(const Written& written) {
    if (written.request.origin != server::Origin::push) return true;
    const sync::Receipt& receipt = written.outcome.receipt;
    const auto [first, is_new] =
        receipts_.try_emplace(written.request.set.uid, First{receipt.status, receipt.seq});
    if (is_new) return true;
    if (written.outcome.wrote) throw Violation("once each", "a change-set took effect twice");
    if (first->second.status != receipt.status || first->second.seq != receipt.seq)
        throw Violation("the first receipt is the answer for good",
                        "a change-set is answered otherwise than before");
    return false;
}

Value Verdicts::current_of(const Case& the_case, const Place& place) const {
    if (const auto written = the_case.fields.find(place); written != the_case.fields.end())
        return written->second;
    const Record* record = log_.find(place.first, Seq{schema::number(the_case.seq) - 1});
    const Value* held = record == nullptr ? nullptr : record->fields.get(place.second);
    return held == nullptr ? Town::schema().at(place.first.entity).field(place.second)->default_value()
                           : *held;
}

void Verdicts::judge_rights(const Case& the_case, const Change& change) const {
    const Record* record = log_.find({change.entity, change.uid}, Seq{schema::number(the_case.seq) - 1});
    if (record == nullptr) return;
    const auto held = log_.held(the_case.written.request.author, Seq{schema::number(the_case.seq) - 1});
    if (!held.contains(Uid{}) && !held.contains(record->scope))
        throw Violation("who does not hold it does not change it",
                        town_.name_of(the_case.written.request.author) + " changed " + words_of(change));
}

void Verdicts::judge_update(Case& the_case, const Change& change) {
    const RecordKey key{change.entity, change.uid};
    if (the_case.inserted.contains(key)) return;
    if (log_.find(key, Seq{schema::number(the_case.seq) - 1}) == nullptr)
        return judge_update_of_deleted(the_case, change);
    judge_rights(the_case, change);
    if (blurred_.contains(key)) return;
    for (const FieldChange& item : change.fields) {
        const Field* field = Town::schema().at(change.entity).field(item.field);
        if (field == nullptr || field->is_argument) continue;
        const Place place{key, item.field};
        const Value current = current_of(the_case, place);
        const auto clock = clocks_.find(place);
        const bool is_concurrent = the_case.is_push && clock != clocks_.end() &&
                                   clock->second.seq > item.base && clock->second.store != the_case.store;
        the_case.fields[place] = decide(the_case, *field, item, place, current);
        if (is_concurrent && the_case.fields[place] == item.value) the_case.beside.insert(place);
    }
}

Value Verdicts::decide(Case& the_case, const Field& field, const FieldChange& item, const Place& place,
                       const Value& current) {
    const auto lose = [&](const Value& loser, const Value& winner) {
        if (!is_same(loser, winner)) the_case.lost.emplace_back(place, loser);
        return winner;
    };
    const auto clock = clocks_.find(place);
    const auto is_concurrent = [&](const Stamp& stamp) {
        return the_case.is_push && stamp.seq > item.base && stamp.store != the_case.store;
    };
    const bool concurrent = clock != clocks_.end() && is_concurrent(clock->second);
    const Stamp before = clock == clocks_.end() ? Stamp{} : clock->second;
    const auto last_writer = [&] {
        if (is_same(current, item.value)) return current;
        const bool wins = std::tie(before.hlc, before.store) < std::tie(the_case.hlc, the_case.store);
        return wins ? lose(current, item.value) : lose(item.value, current);
    };
    switch (field.policy) {
        case Policy::closed_wins:
            return decide_move(the_case, field, item, place, current);
        case Policy::max: {
            const auto* mine = std::get_if<std::int64_t>(&item.value);
            const auto* theirs = std::get_if<std::int64_t>(&current);
            if (!concurrent || mine == nullptr || theirs == nullptr || *mine == *theirs) return item.value;
            return *mine > *theirs ? lose(current, item.value) : lose(item.value, current);
        }
        case Policy::once_true:
            return concurrent && current == Value(true) ? current : item.value;
        case Policy::merge_text: {
            if (!the_case.is_push || !item.base_text) break;
            if (is_same(current, item.value)) return current;
            auto merged = sync::merge_lines(*item.base_text, text_of(current), text_of(item.value));
            if (merged && merged->size() <= field.chars_max) return Value(std::move(*merged));
            return last_writer();
        }
        case Policy::union_sets: {
            if (!the_case.is_push) return item.value;
            StringSet elements = set_of(current);
            for (const std::string& element : item.removed) {
                const auto stamp = elements_.find({place, element});
                if (stamp != elements_.end() && is_concurrent(stamp->second)) continue;  // an add beats it
                std::erase(elements, element);
            }
            for (const std::string& element : item.added)
                if (!contains(elements, element)) elements.push_back(element);
            return schema::make_set(std::move(elements));
        }
        case Policy::last_writer:
        case Policy::server_only:
            break;
    }
    return concurrent ? last_writer() : item.value;
}

bool Verdicts::is_closed(const Field& field, const Value& value) const {
    if (const auto* uid = std::get_if<Uid>(&value)) return *uid == town_.stages[2] || *uid == town_.stages[3];
    return std::find(field.closed_values.begin(), field.closed_values.end(), text_of(value)) !=
           field.closed_values.end();
}

// Over all moves there were: those before the latest reopening do not count; of the rest the latest closing holds,
// else the latest.
Value Verdicts::decide_move(Case& the_case, const Field& field, const FieldChange& item, const Place& place,
                            const Value& current) {
    std::vector<Move>& moves = moves_[place];
    const sync::ChangeSet& set = the_case.written.request.set;
    Move mine{item.value, the_case.hlc, the_case.store, set.uid, is_closed(field, item.value),
              false,      the_case.seq, the_case.seq,   0};
    const Seq head{schema::number(the_case.seq) - 1};
    if (the_case.is_push) mine.base = std::max(std::min(item.base, head), std::min(set.made_at_cursor, head));
    mine.reopens = !mine.is_closing && (item.reopens || (!the_case.is_push && is_closed(field, current)));
    bool is_contested = false;
    for (const Move& earlier : moves)
        if (earlier.seq > mine.base && earlier.store != mine.store)
            is_contested = true;
        else if (earlier.hlc >= mine.hlc)
            mine.hlc.packed = earlier.hlc.packed + 1;
    if (!is_contested && current == item.value) return current;
    if (!the_case.written.outcome.wrote) mine.seq = head;
    moves.push_back(mine);
    if (!is_contested) return item.value;

    const auto order = [](const Move& move) {
        return std::tie(move.hlc, move.store, move.change_set, move.value);
    };
    const Move* reopening = nullptr;
    for (const Move& move : moves)
        if (move.reopens && (reopening == nullptr || order(*reopening) < order(move))) reopening = &move;
    const Move* holds = nullptr;
    for (const Move& move : moves) {
        if (reopening != nullptr &&
            std::tie(move.hlc, move.store) < std::tie(reopening->hlc, reopening->store))
            continue;
        if (holds == nullptr ||
            std::pair(holds->is_closing, order(*holds)) < std::pair(move.is_closing, order(move)))
            holds = &move;
    }
    Value winner = holds->value;
    const Value loser = holds == &moves.back() ? current : item.value;
    if (loser != winner) the_case.lost.emplace_back(place, loser);
    return winner;
}

// The delete won: each field is kept.
void Verdicts::judge_update_of_deleted(Case& the_case, const Change& change) const {
    for (const FieldChange& item : change.fields) {
        const Field* field = Town::schema().at(change.entity).field(item.field);
        if (field != nullptr && !field->is_argument)
            the_case.lost.emplace_back(Place{{change.entity, change.uid}, item.field}, item.value);
    }
}

void Verdicts::judge_delete(Case& the_case, const Change& change) {
    const RecordKey key{change.entity, change.uid};
    const Record* record = log_.find(key, Seq{schema::number(the_case.seq) - 1});
    if (record == nullptr || !the_case.is_push || blurred_.contains(key)) return;
    judge_rights(the_case, change);
    const Seq cursor = the_case.written.request.set.made_at_cursor;
    for (const auto& [field, value] : record->fields.items()) {
        const auto clock = clocks_.find({key, field});
        if (clock == clocks_.end() || clock->second.seq <= cursor || clock->second.store == the_case.store)
            continue;
        the_case.lost.emplace_back(Place{key, field}, value);
    }
}

void Verdicts::compare(const Case& the_case) const {
    for (const auto& [place, expected] : the_case.fields) {
        const auto& [key, number] = place;
        const Record* record = log_.find(key, the_case.seq);
        if (record == nullptr) continue;  // deleted by the same change-set
        const Field& field = *Town::schema().at(key.entity).field(number);
        const Value* held = record->fields.get(number);
        const Value actual = held == nullptr ? field.default_value() : *held;
        if (!is_same(actual, expected))
            throw Violation("conflicts are resolved by the rules",
                            about(key, field) + " (" + std::string(schema::name_of(field.policy)) + ") is '" +
                                as_words(actual) + "' after entry " +
                                std::to_string(schema::number(the_case.seq)) + ", by the rules '" +
                                as_words(expected) + "'");
    }
}

void Verdicts::compare_lost(const Case& the_case) const {
    std::multimap<std::pair<Uid, std::string>, std::string> kept;
    if (the_case.written.outcome.wrote)
        for (const sync::LogChange& change : log_.entry(the_case.seq).changes)
            if (change.key.entity == entity::conflict && change.operation == Operation::insert)
                kept.emplace(
                    std::pair(change.fields.uid(kConflictRecord), change.fields.text(kConflictField)),
                    change.fields.text(kConflictLoser));
    for (const auto& [place, loser] : the_case.lost) {
        const Field& field = *Town::schema().at(place.first.entity).field(place.second);
        const auto [first, last] = kept.equal_range({place.first.uid, std::string(field.name)});
        const bool compares_text = field.scale == 0 && field.type != schema::Type::string_set;
        const bool is_kept = std::any_of(
            first, last, [&](const auto& one) { return !compares_text || one.second == as_words(loser); });
        if (!is_kept)
            throw Violation("what loses is kept", about(place.first, field) + " lost '" + as_words(loser) +
                                                      "' at entry " +
                                                      std::to_string(schema::number(the_case.seq)) +
                                                      ", and no conflict record has it");
    }
}

// What clocks the entry leaves behind.
void Verdicts::note_entry(Seq seq, const Case* the_case) {
    const Entry& entry = log_.entry(seq);
    for (const sync::LogChange& change : entry.changes) {
        if (the_case == nullptr && change.operation == Operation::update) blurred_.insert(change.key);
        const Record* before = log_.find(change.key, Seq{schema::number(seq) - 1});
        const bool is_moved = change.operation == Operation::insert && before != nullptr;  // to another scope
        if (the_case == nullptr && is_moved) blurred_.insert(change.key);
        if (change.operation != Operation::update && !is_moved) continue;
        for (const auto& [number, value] : change.fields.items()) {
            const Field* field = Town::schema().at(change.key.entity).field(number);
            if (field == nullptr || field->policy == Policy::server_only) continue;
            const Value* was = before == nullptr ? nullptr : before->fields.get(number);
            if (is_moved && (was == nullptr ? field->default_value() : *was) == value) continue;
            const Place place{change.key, number};
            Stamp stamp{seq, entry.log.hlc, entry.log.store};
            const bool is_asked =
                the_case != nullptr && the_case->fields.contains(place) && !the_case->beside.contains(place);
            const auto clock = clocks_.find(place);
            if (is_asked && clock != clocks_.end() && clock->second.hlc >= stamp.hlc)
                stamp.hlc.packed = clock->second.hlc.packed + 1;
            clocks_[place] = stamp;
            if (field->policy != Policy::union_sets || before == nullptr) continue;
            const Value* held = before->fields.get(number);
            const StringSet elements = held == nullptr ? StringSet{} : set_of(*held);
            for (const std::string& element : set_of(value))
                if (!contains(elements, element)) elements_[{place, element}] = stamp;
        }
    }
}

// A visit, a note and a move each make one activity; a requirement a lead with its first history.
void Verdicts::check_effects(const Entry& entry) const {
    std::int64_t activities = 0, causes = 0, leads = 0, requirements = 0;
    for (const sync::LogChange& change : entry.changes) {
        if (change.operation != Operation::insert) continue;
        activities += change.key.entity == entity::activity;
        causes += change.key.entity == entity::site_visit || change.key.entity == entity::note ||
                  change.key.entity == entity::stage_history;
        leads += change.key.entity == entity::lead;
        requirements += change.key.entity == entity::requirement;
    }
    if (leads != requirements || activities != causes - leads)
        throw Violation("effects follow", "entry " + std::to_string(schema::number(entry.log.place.seq)) +
                                              " has " + std::to_string(causes) +
                                              " visits, notes and moves and " + std::to_string(activities) +
                                              " activities");
}

}  // namespace fieldsync::simulation
