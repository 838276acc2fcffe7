#include "simulation/work.hpp"

#include <algorithm>
#include <array>

#include "fieldsync/schema/entities.hpp"

namespace fieldsync::simulation {
namespace {

namespace entity = schema::entity;
using schema::Change;
using schema::Operation;
using schema::Record;
using schema::Value;
using Text = std::string;
using Fields = std::vector<std::pair<std::string, Value>>;

schema::FieldNumber number_of(schema::EntityNumber entity, std::string_view field) {
    return Town::schema().at(entity).field(field)->number;
}

Text word(Dice& dice) {
    static const std::vector<Text> words{"oak", "brick", "tile", "sand", "beam", "glass", "rope", "slate"};
    return dice.one_of(words) + std::to_string(dice.pick(10));
}

// One line more, one less, or one written anew.
Text edited(const Text& text, Dice& dice) {
    std::vector<Text> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end > at) lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    if (lines.empty()) return word(dice);
    const auto place = static_cast<std::ptrdiff_t>(dice.pick(lines.size()));
    switch (dice.pick(4)) {
        case 0:
            lines.insert(lines.begin() + place, word(dice));
            break;
        case 1:
            lines.push_back(word(dice));
            break;
        case 2:
            if (lines.size() > 1) lines.erase(lines.begin() + place);
            [[fallthrough]];
        default:
            lines[dice.pick(lines.size())] = word(dice);
    }
    Text joined;
    for (std::size_t i = 0; i < lines.size(); ++i) joined += (i > 0 ? "\n" : "") + lines[i];
    return joined;
}

class Drawing {
  public:
    Drawing(const Sight& sight, Dice& dice) : sight_(sight), dice_(dice) {}

    Work work() {
        if (sight_.is_admin && dice_.chance(450)) return admins_work();
        switch (dice_.pick(13)) {
            case 0:
                return log_visit();
            case 1:
            case 2:
                return add_note();
            case 3:
            case 4:
                return edit_text(entity::note, "note");
            case 5:
            case 6:
                return move_lead();
            case 7:
                return new_client();
            case 8:
                return edit_client();
            case 9:
                return dice_.chance(500) ? edit_text(entity::requirement, "notes") : edit_requirement();
            case 10:
                return new_requirement();
            case 11:
                return edit_phase();
            default:
                return edit_project();
        }
    }

    Work assignment() {
        const Uid somebody = dice_.one_of(sight_.town.staff);
        const Value whom = dice_.chance(100) ? Value{} : Value{somebody};
        switch (dice_.pick(5)) {
            case 0:
            case 1:
            case 2:
                return update_one(entity::lead, {{"assigned_to", whom}});
            case 3:
                return update_one(entity::client, {{"assigned_to", whom}});
            default: {
                if (dice_.chance(500)) return remove_one(entity::project_member);
                const auto project = one(entity::project);
                if (!project) return {};
                return made(entity::project_member, {{"project", project->uid}, {"user", somebody}});
            }
        }
    }

  private:
    std::optional<Record> one(schema::EntityNumber entity) {
        const auto all = sight_.all(entity);
        if (all.empty()) return std::nullopt;
        return dice_.one_of(all);
    }
    static Text text_of(const Record& record, std::string_view field) {
        return record.fields.text(number_of(record.entity, field));
    }
    static Work of(std::vector<Change> changes) {
        Work work;
        for (const Change& change : changes)
            work.words += (work.words.empty() ? "" : "; ") + words_of(change);
        work.changes = std::move(changes);
        return work;
    }
    Change inserted(schema::EntityNumber entity, const Fields& fields) {
        return change_of(entity, sight_.new_uid(), Operation::insert, fields);
    }
    Work made(schema::EntityNumber entity, const Fields& fields) { return of({inserted(entity, fields)}); }
    Work update_one(schema::EntityNumber entity, const Fields& fields) {
        const auto record = one(entity);
        if (!record) return {};
        return of({change_of(entity, record->uid, Operation::update, fields)});
    }
    Work remove_one(schema::EntityNumber entity) {
        const auto record = one(entity);
        if (!record) return {};
        return of({change_of(entity, record->uid, Operation::remove, {})});
    }
    Work edit_text(schema::EntityNumber entity, const char* field) {
        const auto record = one(entity);
        if (!record) return {};
        return of({change_of(entity, record->uid, Operation::update,
                             {{field, edited(text_of(*record, field), dice_)}})});
    }

    std::optional<Change> visit(const Uid& lead) {
        const auto property = one(entity::property);
        if (!property) return std::nullopt;
        return inserted(entity::site_visit, {{"lead", lead},
                                             {"property", property->uid},
                                             {"visit_date", sight_.day},
                                             {"visit_time", Text("10:00")},
                                             {"accompanying_staff", Text("Anna")},
                                             {"notes", word(dice_)}});
    }
    Work log_visit() {
        const auto lead = one(entity::lead);
        if (!lead) return {};
        auto change = visit(lead->uid);
        return change ? of({std::move(*change)}) : Work{};
    }
    Work add_note() {
        const auto lead = one(entity::lead);
        if (!lead) return {};
        std::vector<Change> changes;
        for (std::uint64_t n = 1 + dice_.pick(2) * dice_.pick(3); n > 0; --n)
            changes.push_back(
                inserted(entity::note, {{"lead", lead->uid}, {"note", word(dice_) + "\n" + word(dice_)}}));
        return of(std::move(changes));
    }
    Work move_lead() {
        Fields fields{{"stage", dice_.one_of(sight_.town.stages)}};
        if (dice_.chance(300)) fields.emplace_back("stage_note", word(dice_));
        const auto lead = one(entity::lead);
        if (!lead) return {};
        std::vector<Change> changes{change_of(entity::lead, lead->uid, Operation::update, fields)};
        if (dice_.chance(200))
            changes.push_back(inserted(entity::note, {{"lead", lead->uid}, {"note", word(dice_)}}));
        if (dice_.chance(100))
            changes.push_back(change_of(entity::lead, lead->uid, Operation::update,
                                        {{"stage", dice_.one_of(sight_.town.stages)}}));
        return of(std::move(changes));
    }
    Change requirement_of(const Uid& client) {
        return inserted(entity::requirement, {{"client", client},
                                              {"interest_type", Text("buy")},
                                              {"notes", word(dice_) + "\n" + word(dice_)}});
    }
    Work new_client() {
        const Change client = inserted(entity::client, {{"first_name", word(dice_)},
                                                        {"last_name", word(dice_)},
                                                        {"mobile", Text("9800000001")},
                                                        {"sourcing_channel", sight_.town.channel},
                                                        {"interest_type", Text("buy")}});
        std::vector<Change> changes{client};
        if (dice_.chance(700)) {
            const Change requirement = requirement_of(client.uid);
            changes.push_back(requirement);
            if (dice_.chance(500))
                if (auto logged = visit(schema::effect_uid(requirement.uid, {}, "lead")))
                    changes.push_back(std::move(*logged));
        }
        return of(std::move(changes));
    }
    Work new_requirement() {
        const auto client = one(entity::client);
        if (!client) return {};
        return of({requirement_of(client->uid)});
    }
    Work edit_client() {
        static const std::vector<Text> fields{"first_name", "last_name", "city", "address"};
        Fields set{{dice_.one_of(fields), word(dice_)}};
        if (dice_.chance(200)) set.assign({{"city", Value{}}});
        if (dice_.chance(200)) set.emplace_back("email", word(dice_) + "@example.com");
        return update_one(entity::client, set);
    }
    Work edit_requirement() {
        return update_one(entity::requirement, {{"min_budget", dice_.between(1, 50) * 1'000'000},
                                                {"preferred_location", word(dice_)}});
    }
    Work edit_phase() {
        if (dice_.chance(250)) return update_one(entity::phase, {{"status", Text("completed")}});
        return update_one(entity::phase, {{"progress_percent", dice_.between(0, 100)}});
    }
    Work edit_project() {
        static const std::vector<Text> statuses{"planning", "active", "on_hold", "completed", "cancelled"};
        if (dice_.chance(400)) return edit_text(entity::project, "description");
        if (dice_.chance(500)) return update_one(entity::project, {{"status", dice_.one_of(statuses)}});
        return update_one(entity::project, {{"current_phase_key", word(dice_)}});
    }

    Work edit_features() {
        static const std::vector<Text> all{"lift", "parking", "garden", "pool", "gym"};
        const auto property = one(entity::property);
        if (!property) return {};
        const Value* held = property->fields.get(number_of(entity::property, "features"));
        const auto* set = held == nullptr ? nullptr : std::get_if<schema::StringSet>(held);
        schema::StringSet features = set == nullptr ? schema::StringSet{} : *set;
        for (int n = 0; n < 2; ++n) {
            const Text& feature = dice_.one_of(all);
            if (std::erase(features, feature) == 0) features.push_back(feature);
        }
        return of({change_of(entity::property, property->uid, Operation::update,
                             {{"features", schema::make_set(std::move(features))}})});
    }
    Work publish() {
        const auto property = one(entity::property);
        if (!property) return {};
        const bool is_draft = text_of(*property, "status") != "published";
        return of({change_of(entity::property, property->uid, Operation::update,
                             {{"status", Text(is_draft ? "published" : "draft")}})});
    }
    Work new_project() {
        const Change project = inserted(
            entity::project,
            {{"name", word(dice_)}, {"description", word(dice_)}, {"client_user", sight_.town.client_user}});
        return of({project,
                   inserted(entity::project_member,
                            {{"project", project.uid}, {"user", dice_.one_of(sight_.town.staff)}}),
                   inserted(entity::phase,
                            {{"project", project.uid}, {"phase_key", word(dice_)}, {"name", word(dice_)}})});
    }
    Work admins_work() {
        switch (dice_.pick(15)) {
            case 0:
            case 1:
                return edit_features();
            case 2:
                return edit_text(entity::property, "description");
            case 3:
                return publish();
            case 4:
                return update_one(entity::property, {{"price", dice_.between(1, 9) * 10'000'000}});
            case 5:
                return made(entity::property, {{"title", word(dice_)},
                                               {"type", sight_.town.property_type},
                                               {"listing_purpose", Text("for_sale")},
                                               {"status", Text(dice_.chance(600) ? "published" : "draft")}});
            case 6:
                return remove_one(entity::note);
            case 7:
                return remove_one(entity::site_visit);
            case 8:
                return remove_one(dice_.chance(400) ? entity::project : entity::phase);
            case 9:
                return remove_one(entity::property);
            case 10:
                return new_project();
            case 11:
                return update_one(entity::stage, {{"name", word(dice_)}});
            case 12:
                return update_one(entity::notification, {{"is_read", true}});
            case 13:
                return update_one(entity::user, {{"name", word(dice_)}});
            default:
                return assignment();
        }
    }

    const Sight& sight_;
    Dice& dice_;
};

std::string short_text(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        std::string line = *text;
        std::replace(line.begin(), line.end(), '\n', '|');
        return "'" + line + "'";
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* uid = std::get_if<Uid>(&value)) return "#" + uid->to_string().substr(30);
    if (const auto* set = std::get_if<schema::StringSet>(&value)) {
        std::string all;
        for (const std::string& element : *set) all += (all.empty() ? "" : ",") + element;
        return "{" + all + "}";
    }
    return "nothing";
}

}  // namespace

schema::Change change_of(schema::EntityNumber entity, const Uid& uid, Operation operation,
                         const Fields& fields) {
    Change change;
    change.entity = entity;
    change.uid = uid;
    change.operation = operation;
    for (const auto& [name, value] : fields) change.set(number_of(entity, name), value);
    return change;
}

std::string words_of(const schema::Change& change) {
    const schema::EntityTable* table = Town::schema().find(change.entity);
    std::string words = change.operation == Operation::insert   ? "new "
                        : change.operation == Operation::remove ? "deletes "
                                                                : "";
    words += std::string(table->name()) + " #" + change.uid.to_string().substr(30);
    for (const schema::FieldChange& item : change.fields) {
        const schema::Field* field = table->field(item.field);
        words += " " + std::string(field == nullptr ? "?" : field->name) + "=" + short_text(item.value);
    }
    return words;
}

Work draw_work(const Sight& sight, Dice& dice) {
    return Drawing(sight, dice).work();
}

Work draw_assignment(const Sight& sight, Dice& dice) {
    return Drawing(sight, dice).assignment();
}

}  // namespace fieldsync::simulation
