// A small business as a device's server would send it, and chunks and receipts written down in place.
#pragma once

#include <string>
#include <vector>

#include "fieldsync/device/account.hpp"
#include "fieldsync/schema/entities.hpp"
#include "fieldsync/schema/rules.hpp"
#include "fieldsync/sync/messages.hpp"

namespace fieldsync::testing {

namespace entity = schema::entity;
using schema::Change;
using schema::FieldMap;
using schema::FieldNumber;
using schema::Operation;
using schema::Record;
using schema::RecordKey;
using schema::Seq;
using schema::Uid;
using schema::Value;

namespace field {
using namespace schema;
inline constexpr auto business_name = number_of<business_fields>("business_name");
inline constexpr auto time_zone = number_of<business_fields>("time_zone");
inline constexpr auto user_type = number_of<user_fields>("user_type");
inline constexpr auto user_name = number_of<user_fields>("name");
inline constexpr auto stage_name = number_of<stage_fields>("name");
inline constexpr auto stage_order = number_of<stage_fields>("order");
inline constexpr auto stage_default = number_of<stage_fields>("is_default");
inline constexpr auto stage_won = number_of<stage_fields>("is_closed_won");
inline constexpr auto channel_name = number_of<sourcing_channel_fields>("name");
inline constexpr auto title = number_of<property_fields>("title");
inline constexpr auto property_type = number_of<property_fields>("type");
inline constexpr auto listing_purpose = number_of<property_fields>("listing_purpose");
inline constexpr auto property_status = number_of<property_fields>("status");
inline constexpr auto description = number_of<property_fields>("description");
inline constexpr auto features = number_of<property_fields>("features");
inline constexpr auto price = number_of<property_fields>("price");
inline constexpr auto city = number_of<property_fields>("city");
inline constexpr auto is_managed = number_of<property_fields>("is_managed");
inline constexpr auto first_name = number_of<client_fields>("first_name");
inline constexpr auto last_name = number_of<client_fields>("last_name");
inline constexpr auto mobile = number_of<client_fields>("mobile");
inline constexpr auto address = number_of<client_fields>("address");
inline constexpr auto channel = number_of<client_fields>("sourcing_channel");
inline constexpr auto interest = number_of<client_fields>("interest_type");
inline constexpr auto client_assigned_to = number_of<client_fields>("assigned_to");
inline constexpr auto requirement_client = number_of<requirement_fields>("client");
inline constexpr auto requirement_interest = number_of<requirement_fields>("interest_type");
inline constexpr auto requirement_notes = number_of<requirement_fields>("notes");
inline constexpr auto requirement_status = number_of<requirement_fields>("status");
inline constexpr auto lead_client = number_of<lead_fields>("client");
inline constexpr auto lead_requirement = number_of<lead_fields>("requirement");
inline constexpr auto lead_stage = number_of<lead_fields>("stage");
inline constexpr auto lead_assigned_to = number_of<lead_fields>("assigned_to");
inline constexpr auto last_activity_at = number_of<lead_fields>("last_activity_at");
inline constexpr auto stage_note = number_of<lead_fields>("stage_note");
inline constexpr auto history_lead = number_of<stage_history_fields>("lead");
inline constexpr auto visit_lead = number_of<site_visit_fields>("lead");
inline constexpr auto visit_property = number_of<site_visit_fields>("property");
inline constexpr auto visit_date = number_of<site_visit_fields>("visit_date");
inline constexpr auto visit_time = number_of<site_visit_fields>("visit_time");
inline constexpr auto visit_staff = number_of<site_visit_fields>("accompanying_staff");
inline constexpr auto stage_at_visit = number_of<site_visit_fields>("stage_at_visit");
inline constexpr auto logged_by = number_of<site_visit_fields>("logged_by");
inline constexpr auto note_lead = number_of<note_fields>("lead");
inline constexpr auto note = number_of<note_fields>("note");
inline constexpr auto activity_lead = number_of<activity_fields>("lead");
inline constexpr auto project_name = number_of<project_fields>("name");
inline constexpr auto project_status = number_of<project_fields>("status");
inline constexpr auto member_project = number_of<project_member_fields>("project");
inline constexpr auto member_user = number_of<project_member_fields>("user");
inline constexpr auto phase_project = number_of<phase_fields>("project");
inline constexpr auto phase_key = number_of<phase_fields>("phase_key");
inline constexpr auto phase_name = number_of<phase_fields>("name");
inline constexpr auto phase_status = number_of<phase_fields>("status");
inline constexpr auto progress = number_of<phase_fields>("progress_percent");
inline constexpr auto notice_user = number_of<notification_fields>("user");
inline constexpr auto notice_title = number_of<notification_fields>("title");
inline constexpr auto is_read = number_of<notification_fields>("is_read");
}  // namespace field

// A UUIDv7 that tests can write down.
Uid uid(std::uint16_t n);

// Who and what there is. Scopes: the business, its admins, the client, the lead, the project, the users.
struct World {
    Uid business = uid(1), staff = uid(2), admin = uid(3), other_staff = uid(4);
    Uid fresh = uid(10), talking = uid(11), won = uid(12);  // stages: the default, an open one, a closed one
    Uid channel = uid(20), type = uid(21), property = uid(22);
    Uid client = uid(30), requirement = uid(31), lead = uid(32);
    Uid project = uid(40), member = uid(41), phase = uid(42), notice = uid(43);

    [[nodiscard]] device::Account staff_account() const;
    [[nodiscard]] device::Account admin_account() const;

    // As of `seq`, each in its scope, with ids.
    [[nodiscard]] std::vector<Record> business_records(std::uint64_t seq) const;
    [[nodiscard]] std::vector<Record> client_records(std::uint64_t seq) const;
    [[nodiscard]] std::vector<Record> lead_records(std::uint64_t seq) const;
    [[nodiscard]] std::vector<Record> project_records(std::uint64_t seq) const;
    [[nodiscard]] std::vector<Record> staff_records(std::uint64_t seq) const;  // his notifications
    // All of these as complete snapshots, and the cursor at `seq`.
    [[nodiscard]] sync::Chunk everything(std::uint64_t seq) const;
};

Record make_record(schema::EntityNumber entity, const Uid& uid, const Uid& scope, std::uint64_t seq,
                   std::vector<FieldMap::Item> fields, std::int64_t id = 0);

// Chunks, step by step.
class ChunkOf {
  public:
    explicit ChunkOf(std::uint64_t cursor) { chunk_.cursor = {Seq{cursor}, cursor * 1000 + 7}; }
    ChunkOf& begin(const Uid& scope, std::uint64_t start);
    ChunkOf& evict(const Uid& scope);
    ChunkOf& part(const Uid& scope, std::uint64_t read_at, std::vector<Record> records, bool is_done = true,
                  std::string position = "p");
    ChunkOf& update(const Record& record, std::uint64_t seq, std::vector<FieldMap::Item> fields);
    ChunkOf& whole(const Record& record, std::uint64_t seq);  // in the record's scope
    ChunkOf& remove(const Record& record, std::uint64_t seq);
    ChunkOf& gone(const Record& record, const Uid& old_scope, std::uint64_t seq);
    ChunkOf& last();
    operator const sync::Chunk&() const { return chunk_; }

  private:
    sync::Chunk chunk_;
};

Change insert_of(schema::EntityNumber entity, const Uid& uid, std::vector<FieldMap::Item> fields);
Change update_of(schema::EntityNumber entity, const Uid& uid, std::vector<FieldMap::Item> fields);
Change remove_of(schema::EntityNumber entity, const Uid& uid);

sync::Welcome welcome_at(std::int64_t server_time_us, sync::Limits limits = {});
sync::Receipt receipt_of(const Uid& change_set, std::uint64_t seq, std::vector<Uid> scopes,
                         std::vector<sync::IdGiven> ids = {});
sync::Receipt rejection_of(const Uid& change_set, std::uint64_t seq, std::string code = "forbidden");

}  // namespace fieldsync::testing
