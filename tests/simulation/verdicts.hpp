// Verdicts: the rules of conflicts once more, in plain maps: what must become of each change-set that the server writes.
// Fed with the change-sets in the order of their writing; what really became of them stands in the log.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulation/log_model.hpp"
#include "simulation/server_host.hpp"

namespace fieldsync::simulation {

class Verdicts {
  public:
    Verdicts(const Town& town, const LogModel& log) : town_(town), log_(log) {}

    // The log has been followed up to what was written. Throws Violation.
    void judge(const Written& written);
    // The server was put back to a backup: what was known of clocks and moves is of another history.
    void begin_anew(server::storage::Database& database);

    // The server has started: it may have answered change-sets when it died that nobody saw written.
    void learn_receipts(server::storage::Database& database);

    [[nodiscard]] std::uint64_t judged() const { return judged_; }

  private:
    struct Stamp {
        Seq seq{};
        sync::Hlc hlc;
        Uid store;
    };
    using Place = std::pair<RecordKey, schema::FieldNumber>;
    struct Move {
        schema::Value value;
        sync::Hlc hlc;
        Uid store, change_set;
        bool is_closing = false, reopens = false;
        Seq seq{}, base{};
        std::uint32_t arrival = 0;
    };
    // One change-set under judgement: the fields it wrote to so far, and what it must have lost.
    struct Case {
        const Written& written;
        Seq seq{};  // of its entry, or the one it would have had
        bool is_push = false;
        Uid store;
        sync::Hlc hlc;
        std::map<Place, schema::Value> fields;
        std::map<RecordKey, bool> inserted;
        std::vector<std::pair<Place, schema::Value>> lost;
        std::set<Place> beside;  // won over what its author did not see
    };

    // Whether it is the first answer to this change-set.
    bool judge_receipt(const Written& written);
    void judge_update(Case& the_case, const schema::Change& change);
    void judge_update_of_deleted(Case& the_case, const schema::Change& change) const;
    void judge_delete(Case& the_case, const schema::Change& change);
    void judge_rights(const Case& the_case, const schema::Change& change) const;
    schema::Value decide(Case& the_case, const schema::Field& field, const schema::FieldChange& item,
                         const Place& place, const schema::Value& current);
    schema::Value decide_move(Case& the_case, const schema::Field& field, const schema::FieldChange& item,
                              const Place& place, const schema::Value& current);
    [[nodiscard]] schema::Value current_of(const Case& the_case, const Place& place) const;
    [[nodiscard]] bool is_closed(const schema::Field& field, const schema::Value& value) const;
    void compare(const Case& the_case) const;
    void compare_lost(const Case& the_case) const;
    void note_entry(Seq seq, const Case* the_case);
    void check_effects(const Entry& entry) const;

    const Town& town_;
    const LogModel& log_;
    std::map<Place, Stamp> clocks_;
    std::map<std::pair<Place, std::string>, Stamp> elements_;
    std::map<Place, std::vector<Move>> moves_;
    std::set<RecordKey> blurred_;  // somebody's change-set to it was not seen
    struct First {
        sync::ReceiptStatus status{};
        Seq seq{};
    };
    std::map<Uid, First> receipts_;
    std::optional<Seq> noted_;  // entries up to here
    std::uint64_t judged_ = 0;
};

}  // namespace fieldsync::simulation
