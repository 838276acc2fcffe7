// Resolves one change against what others wrote meanwhile, field by field (design.md, Conflicts). Works on
// the working set; what lost becomes conflict records there.
#pragma once

#include <optional>
#include <vector>

#include "fieldsync/schema/rules.hpp"
#include "fieldsync/sync/limits.hpp"
#include "fieldsync/sync/merge.hpp"
#include "write_path/change_log.hpp"
#include "write_path/moves.hpp"
#include "write_path/working_set.hpp"

namespace fieldsync::server {

class Resolver {
  public:
    // `moves`: of the same change-set.
    Resolver(storage::Connection& connection, const RecordTables& tables, WorkingSet& set, Moves& moves,
             const Writing& writing);

    // Puts an update's fields into the record. Returns whether anything changed; what was decided goes to
    // `notes`.
    // `ordinal`: of the changes of this record in the change-set.
    bool update(const schema::Change& change, std::uint32_t ordinal, std::vector<sync::MergeNote>& notes);

    // An update of a record that was deleted meanwhile: the values are kept in a conflict record.
    void update_of_deleted(const schema::Change& change, std::vector<sync::MergeNote>& notes);

    // Keeps what others wrote to a record after the author of its delete looked, of its children the whole;
    // the record is still in the set.
    void before_delete(const schema::RecordKey& key, bool is_child, std::vector<sync::MergeNote>& notes);

    [[nodiscard]] bool is_deleted(const schema::Uid& uid) const;
    // The scope that this record was deleted in; nothing when it was not, or was of another entity.
    [[nodiscard]] std::optional<schema::Uid> deleted_scope(const schema::RecordKey& key) const;
    // A conflict record whose scope is being deleted stays, with the admins.
    void move_to_admins(const schema::RecordKey& conflict);
    void remember_deleted(const schema::Record& record);

  private:
    struct Loser {
        schema::FieldNumber field{};
        schema::Policy policy = schema::Policy::last_writer;
        schema::Value winner, loser;
        bool author_won = false;
        schema::Seq current_seq{};  // of the value that was there
    };

    // Did another store set the field, or this element of it, after the author looked?
    bool is_concurrent(const ClockEntry* last, const schema::FieldChange& change) const;
    sync::Merged merge(const schema::Field& field, const schema::FieldChange& change,
                       const StoredRecord& stored, const schema::Value& current, std::uint32_t ordinal);
    // The first entry that the log has of a record: its insert.
    [[nodiscard]] std::optional<LogEntry> first_entry(const schema::Uid& uid) const;
    static bool is_sound(const schema::Field& field, const schema::Value& value);
    sync::Merged unmerged(const schema::Field& field, const schema::FieldChange& change,
                          const schema::Value& current, const ClockEntry* clock) const;
    sync::WriteStamp stamp_over(const ClockEntry* clock) const;
    void keep(const StoredRecord& stored, const Loser& loser, std::vector<sync::MergeNote>& notes);
    std::string display(const schema::Value& value, const schema::Field* field) const;

    storage::Connection& connection_;
    const RecordTables& tables_;
    WorkingSet& set_;
    Moves& moves_;
    const Writing& writing_;
    std::size_t merge_cells_left_ = sync::limits::merge_cells_per_set_max;
};

}  // namespace fieldsync::server
