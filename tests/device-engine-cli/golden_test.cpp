// What programs and people read, byte for byte. FIELDSYNC_UPDATE_GOLDEN=1 writes the files anew: look at the
// difference.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "prepared_store.hpp"

namespace fieldsync::testing {
namespace {

class Golden : public ::testing::Test {
  protected:
    void expect(const std::string& file_name, std::vector<std::string> arguments) {
        const Ended ended = store_.run(std::move(arguments));
        EXPECT_EQ(ended.exit, 0) << ended.err;
        EXPECT_EQ(ended.err, "");
        const std::string said = store_.readable(ended.out);
        const std::string file = std::string(FIELDSYNC_GOLDEN_DIR) + "/" + file_name;
        if (std::getenv("FIELDSYNC_UPDATE_GOLDEN") != nullptr) std::ofstream(file) << said;
        std::ifstream in(file);
        std::ostringstream wanted;
        wanted << in.rdbuf();
        EXPECT_EQ(said, wanted.str()) << file;
    }

    PreparedStore store_;
};

TEST_F(Golden, ListsRecordsWithEveryKindOfValue) {
    expect("list_property.json", {"list", "property", "--sort", "title", "--json"});
}

TEST_F(Golden, GetsOneRecord) {
    expect("get_phase.json", {"--json", "get", "phase", "14"});
}

TEST_F(Golden, AnEmptyListIsAnEmptyArray) {
    expect("list_none.json", {"--json", "list", "site_visit", "--where", "visit_date=2020-01-01"});
}

TEST_F(Golden, ShowsTheStatus) {
    expect("status.json", {"status", "--json"});
}

TEST_F(Golden, ShowsTheOutbox) {
    store_.do_some_work();
    expect("outbox.json", {"outbox", "--json"});
}

TEST_F(Golden, ShowsWhatWasRejected) {
    store_.do_some_work();
    expect("rejected.json", {"rejected", "--json"});
}

TEST_F(Golden, ShowsConflicts) {
    expect("conflicts.json", {"conflicts", "--json"});
}

TEST_F(Golden, ShowsALeadWithItsVisitsAndNotes) {
    expect("lead_show.json", {"lead", "show", "8", "--json"});
}

TEST_F(Golden, ListsLeads) {
    expect("leads.json", {"leads", "--json"});
}

TEST_F(Golden, ShowsTablesToPeople) {
    expect("list_property.txt", {"list", "property", "--sort", "-title"});
    expect("leads.txt", {"leads"});
    expect("lead_show.txt", {"lead", "show", kLead.to_string()});
    expect("status.txt", {"status"});
    store_.do_some_work();
    expect("outbox.txt", {"outbox"});
    expect("rejected.txt", {"rejected"});
    expect("conflicts.txt", {"conflicts"});
}

}  // namespace
}  // namespace fieldsync::testing
