// Random work on both sides, receipts and chunks in any interleaving, evictions, reopened stores: whatever
// happens the store stays whole (store_check.hpp), and in the end it shows what the server has.
#include <random>

#include "device_test.hpp"
#include "mini_server.hpp"
#include "store_check.hpp"

namespace fieldsync::testing {
namespace {

class RandomTest : public DeviceTest, public ::testing::WithParamInterface<std::uint64_t> {
  protected:
    void SetUp() override { begin_as_staff(); }

    std::uint64_t pick(std::uint64_t n) { return dice_() % n; }
    template <class T>
    const T& one_of(const std::vector<T>& all) {
        return all[pick(all.size())];
    }
    std::vector<Record> all_of(schema::EntityNumber entity) {
        return engine_->query({.entity = entity})->records;
    }
    Value name() { return std::string(1, static_cast<char>('A' + pick(26))); }

    Change client_insert(const Uid& client) {
        return insert_of(entity::client, client,
                         {{field::first_name, name()},
                          {field::last_name, name()},
                          {field::mobile, "9000000000"},
                          {field::channel, world_.channel},
                          {field::interest, "buy"}});
    }
    Change requirement_insert(const Uid& client) {
        return insert_of(entity::requirement, engine_->new_uid(),
                         {{field::requirement_client, client},
                          {field::requirement_interest, "rent"},
                          {field::requirement_notes, "a\nb\nc"}});
    }
    void write_locally() {
        const auto leads = all_of(entity::lead), clients = all_of(entity::client),
                   notes = all_of(entity::note), requirements = all_of(entity::requirement),
                   phases = all_of(entity::phase);
        std::vector<Change> changes;
        switch (pick(8)) {
            case 0: {
                const Uid client = engine_->new_uid();
                changes = {client_insert(client), requirement_insert(client)};
                break;
            }
            case 1:
                if (!clients.empty()) changes = {requirement_insert(one_of(clients).uid)};
                break;
            case 2:
                if (!clients.empty())
                    changes = {update_of(entity::client, one_of(clients).uid, {{field::first_name, name()}})};
                break;
            case 3:
                if (!leads.empty())
                    changes = {update_of(entity::lead, one_of(leads).uid,
                                         {{field::lead_stage,
                                           one_of(std::vector{world_.fresh, world_.talking, world_.won})}})};
                break;
            case 4:
                if (!notes.empty())
                    changes = {update_of(entity::note, one_of(notes).uid, {{field::note, name()}})};
                break;
            case 5:
                if (!requirements.empty()) {
                    const Record& requirement = one_of(requirements);
                    changes = {update_of(
                        entity::requirement, requirement.uid,
                        {{field::requirement_notes, requirement.fields.text(field::requirement_notes) + "\n" +
                                                        std::get<std::string>(name())}})};
                }
                break;
            case 6:
                if (!phases.empty())
                    changes = {update_of(entity::phase, one_of(phases).uid,
                                         {{field::progress, static_cast<std::int64_t>(pick(100))}})};
                break;
            default:
                for (std::uint64_t n = 1 + pick(3); n > 0 && !leads.empty(); --n)
                    changes.push_back(
                        insert_of(entity::note, engine_->new_uid(),
                                  {{field::note_lead, one_of(leads).uid}, {field::note, name()}}));
        }
        clock_.advance_ms(1);
        if (!changes.empty())
            (void)engine_->write(changes);  // may be refused: the client is held for reading alone
    }
    void write_elsewhere(MiniServer& server) {
        const auto& records = server.records();
        const Record record =
            std::next(records.begin(), static_cast<std::ptrdiff_t>(pick(records.size())))->second;
        if (record.entity == entity::note && pick(3) == 0)
            return server.write(remove_of(entity::note, record.uid));
        if (record.entity == entity::note)
            return server.write(update_of(entity::note, record.uid, {{field::note, name()}}));
        if (record.entity == entity::client)
            return server.write(update_of(entity::client, record.uid, {{field::first_name, name()}}));
        if (record.entity == entity::lead)
            return server.write(update_of(
                entity::lead, record.uid,
                {{field::lead_stage, one_of(std::vector{world_.fresh, world_.talking, world_.won})}}));
        if (record.entity == entity::requirement)
            return server.write(
                update_of(entity::requirement, record.uid, {{field::requirement_notes, "x\na\nb\nc"}}));
        server.write(insert_of(entity::note, engine_->new_uid(),
                               {{field::note_lead, world_.lead}, {field::note, name()}}));
    }
    void push(MiniServer& server, std::size_t sets_max) {
        for (const sync::ChangeSet& set : session().outbox(0, 1 << 20, 1 + sets_max))
            if (receipts_.size() < 20) receipts_.push_back(server.push(set, pick(8) == 0));
    }
    void hear_receipts(std::size_t n) {
        n = std::min(n, receipts_.size());
        session().store_receipts({receipts_.begin(), receipts_.begin() + static_cast<std::ptrdiff_t>(n)});
        receipts_.erase(receipts_.begin(), receipts_.begin() + static_cast<std::ptrdiff_t>(n));
    }
    void move_a_scope(MiniServer& server) {
        std::vector<Uid> roots;
        for (const auto& [key, record] : server.records())
            if (key.entity == entity::lead || key.entity == entity::client) roots.push_back(key.uid);
        const Uid scope = one_of(roots);
        if (server.granted().contains(scope))
            apply(server.evict(scope));
        else
            server.grant(scope);
    }
    void check() {
        close();
        check_store(options().path, *schema_);
        open();
    }

    std::mt19937_64 dice_{GetParam()};
    std::vector<sync::Receipt> receipts_;
};

TEST_P(RandomTest, stays_whole_and_converges) {
    MiniServer server(world_, GetParam());
    for (int step = 0; step < 250; ++step) {
        switch (pick(10)) {
            case 0:
            case 1:
            case 2:
            case 3:
                write_locally();
                break;
            case 4:
                write_elsewhere(server);
                break;
            case 5:
                push(server, pick(6));
                break;
            case 6:
                hear_receipts(1 + pick(6));
                break;
            case 7:
            case 8:
                apply(server.next_chunk(1 + pick(6)));
                break;
            default:
                if (pick(4) == 0)
                    move_a_scope(server);
                else if (pick(4) == 0)
                    session().renumber();
        }
        if (step % 50 == 49) check();
        if (HasFailure()) FAIL() << "seed " << GetParam() << ", step " << step;
    }
    for (int rounds = 0; rounds < 500; ++rounds) {
        push(server, 20);
        hear_receipts(20);
        apply(server.next_chunk(50));
        if (server.is_all_sent() && engine_->status().pending == 0) break;
    }
    EXPECT_EQ(engine_->status().pending, 0U) << "seed " << GetParam();
    EXPECT_EQ(engine_->status().ignored_changes, 0U);
    std::map<RecordKey, Record> expected, actual;
    for (const auto& [key, record] : server.records())
        if (server.granted().contains(record.scope)) expected[key] = record;
    for (const schema::EntityTable& table : schema_->entities())
        for (const Record& record : all_of(table.number())) actual[{record.entity, record.uid}] = record;
    for (const auto& [key, record] : expected) {
        ASSERT_TRUE(actual.contains(key)) << key.uid.to_string() << " of " << schema_->at(key.entity).name();
        EXPECT_EQ(actual[key], record) << key.uid.to_string() << " of " << schema_->at(key.entity).name();
    }
    EXPECT_EQ(actual.size(), expected.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomTest, ::testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace fieldsync::testing
