#include "migration/migration.hpp"

#include <algorithm>
#include <array>

#include "migration/marker.hpp"
#include "migration/table_checksum.hpp"
#include "migration/table_rows.hpp"
#include "records/tables.hpp"

namespace fieldsync::server::migration {
namespace {

using storage::Connection;

// What no work of any kind leaves as it was: a sign-in, a device's contact, a change-set, a new id.
constexpr std::array<std::string_view, 5> kTellingTables{"device", "head", "id_counter", "store", "token"};

using Shapes = std::vector<TableShape>;

bool is_empty(Connection& connection, const TableShape& shape) {
    return !connection.integer("SELECT 1 FROM " + quoted(shape.name) + " LIMIT 1");
}

std::string fingerprint_of(Connection& connection, const Shapes& shapes) {
    TableChecksum checksum;
    for (const TableShape& shape : shapes) {
        if (!std::binary_search(kTellingTables.begin(), kTellingTables.end(), shape.name)) continue;
        checksum.add(shape.name);
        const TableRows rows(shape, connection.dialect());
        std::optional<Values> after;
        for (Page page; !page.is_last;) {
            page = rows.read(connection, after);
            checksum.add(page);
            if (page.rows > 0) after = rows.last_key(page);
        }
    }
    return checksum.finish();
}

std::string difference(const Shapes& from, const Shapes& to) {
    const auto is_in = [](const Shapes& shapes, const TableShape& shape) {
        return std::find(shapes.begin(), shapes.end(), shape) != shapes.end();
    };
    for (const TableShape& shape : from)
        if (!is_in(to, shape)) return shape.name;
    for (const TableShape& shape : to)
        if (!is_in(from, shape)) return shape.name;
    return {};
}

class Migration {
  public:
    Migration(Connection& source, storage::Database& to, storage::CommitPoints& points, Progress& progress)
        : source_(source), to_(to), points_(points), progress_(progress) {}

    Outcome run(const schema::Schema& schema) {
        Outcome outcome;
        refuse_half_migrated(source_);
        prepare_tables(source_, schema);
        shapes_ = table_shapes(source_);
        outcome.problem = claim_target(schema);
        if (!outcome.problem.empty()) return outcome;
        points_.reached(commit_point::marked);

        for (const TableShape& shape : shapes_)
            rows_all_ += TableRows(shape, source_.dialect()).count(source_);
        for (const TableShape& shape : shapes_) copy(shape);
        rows_done_ = 0;
        for (const TableShape& shape : shapes_)
            if (!holds_the_same(shape)) {
                outcome.problem = "the table " + shape.name +
                                  " is not the same in both databases: empty the target and begin again";
                return outcome;
            }
        points_.reached(commit_point::compared);
        to_.write([](Connection& target) { remove_marker(target); });
        outcome.tables = static_cast<std::int64_t>(shapes_.size());
        outcome.rows = rows_done_;
        return outcome;
    }

  private:
    // Marks the target as ours, or says why it cannot be.
    std::string claim_target(const schema::Schema& schema) {
        const std::string fingerprint = fingerprint_of(source_, shapes_);
        return to_.write([&](Connection& target) -> std::string {
            const auto marker = read_marker(target);
            if (marker && *marker != fingerprint)
                return "the target holds a part of another installation, or this one was written to since: "
                       "empty the target and begin again";
            if (!marker)
                for (const TableShape& shape : table_shapes(target))
                    if (!is_empty(target, shape))
                        return "the target is not empty: there are rows in " + shape.name;
            prepare_tables(target, schema);
            const std::string differs = difference(shapes_, table_shapes(target));
            if (!differs.empty())
                return "the table " + differs + " is not one that this version of the program makes";
            if (!marker) write_marker(target, fingerprint);
            return {};
        });
    }

    void copy(const TableShape& shape) {
        const TableRows from(shape, source_.dialect()), to(shape, to_.dialect());
        std::optional<Values> after;
        to_.read([&](Connection& target) {
            after = to.last_key(target);
            if (after) rows_done_ += to.count(target);
        });
        for (Page page; !page.is_last;) {
            page = from.read(source_, after);
            if (page.rows > 0) {
                after = from.last_key(page);
                to_.write([&](Connection& target) { to.insert(target, page); });
                points_.reached(commit_point::page);
            }
            tell("copying", shape, page.rows);
        }
    }

    // Page by page from both, so that neither waits long for the other.
    bool holds_the_same(const TableShape& shape) {
        const TableRows from(shape, source_.dialect()), to(shape, to_.dialect());
        TableChecksum in_source, in_target;
        std::optional<Values> after_in_source, after_in_target;
        for (Page ours, theirs; !ours.is_last || !theirs.is_last;) {
            if (!ours.is_last) {
                ours = from.read(source_, after_in_source);
                in_source.add(ours);
                if (ours.rows > 0) after_in_source = from.last_key(ours);
            }
            if (!theirs.is_last) {
                theirs = to_.read([&](Connection& target) { return to.read(target, after_in_target); });
                in_target.add(theirs);
                if (theirs.rows > 0) after_in_target = to.last_key(theirs);
            }
            tell("comparing", shape, ours.rows);
            if (ours.is_last != theirs.is_last) return false;  // one of them goes on
        }
        return in_source.rows() == in_target.rows() && in_source.finish() == in_target.finish();
    }

    void tell(std::string_view what, const TableShape& shape, std::size_t rows) {
        rows_done_ += static_cast<std::int64_t>(rows);
        progress_.at(what, shape.name, rows_done_, rows_all_);
    }

    Connection& source_;
    storage::Database& to_;
    storage::CommitPoints& points_;
    Progress& progress_;
    Shapes shapes_;
    std::int64_t rows_all_ = 0, rows_done_ = 0;
};

}  // namespace

Outcome migrate(storage::Database& from, storage::Database& to, const schema::Schema& schema,
                storage::CommitPoints& points, Progress& progress) {
    return from.write(
        [&](Connection& source) { return Migration(source, to, points, progress).run(schema); });
}

}  // namespace fieldsync::server::migration
