// What an aggregate's file gives the rulebook: three pure functions per entity, any of them absent.
#pragma once

#include <vector>

#include "fieldsync/schema/rules.hpp"

namespace fieldsync::schema::rules {

struct EffectInput {
    const Change& change;
    const Record* before;
    const Record* after;
    const RuleContext& context;
};

struct EntityRules {
    EntityNumber entity{};
    void (*complete)(Change&, const RuleContext&) = nullptr;
    std::optional<Refusal> (*check)(const Change&, const Record* before, const RuleContext&) = nullptr;
    void (*effects)(const EffectInput&, std::vector<Change>& out) = nullptr;
};

std::vector<EntityRules> client_rules();
std::vector<EntityRules> lead_rules();
std::vector<EntityRules> project_rules();
std::vector<EntityRules> user_rules();

// Shorthand for effects.
Change insert_of(EntityNumber entity, const Uid& uid);
Change update_of(EntityNumber entity, const Uid& uid);

// The activity entry of an action on a lead, and the lead's `last_activity_at`.
void log_activity(const EffectInput& input, const Record& lead, std::string_view action,
                  std::string description, std::vector<Change>& out);

// Work is given to people who are there to do it: active admins and staff. Nothing where the field is not
// changed.
std::optional<Refusal> check_assignee(const Change& change, FieldNumber field, std::string_view name,
                                      const RuleContext& context);

Refusal invalid(std::string field, Broken broken, std::int64_t limit = 0, std::string text = {},
                std::uint8_t scale = 0);

}  // namespace fieldsync::schema::rules
