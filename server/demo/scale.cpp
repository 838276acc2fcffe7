// The demo data's bulk: clients with their leads and what happened to them, properties, and construction
// projects, drawn from a fixed seed. Only the generator's raw numbers are used: the standard leaves
// distributions open.
#include <algorithm>
#include <cstdio>
#include <random>

#include "demo/businesses.hpp"
#include "demo/catalogue.hpp"
#include "fieldsync/schema/calendar.hpp"

namespace fieldsync::server::demo {
namespace {

using schema::Uid;
using schema::Value;

constexpr std::uint64_t kSeed = 20'260'510;
constexpr int kStaff = 20;
// A round is one batch of each transaction: a twentieth of what one unit of scale adds, below 1,000 changes.
constexpr int kRounds = 20;
constexpr int kClientsPerRound = 50;
constexpr int kPropertiesPerRound = 25;
constexpr int kEventsPerLead = 3;  // visits, notes and activities alike
constexpr int kProjects = 100;
constexpr int kPhasesPerProject = 6;

constexpr std::string_view kFirstNames[] = {"Aarav", "Aditi", "Arjun", "Deepa", "Farhan", "Gita",   "Harsh",
                                            "Isha",  "Kabir", "Kavya", "Manoj", "Neha",   "Nikhil", "Pooja",
                                            "Rajat", "Riya",  "Sahil", "Sneha", "Tarun",  "Vidya"};
constexpr std::string_view kLastNames[] = {
    "Agarwal", "Bhatt", "Chauhan", "Dubey",   "Gupta",  "Iyer", "Jain",   "Joshi",  "Khan",   "Malhotra",
    "Mishra",  "Nair",  "Pandey",  "Rathore", "Saxena", "Shah", "Sharma", "Thakur", "Tiwari", "Verma"};
constexpr std::string_view kAreas[] = {"Vijay Nagar",  "Palasia", "Bhawarkua", "Rau",
                                       "Scheme 54",    "MG Road", "Annapurna", "Super Corridor",
                                       "Sudama Nagar", "Nipania"};
constexpr std::string_view kTypes[] = {"flat",       "plot",     "villa",
                                       "commercial", "bungalow", "agricultural_land"};
constexpr std::string_view kOpenStages[] = {"New Lead", "Site Visit Scheduled", "Options Suggested",
                                            "Negotiation", "Site Visit Done"};
constexpr std::string_view kVisitNotes[] = {"Liked the floor plan.", "Found it too small.",
                                            "Wants to see it again.", ""};
constexpr std::string_view kLeadNotes[] = {"Asked for a call next week.", "Budget confirmed.",
                                           "Family will visit too.", "Prefers a corner unit.",
                                           "Loan is being arranged."};
struct PhaseName {
    std::string_view key, name;
};
constexpr PhaseName kPhases[kPhasesPerProject] = {
    {"foundation", "Foundation Works"},      {"structural", "Structural Framing"}, {"masonry", "Masonry"},
    {"services", "Electrical and Plumbing"}, {"finishing", "Finishing"},           {"handover", "Handover"}};

class Scale {
  public:
    Scale(storage::Database& database, const WritePath& path, const Place& agrawal,
          const Place& pak_engineering)
        : database_(database),
          path_(path),
          agrawal_(agrawal),
          pak_engineering_(pak_engineering),
          random_(kSeed) {}

    void add_staff(const PasswordHashes& hashes) {
        write_staff(agrawal_, "@example.com", "staff", hashes);
        write_staff(pak_engineering_, "@engineering.test", "engineer", hashes);
    }

    void add_leads_round() {
        const std::string label = "scale leads " + std::to_string(round_);
        database_.write([&](storage::Connection& connection) {
            Seeding seeding(connection, path_, agrawal_);
            for (int i = 0; i < kPropertiesPerRound; ++i)
                add_property(seeding, round_ * kPropertiesPerRound + i);
            for (int i = 0; i < kClientsPerRound; ++i) add_client(seeding, round_ * kClientsPerRound + i);
            seeding.write(label);
        });
        ++round_;
    }

    void add_projects(int unit) {
        database_.write([&](storage::Connection& connection) {
            Seeding seeding(connection, path_, pak_engineering_);
            for (int i = 0; i < kProjects; ++i) add_project(seeding, unit * kProjects + i);
            seeding.write("scale projects " + std::to_string(unit));
        });
    }

  private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    template <class T, std::size_t N>
    const T& one_of(const T (&from)[N]) {
        return from[below(N)];
    }

    static std::string name_of(std::string_view kind, int number) {
        return "scale " + std::string(kind) + " " + std::to_string(number);
    }

    static Value staff_of(const Seeding& seeding, int number) {
        return seeding.to(entity::user, name_of("staff", number % kStaff));
    }

    void write_staff(const Place& place, std::string_view domain, std::string_view prefix,
                     const PasswordHashes& hashes) {
        std::vector<std::string> texts;
        texts.reserve(3 * kStaff);  // the rows below view them
        const auto keep = [&](std::string value) -> std::string_view {
            return texts.emplace_back(std::move(value));
        };
        std::vector<UserRow> rows;
        for (int i = 0; i < kStaff; ++i) {
            const std::string two_digits = (i < 9 ? "0" : "") + std::to_string(i + 1);
            const auto index = static_cast<std::size_t>(i);
            rows.push_back(
                {keep(name_of("staff", i)),
                 keep(std::string(kFirstNames[index]) + " " + std::string(kLastNames[kStaff - 1 - index])),
                 keep(std::string(prefix) + two_digits + std::string(domain)), "", "", "staff"});
        }
        database_.write([&](storage::Connection& connection) {
            Seeding seeding(connection, path_, place);
            write_users(seeding, rows, hashes.everybody);
        });
    }

    void add_property(Seeding& seeding, int number) {
        const std::string_view area = one_of(kAreas);
        const std::string_view type = one_of(kTypes);
        const std::int64_t at = time_within(120);
        const bool is_rental = below(5) == 0;
        const auto price = static_cast<std::int64_t>(is_rental ? 8'000 + below(60) * 1'000
                                                               : 1'500'000 + below(200) * 100'000);
        seeding.add(entity::property, name_of("property", number),
                    {{"title", "Property " + std::to_string(number + 1) + " in " + std::string(area)},
                     {"type", default_property_type(agrawal_.uid, type)},
                     {"listing_purpose", text(is_rental ? "for_rent" : "for_sale")},
                     {"status", text("published")},
                     {"location", std::string(area) + ", Indore"},
                     {"city", text("Indore")},
                     {"latitude", degrees(22.60 + static_cast<double>(below(2'000)) / 10'000)},
                     {"longitude", degrees(75.75 + static_cast<double>(below(2'000)) / 10'000)},
                     {"area", size(static_cast<std::int64_t>(400 + below(60) * 50))},
                     {"price", money(price)},
                     {"owner", seeding.to(entity::owner, "meena")},
                     {"sourcing_channel", default_channel(agrawal_.uid, "Direct Inquiry")},
                     {"created_at", at},
                     {"updated_at", at}});
    }

    // A client with a requirement and its lead, all of one member of staff.
    void add_client(Seeding& seeding, int number) {
        const std::string first(one_of(kFirstNames)), last(one_of(kLastNames));
        const std::string area(one_of(kAreas));
        const std::int64_t at = time_within(90);
        const Value staff = staff_of(seeding, number);
        const std::string name = name_of("client", number);
        const bool buys = below(4) != 0;
        seeding.add(entity::client, name,
                    {{"first_name", first},
                     {"last_name", last},
                     {"mobile", std::to_string(9'000'000'000 + number)},
                     {"email", text(below(2) == 0 ? "client" + std::to_string(number) + "@mail.test" : "")},
                     {"city", text("Indore")},
                     {"interest_type", text(buys ? "buy" : "rent")},
                     {"sourcing_channel", default_channel(agrawal_.uid, "Referral")},
                     {"assigned_to", staff},
                     {"created_at", at}});

        const bool is_closed = below(5) == 0;
        const auto least =
            static_cast<std::int64_t>(buys ? 1'000'000 + below(80) * 100'000 : 8'000 + below(40) * 1'000);
        seeding.add(entity::requirement, name,
                    {{"client", seeding.to(entity::client, name)},
                     {"interest_type", text(buys ? "buy" : "rent")},
                     {"property_type", text(one_of(kTypes))},
                     {"min_budget", money(least)},
                     {"max_budget", money(least * 3 / 2)},
                     {"preferred_location", area},
                     {"status", text(is_closed ? "closed" : "active")},
                     {"created_at", at}});
        const std::string_view stage = !is_closed      ? one_of(kOpenStages)
                                       : below(2) == 0 ? std::string_view("Closed — Won")
                                                       : std::string_view("Closed — Lost");
        add_lead(seeding, name, stage, staff, at);
    }

    void add_lead(Seeding& seeding, const std::string& name, std::string_view stage, const Value& staff,
                  std::int64_t at) {
        const Value lead = seeding.to(entity::lead, name);
        const Value first_stage = default_stage(agrawal_.uid, "New Lead");
        const Value last_stage = default_stage(agrawal_.uid, stage);
        std::int64_t event_at[kEventsPerLead], last_at = at;
        for (std::int64_t& event : event_at) event = last_at += hours(4 + below(72));
        const bool has_moved = last_stage != first_stage;
        const std::int64_t moved_at = has_moved ? last_at += hours(1 + below(24)) : at;

        seeding.add(entity::lead, name,
                    {{"client", seeding.to(entity::client, name)},
                     {"requirement", seeding.to(entity::requirement, name)},
                     {"stage", last_stage},
                     {"assigned_to", staff},
                     {"stage_changed_at", moved_at},
                     {"last_activity_at", last_at},
                     {"created_at", at}});
        seeding.add(entity::stage_history, name,
                    {{"lead", lead}, {"to_stage", first_stage}, {"changed_by", staff}, {"created_at", at}});
        for (int i = 0; i < kEventsPerLead; ++i) {
            const std::string event = name + " " + std::to_string(i);
            add_visit(seeding, event, lead, first_stage, staff, event_at[i]);
            seeding.add(entity::note, event,
                        {{"lead", lead},
                         {"note", text(one_of(kLeadNotes))},
                         {"created_by", staff},
                         {"created_at", event_at[i]}});
        }
        if (!has_moved) return;
        seeding.add(entity::stage_history, name + " moved",
                    {{"lead", lead},
                     {"from_stage", first_stage},
                     {"to_stage", last_stage},
                     {"changed_by", staff},
                     {"created_at", moved_at}});
    }

    void add_visit(Seeding& seeding, const std::string& event, const Value& lead, const Value& stage,
                   const Value& staff, std::int64_t at) {
        const auto known = (static_cast<std::uint64_t>(round_) + 1) * kPropertiesPerRound;
        const auto property = static_cast<int>(below(known));
        const std::string day = schema::date_at(at, "Asia/Kolkata");
        seeding.add(entity::site_visit, event,
                    {{"lead", lead},
                     {"property", seeding.to(entity::property, name_of("property", property))},
                     {"visit_date", day},
                     {"visit_time", text("11:30")},
                     {"accompanying_staff", text("Office team")},
                     {"notes", text(one_of(kVisitNotes))},
                     {"stage_at_visit", stage},
                     {"logged_by", staff},
                     {"logged_at", at}});
        seeding.add(entity::activity, event,
                    {{"lead", lead},
                     {"action", text("site_visit_logged")},
                     {"description", "Site visit logged for a property on " + day + "."},
                     {"performed_by", staff},
                     {"created_at", at}});
    }

    void add_project(Seeding& seeding, int number) {
        const std::string name = name_of("project", number);
        const std::size_t current = below(kPhasesPerProject);
        seeding.add(entity::project, name,
                    {{"location", seeding.to(entity::location, "karachi")},
                     {"name", "Project " + std::to_string(number + 1)},
                     {"description", text("Residential building")},
                     {"status", text("active")},
                     {"contract_value", money(static_cast<std::int64_t>(1'000'000 + below(90) * 100'000))},
                     {"current_phase_key", text(kPhases[current].key)},
                     {"address", text("Karachi")},
                     {"created_at", time_within(90)}});
        for (std::size_t i = 0; i < kPhasesPerProject; ++i) {
            const auto progress = static_cast<std::int64_t>(i < current    ? 100
                                                            : i == current ? 5 + below(90)
                                                                           : 0);
            seeding.add(entity::phase, name + "/" + std::string(kPhases[i].key),
                        {{"project", seeding.to(entity::project, name)},
                         {"phase_key", text(kPhases[i].key)},
                         {"name", text(kPhases[i].name)},
                         {"status", text(progress == 100 ? "completed"
                                         : progress > 0  ? "in_progress"
                                                         : "pending")},
                         {"progress_percent", progress},
                         {"sort_order", static_cast<std::int64_t>(i + 1)}});
        }
        seeding.add(entity::project_member, name,
                    {{"project", seeding.to(entity::project, name)}, {"user", staff_of(seeding, number)}});
    }

    static std::int64_t hours(std::uint64_t count) {
        return static_cast<std::int64_t>(count) * 3'600'000'000;
    }

    // Some minute of the `days` from the beginning of 2026 on.
    std::int64_t time_within(std::uint64_t days) {
        static const std::int64_t from = schema::parse_utc("2026-01-05T03:30:00Z");
        return from + static_cast<std::int64_t>(below(days * 24 * 60)) * 60'000'000;
    }

    storage::Database& database_;
    const WritePath& path_;
    const Place agrawal_, pak_engineering_;
    std::mt19937_64 random_;
    int round_ = 0;
};

}  // namespace

void seed_scale(storage::Database& database, const WritePath& path, const Place& agrawal,
                const Place& pak_engineering, const PasswordHashes& hashes, int scale) {
    Scale bulk(database, path, agrawal, pak_engineering);
    bulk.add_staff(hashes);
    for (int unit = 0; unit < scale; ++unit) {
        for (int i = 0; i < kRounds; ++i) bulk.add_leads_round();
        bulk.add_projects(unit);
    }
}

}  // namespace fieldsync::server::demo
