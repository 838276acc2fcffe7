// The rulebook's entry: what holds for every entity, and the dispatch to the aggregates' own rules.
#include <algorithm>
#include <array>

#include "fieldsync/schema/entities.hpp"
#include "rules/aggregate.hpp"

namespace fieldsync::schema {
namespace rules {
namespace {

constexpr std::size_t kEntityNumbers = 64;

const std::array<EntityRules, kEntityNumbers>& rulebook() {
    static const auto book = [] {
        std::array<EntityRules, kEntityNumbers> all{};
        for (const auto& part : {client_rules(), lead_rules(), project_rules(), user_rules()})
            for (const EntityRules& entry : part) all.at(number(entry.entity)) = entry;
        return all;
    }();
    return book;
}

const EntityRules& rules_of(EntityNumber entity) {
    static const EntityRules none;
    return number(entity) < kEntityNumbers ? rulebook()[number(entity)] : none;
}

Refusal forbidden() {
    return {"forbidden", "You may not do this.", {}};
}

// The scope that an insert will be in, before the record exists.
Uid scope_of_insert(const Change& change, const RuleContext& context) {
    Record draft;
    draft.entity = change.entity;
    draft.uid = change.uid;
    for (const FieldChange& item : change.fields) draft.fields.set(item.field, item.value);
    return scope_of(context.schema, draft, context.business);
}

bool holds(const Uid& scope, const RuleContext& context, bool for_writing) {
    return context.author.is_admin ||
           staff_holds(context.author.user, scope, context.records, context.business, for_writing);
}

bool held_since(const Uid& scope, const RuleContext& context) {
    return context.held_since != nullptr && (*context.held_since)(scope);
}

bool allows(Writer writer, const Author& author) {
    return writer == Writer::staff || (writer == Writer::admin && author.is_admin);
}

std::optional<Refusal> check_rights(const Change& change, const Record* before, const RuleContext& context) {
    const Entity& entity = context.schema.at(change.entity).entity();
    if (context.author.is_system || context.author.user.is_nil()) {
        return context.author.is_system ? std::nullopt : std::optional(forbidden());
    }
    switch (change.operation) {
        case Operation::insert: {
            if (!allows(entity.inserter, context.author)) return forbidden();
            if (entity.scope == ScopeKind::own) return std::nullopt;
            const Uid scope = scope_of_insert(change, context);
            if (scope.is_nil()) return std::nullopt;  // the relation is missing: validation says so
            if (holds(scope, context, true)) return std::nullopt;
            if (entity.history_right && held_since(scope, context)) return std::nullopt;
            // A parent that is not there (for him) is a wrong relation, not a missing right.
            if (!holds(scope, context, false)) return std::nullopt;
            return forbidden();
        }
        case Operation::update:
            return holds(before->scope, context, true) ? std::nullopt : std::optional(forbidden());
        case Operation::remove:
            if (!allows(entity.deleter, context.author)) return forbidden();
            return holds(before->scope, context, true) ? std::nullopt : std::optional(forbidden());
        case Operation::gone:
            break;
    }
    return forbidden();
}

bool is_named(const FieldErrors& errors, std::string_view field) {
    return std::any_of(errors.begin(), errors.end(),
                       [=](const FieldError& error) { return error.field == field; });
}

// One field, one reason from here: what validation said of it stands.
void add_errors(const FieldErrors& more, FieldErrors& errors) {
    for (const FieldError& error : more)
        if (!is_named(errors, error.field)) errors.push_back(error);
}

bool seen_since(const RecordKey& record, const RuleContext& context) {
    return context.seen_since != nullptr && (*context.seen_since)(record);
}

void check_relations(const Change& change, const RuleContext& context, FieldErrors& errors) {
    const EntityTable& table = context.schema.at(change.entity);
    for (const FieldChange& item : change.fields) {
        const Field* field = table.field(item.field);
        const Uid* target = std::get_if<Uid>(&item.value);
        if (field == nullptr || field->type != Type::relation || target == nullptr) continue;
        if (is_named(errors, field->name)) continue;
        const bool own_only =
            field->writer == Writer::own && !context.author.is_admin && !context.author.is_system;
        if (own_only && *target != context.author.user) {
            errors.push_back({std::string(field->name), Broken::not_allowed, 0, {}, 0});
            continue;
        }
        if (number(field->target) == 0 || context.schema.find(field->target) == nullptr) continue;
        const auto record = context.records.find(field->target, *target);
        const bool is_visible = record && (context.author.is_system || holds(record->scope, context, false) ||
                                           held_since(record->scope, context));
        // What he saw and is gone since counts too, but nothing becomes the child of a deleted parent.
        const bool may_be_gone = record || field->name != table.entity().scope_field;
        const bool visible = is_visible || (may_be_gone && seen_since({field->target, *target}, context));
        if (!visible) errors.push_back({std::string(field->name), Broken::selected, 0, {}, 0});
    }
}

}  // namespace

Change insert_of(EntityNumber entity, const Uid& uid) {
    Change change;
    change.entity = entity;
    change.uid = uid;
    change.operation = Operation::insert;
    return change;
}

Change update_of(EntityNumber entity, const Uid& uid) {
    Change change = insert_of(entity, uid);
    change.operation = Operation::update;
    return change;
}

std::optional<Refusal> check_assignee(const Change& change, FieldNumber field, std::string_view name,
                                      const RuleContext& context) {
    constexpr auto kUserType = number_of<user_fields>("user_type");
    constexpr auto kIsActive = number_of<user_fields>("is_active");
    const auto* uid = get_if<Uid>(change.get(field));
    if (uid == nullptr || context.author.is_system) return std::nullopt;
    const auto user = context.records.find(entity::user, *uid);
    const std::string type = user ? user->fields.text(kUserType) : std::string();
    const bool is_active =
        user && (user->fields.get(kIsActive) == nullptr || user->fields.boolean(kIsActive));
    if ((type == "admin" || type == "staff") && is_active) return std::nullopt;
    return invalid(std::string(name), Broken::selected);
}

Refusal invalid(std::string field, Broken broken, std::int64_t limit, std::string text, std::uint8_t scale) {
    Refusal refusal{"validation_failed", "Validation failed.", {}};
    refusal.errors.push_back({std::move(field), broken, limit, std::move(text), scale});
    return refusal;
}

}  // namespace rules

bool RecordReader::is_other_root(const RecordKey& key) const {
    for (const EntityNumber root :
         {entity::business, entity::user, entity::client, entity::lead, entity::project})
        if (root != key.entity && find(root, key.uid)) return true;
    return false;
}

Uid effect_uid(const Uid& record, const Uid& change_set, std::string_view kind, std::uint32_t ordinal) {
    return derive_uid({record, change_set}, kind, ordinal);
}

void fill_computed(const Schema& schema, Change& change, const Author& author, std::int64_t made_at_us) {
    const bool is_insert = change.operation == Operation::insert;
    if (!is_insert && change.operation != Operation::update) return;
    for (const Field& field : schema.at(change.entity).fields()) {
        const bool fills = field.fill == Fill::made_at_always || (is_insert && field.fill != Fill::none);
        if (!fills) continue;
        if (author.is_system && change.find(field.number) != nullptr) continue;
        if (field.fill == Fill::author_at_insert) {
            change.set(field.number, author.user.is_nil() ? Value{} : Value{author.user});
        } else {
            change.set(field.number, made_at_us);
        }
    }
}

void complete(Change& change, const RuleContext& context) {
    if (const auto function = rules::rules_of(change.entity).complete; function != nullptr)
        function(change, context);
}

std::optional<Refusal> check(const Change& change, const Record* before, const RuleContext& context) {
    using namespace rules;
    const EntityTable* table = context.schema.find(change.entity);
    if (table == nullptr) return Refusal{"unknown_entity", "This kind of record is unknown.", {}};
    if (change.operation != Operation::insert && before == nullptr)
        return Refusal{"not_found", "The record was not found.", {}};
    if (auto refusal = check_rights(change, before, context)) return refusal;
    if (change.operation == Operation::remove) return std::nullopt;

    const Author& author = context.author;
    if (change.operation == Operation::insert && !author.is_system && change.uid.version() != 7)
        return Refusal{"bad_uid", "A new record's uid must be a UUIDv7.", {}};
    // It would open the other's scope.
    if (change.operation == Operation::insert && context.records.is_other_root({change.entity, change.uid}))
        return Refusal{"bad_uid", "This uid is taken.", {}};
    // Everything that is wrong is said at once; a refusal of another kind only where nothing else is.
    FieldErrors errors;
    validate(context.schema, change,
             author.is_system  ? Writer::nobody
             : author.is_admin ? Writer::admin
                               : Writer::staff,
             errors);
    check_relations(change, context, errors);
    if (const auto function = rules_of(change.entity).check; function != nullptr)
        if (auto refusal = function(change, before, context)) {
            if (errors.empty()) return refusal;
            add_errors(refusal->errors, errors);
        }
    if (errors.empty()) return std::nullopt;
    return Refusal{"validation_failed", "Validation failed.", std::move(errors)};
}

void effects(const Change& change, const Record* before, const Record* after, const RuleContext& context,
             std::vector<Change>& out) {
    if (context.author.is_system) return;
    if (const auto function = rules::rules_of(change.entity).effects; function != nullptr)
        function({change, before, after, context}, out);
}

}  // namespace fieldsync::schema
