// User: whom a business's admins may make.
#include "fieldsync/schema/entities.hpp"
#include "rules/aggregate.hpp"

namespace fieldsync::schema::rules {
namespace {

constexpr auto kUserType = number_of<user_fields>("user_type");

// The platform's own people are not made from inside a business.
std::optional<Refusal> check_user(const Change& change, const Record* before, const RuleContext& context) {
    if (context.author.is_system) return std::nullopt;
    const auto* type = get_if<std::string>(change.get(kUserType));
    const bool was_super = before != nullptr && before->fields.text(kUserType) == "super_admin";
    if (was_super || (type != nullptr && *type == "super_admin"))
        return invalid("user_type", Broken::selected);
    return std::nullopt;
}

}  // namespace

std::vector<EntityRules> user_rules() {
    return {{.entity = entity::user, .check = check_user}};
}

}  // namespace fieldsync::schema::rules
