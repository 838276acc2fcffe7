// Project and phases: progress that a site engineer enters reaches the client.
#include "fieldsync/schema/entities.hpp"
#include "rules/aggregate.hpp"

namespace fieldsync::schema::rules {
namespace {

constexpr auto kProject = number_of<phase_fields>("project");
constexpr auto kPhaseName = number_of<phase_fields>("name");
constexpr auto kPhaseStatus = number_of<phase_fields>("status");
constexpr auto kProgress = number_of<phase_fields>("progress_percent");
constexpr auto kProjectName = number_of<project_fields>("name");
constexpr auto kClientUser = number_of<project_fields>("client_user");

constexpr auto kMemberUser = number_of<project_member_fields>("user");
constexpr auto kNoticeUser = number_of<notification_fields>("user");
constexpr auto kNoticeTitle = number_of<notification_fields>("title");
constexpr auto kNoticeBody = number_of<notification_fields>("body");
constexpr auto kNoticeAt = number_of<notification_fields>("created_at");

std::optional<Refusal> check_member(const Change& change, const Record*, const RuleContext& context) {
    return check_assignee(change, kMemberUser, "user", context);
}

// Work that has begun is no longer pending, and the project's client hears of it.
void phase_effects(const EffectInput& input, std::vector<Change>& out) {
    if (input.change.operation != Operation::update || input.change.find(kProgress) == nullptr) return;
    const RuleContext& context = input.context;
    const std::int64_t progress = input.after->fields.integer(kProgress);
    if (progress == input.before->fields.integer(kProgress)) return;

    const std::string status = input.after->fields.text(kPhaseStatus);
    if (progress > 0 && (status.empty() || status == "pending") &&
        input.change.find(kPhaseStatus) == nullptr) {
        Change phase = update_of(entity::phase, input.change.uid);
        phase.set(kPhaseStatus, std::string("in_progress"));
        out.push_back(std::move(phase));
    }

    const auto project = context.records.find(entity::project, input.after->fields.uid(kProject));
    const Uid client = project ? project->fields.uid(kClientUser) : Uid{};
    if (client.is_nil()) return;
    Change notice = insert_of(entity::notification, effect_uid(input.change.uid, context.change_set,
                                                               "notification", context.ordinal));
    notice.set(kNoticeUser, client);
    notice.set(kNoticeTitle, std::string("Phase update"));
    notice.set(kNoticeBody, input.after->fields.text(kPhaseName) + " is now " + std::to_string(progress) +
                                "% complete on " + project->fields.text(kProjectName));
    notice.set(kNoticeAt, context.made_at_us);
    out.push_back(std::move(notice));
}

}  // namespace

std::vector<EntityRules> project_rules() {
    return {
        {.entity = entity::project_member, .check = check_member},
        {.entity = entity::phase, .effects = phase_effects},
    };
}

}  // namespace fieldsync::schema::rules
