// LogModel: the server's change-log, read as it grows and folded into plain maps: what every record was after every
// entry, and who was to see what. What phones and the server's tables hold is compared with this.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "fieldsync/sync/messages.hpp"
#include "simulation/town.hpp"
#include "storage/database.hpp"
#include "write_path/change_log.hpp"

namespace fieldsync::simulation {

using schema::Record;
using schema::RecordKey;
using schema::Seq;

struct Entry {
    server::LogEntry log;
    std::vector<sync::LogChange> changes;
};

class LogModel {
  public:
    // As checksums count them: those of phones that are up to date, and of older ones.
    enum class Of : std::uint8_t { today, before };
    using Sums = std::map<Uid, sync::ScopeChecksum>;

    explicit LogModel(const Town& town) : town_(town) {}

    // Reads what was appended since.
    void follow(server::storage::Database& database);
    // The server was put back to a backup whose log ends there: what follows is forgotten.
    void cut_off(Seq head);

    [[nodiscard]] Seq head() const { return Seq{entries_.size()}; }
    [[nodiscard]] const Entry& entry(Seq seq) const { return entries_.at(schema::number(seq) - 1); }
    [[nodiscard]] bool has(const sync::Cursor& place) const;

    // Null: not there then.
    [[nodiscard]] const Record* find(const RecordKey& key, Seq at) const;
    // In order of uid.
    [[nodiscard]] std::vector<Record> all(schema::EntityNumber entity, Seq at) const;
    void each(Seq at, const std::function<void(const Record&)>& visit) const;

    // The scopes a user is to see after that entry; the nil one is everything.
    [[nodiscard]] std::set<Uid> held(const Uid& user, Seq at) const;
    // Of all scopes, by the records' own.
    [[nodiscard]] Sums sums(Seq at, Of of) const;
    // Of what the entries say; the same on whatever database they are.
    [[nodiscard]] std::uint64_t hash() const;

  private:
    struct Version {
        Seq seq{};
        std::shared_ptr<const Record> record;  // null: gone
        std::uint64_t checksum[2] = {0, 0};
    };

    void fold(const sync::LogChange& change);
    [[nodiscard]] const Version* version(const std::vector<Version>& versions, Seq at) const;

    const Town& town_;
    std::vector<Entry> entries_;
    std::map<RecordKey, std::vector<Version>> records_;
};

}  // namespace fieldsync::simulation
