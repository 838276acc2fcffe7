#include "prepared_store.hpp"

#include <map>

#include "fieldsync/schema/entities.hpp"

namespace fieldsync::testing {
namespace {

namespace entity = schema::entity;
using schema::Record;
using schema::Seq;
using schema::Uid;
using schema::Value;

constexpr std::uint64_t kSeq = 100;

// Fields by their names: short to write, and to read.
Record record_of(schema::EntityNumber entity, const Uid& uid, const Uid& scope, std::int64_t id,
                 std::map<std::string, Value> fields) {
    Record record;
    record.entity = entity;
    record.uid = uid;
    record.scope = scope;
    record.id = id;
    record.seq = Seq{kSeq};
    for (auto& [name, value] : fields)
        record.fields.set(schema::Schema::current().at(entity).field(name)->number, std::move(value));
    return record;
}

std::string text(const char* content) {
    return content;
}

std::vector<Record> business_records() {
    const auto of_business = [](schema::EntityNumber entity, const Uid& uid, std::int64_t id,
                                std::map<std::string, Value> fields) {
        return record_of(entity, uid, kBusiness, id, std::move(fields));
    };
    return {
        of_business(entity::business, kBusiness, 1,
                    {{"business_name", text("Acme Homes")}, {"time_zone", text("Asia/Kolkata")}}),
        of_business(entity::user, kStaff, 1, {{"name", text("Sam Staff")}, {"user_type", text("staff")}}),
        of_business(entity::user, kAdmin, 2, {{"name", text("Ada Admin")}, {"user_type", text("admin")}}),
        of_business(entity::stage, kNewStage, 1,
                    {{"name", text("New")}, {"order", std::int64_t{1}}, {"is_default", true}}),
        of_business(entity::stage, kTalkingStage, 2, {{"name", text("Talking")}, {"order", std::int64_t{2}}}),
        of_business(entity::stage, kWonStage, 3,
                    {{"name", text("Won")}, {"order", std::int64_t{3}}, {"is_closed_won", true}}),
        of_business(entity::stage, uid(0x13), 4, {{"name", text("won")}, {"order", std::int64_t{4}}}),
        of_business(entity::sourcing_channel, uid(0x20), 1, {{"name", text("Walk-in")}}),
        of_business(entity::property_type, uid(0x21), 1, {{"name", text("Flat")}, {"slug", text("flat")}}),
        of_business(entity::property, kProperty, 7,
                    {{"title", text("Süd-Blick 3BHK")},
                     {"type", uid(0x21)},
                     {"listing_purpose", text("for_sale")},
                     {"status", text("published")},
                     {"latitude", std::int64_t{-123'456'789}},
                     {"area", std::int64_t{120'050}},
                     {"price", std::int64_t{450'000'000}},
                     {"description", text("two rooms\nand a \"view\"")},
                     {"features", schema::StringSet{"lift", "pool"}},
                     {"updated_at", kNoonUs}}),
        of_business(entity::property, uid(0x23), 8,
                    {{"title", text("Hill Plot")},
                     {"type", uid(0x21)},
                     {"listing_purpose", text("for_sale")},
                     {"status", text("published")}}),
    };
}

std::vector<Record> client_records() {
    return {
        record_of(entity::client, kClient, kClient, 5,
                  {{"first_name", text("Rita")},
                   {"last_name", text("Rao")},
                   {"mobile", text("9876543210")},
                   {"sourcing_channel", uid(0x20)},
                   {"interest_type", text("buy")},
                   {"assigned_to", kStaff}}),
        record_of(entity::requirement, kRequirement, kClient, 6,
                  {{"client", kClient}, {"interest_type", text("buy")}, {"max_budget", std::int64_t{5}}})};
}

std::vector<Record> lead_records() {
    return {
        record_of(entity::lead, kLead, kLead, 8,
                  {{"client", kClient},
                   {"requirement", kRequirement},
                   {"stage", kNewStage},
                   {"assigned_to", kStaff},
                   {"last_activity_at", kNoonUs - 1}}),
        record_of(entity::site_visit, kVisit, kLead, 9,
                  {{"lead", kLead},
                   {"property", kProperty},
                   {"visit_date", text("2026-05-19")},
                   {"visit_time", text("16:30")},
                   {"accompanying_staff", text("Olu")},
                   {"stage_at_visit", kNewStage},
                   {"logged_by", kStaff},
                   {"logged_at", kNoonUs}}),
        record_of(
            entity::note, kNote, kLead, 10,
            {{"lead", kLead}, {"note", text("call back")}, {"created_by", kStaff}, {"created_at", kNoonUs}}),
        record_of(entity::conflict, kConflict, kLead, 11,
                  {{"record_scope", kLead},
                   {"entity", text("lead")},
                   {"record", kLead},
                   {"field", text("stage")},
                   {"policy", text("closed_wins")},
                   {"winner_value", text("\"Won\"")},
                   {"loser_value", text("\"Talking\"")},
                   {"winner_user", kAdmin},
                   {"loser_user", kStaff},
                   {"winner_at", kNoonUs - 2'000'000},
                   {"loser_at", kNoonUs - 1'000'000},
                   {"created_at", kNoonUs}})};
}

std::vector<Record> project_records() {
    const Uid project = uid(0x40);
    return {
        record_of(entity::project, project, project, 12,
                  {{"name", text("Tower")}, {"contract_value", std::int64_t{1}}}),
        record_of(entity::project_member, uid(0x42), project, 13, {{"project", project}, {"user", kStaff}}),
        record_of(entity::phase, kPhase, project, 14,
                  {{"project", project},
                   {"phase_key", text("base")},
                   {"name", text("Foundation")},
                   {"progress_percent", std::int64_t{10}}})};
}

std::string placeholder(std::string name) {
    constexpr std::size_t kUidLength = 36;
    return "<" + name + std::string(kUidLength - 2 - name.size(), '.') + ">";
}

schema::Change change_of(schema::EntityNumber entity, const Uid& uid, schema::Operation operation,
                         std::map<std::string, Value> fields) {
    schema::Change change;
    change.entity = entity;
    change.uid = uid;
    change.operation = operation;
    for (auto& [name, value] : fields)
        change.set(schema::Schema::current().at(entity).field(name)->number, std::move(value));
    return change;
}

}  // namespace

Uid uid(std::uint8_t n) {
    Uid made;
    made.bytes[0] = 0x01;
    made.bytes[6] = 0x70;
    made.bytes[8] = 0x80;
    made.bytes[15] = n;
    return made;
}

sync::Chunk everything() {
    sync::Chunk chunk;
    chunk.cursor = {Seq{kSeq}, 7};
    chunk.head = Seq{kSeq};
    chunk.is_last = true;
    const auto add = [&](const Uid& scope, std::vector<Record> records) {
        chunk.begun.push_back({scope, Seq{kSeq}});
        chunk.parts.push_back({scope, Seq{kSeq}, "end", true, std::move(records)});
    };
    add(kBusiness, business_records());
    add(kClient, client_records());
    add(kLead, lead_records());
    add(uid(0x40), project_records());
    return chunk;
}

PreparedStore::PreparedStore(std::string server) {
    device::EngineOptions options;
    options.path = directory_.path() / "store";
    options.clock = &clock_;
    options.random = &random_;
    options.map_size_first = std::size_t{1} << 20;
    auto opened = device::Engine::open(options);
    if (opened.has_error()) throw std::runtime_error(opened.error().message);
    engine_ = std::move(*opened);
    device::Account account{std::move(server), "token",     kStaff,           kBusiness,
                            "staff",           "Sam Staff", "sam@example.com"};
    if (engine_->sign_in(account).has_error()) throw std::runtime_error("not signed in");
    sync::Welcome welcome;
    welcome.server_time_us = kNoonUs + 1'500'000;
    welcome.head = {Seq{kSeq}, 7};
    engine_->session_store().welcomed(welcome);
    engine_->session_store().apply(everything());
    engine_->set_sync_state("done");
    names_ = {{engine_->device().to_string(), placeholder("device")},
              {engine_->store().to_string(), placeholder("store")}};
}

Uid PreparedStore::write(schema::Change change, const std::string& name) {
    clock_.advance_ms(1000);
    const auto written = engine_->write({std::move(change)});
    if (written.has_error()) throw std::runtime_error(written.error().word + ": " + written.error().message);
    names_.emplace_back(written->change_set.to_string(), placeholder(name));
    return written->change_set;
}

void PreparedStore::do_some_work() {
    using schema::Operation;
    const Uid note = write(
        change_of(entity::note, uid(0x50), Operation::insert, {{"lead", kLead}, {"note", text("too late")}}),
        "change-set 1");
    const Uid visit = write(change_of(entity::site_visit, uid(0x51), Operation::insert,
                                      {{"lead", kLead},
                                       {"property", kProperty},
                                       {"visit_date", text("2026-05-20")},
                                       {"visit_time", text("09:15")},
                                       {"accompanying_staff", text("Olu")}}),
                            "change-set 2");
    write(change_of(entity::lead, kLead, Operation::update,
                    {{"stage", kTalkingStage}, {"stage_note", text("on the phone")}}),
          "change-set 3");
    sync::Receipt rejection;
    rejection.change_set = note;
    rejection.status = sync::ReceiptStatus::rejected;
    rejection.seq = Seq{kSeq};
    rejection.code = "validation_failed";
    rejection.message = "Validation failed.";
    rejection.errors = {{"note", schema::Broken::too_long, 5, {}, 0}};
    sync::Receipt applied;
    applied.change_set = visit;
    applied.seq = Seq{kSeq + 1};  // the cursor has not come there
    applied.scopes = {kLead};
    engine_->session_store().store_receipts({rejection, applied});
}

std::string PreparedStore::readable(std::string content) const {
    for (const auto& [raw, name] : names_)  // as long as a uid: tables stay aligned
        for (auto at = content.find(raw); at != std::string::npos; at = content.find(raw))
            content.replace(at, raw.size(), name);
    return content;
}

Ended PreparedStore::run(std::vector<std::string> arguments, std::vector<std::string> environment) const {
    arguments.insert(arguments.begin(), {"--store", directory()});
    return run_program(std::move(arguments), std::move(environment));
}

}  // namespace fieldsync::testing
