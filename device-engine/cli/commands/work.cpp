#include "cli/commands/work.hpp"

#include "cli/json_output.hpp"
#include "cli/record_output.hpp"
#include "fieldsync/schema/calendar.hpp"

namespace fieldsync::cli {
namespace {

using schema::Uid;

// "insert site_visit, update lead"
std::string summary_of(const Context& context, const sync::ChangeSet& set) {
    std::string summary;
    for (const schema::Change& change : set.changes) {
        const schema::EntityTable* table = context.schema.find(change.entity);
        summary += summary.empty() ? "" : ", ";
        summary += std::string(name_of(change.operation)) + " ";
        summary += table == nullptr ? "?" : table->name();
    }
    return summary;
}

Outcome<Uid> parse_uid(const std::string& text) {
    if (const auto uid = Uid::parse(text)) return *uid;
    return wrong_use("'" + text + "' is not the uid of a change-set");
}

std::string seconds(std::int64_t time_us) {
    return schema::format_utc(time_us).substr(0, 19) + "Z";
}

}  // namespace

Outcome<Exit> outbox(Context& context) {
    const auto items = context.engine.outbox();
    if (context.json) {
        JsonWriter json;
        write_outbox(json, context.schema, items);
        context.print(json);
        return Exit::done;
    }
    Table table({"uid", "number", "made at", "state", "changes"});
    for (const device::OutboxItem& item : items)
        table.add({item.set.uid.to_string(), std::to_string(item.set.number), seconds(item.set.made_at_us),
                   std::string(state_of(item)), summary_of(context, item.set)});
    context.print(table);
    return Exit::done;
}

Outcome<Exit> rejected(Context& context) {
    const auto items = context.engine.rejected();
    if (context.json) {
        JsonWriter json;
        write_rejected(json, context.schema, items);
        context.print(json);
        return Exit::done;
    }
    Table table({"uid", "made at", "changes", "code", "reason"});
    for (const device::RejectedItem& item : items) {
        std::string reason = item.receipt.message;
        for (const schema::FieldError& error : item.receipt.errors) reason += " " + schema::message_of(error);
        table.add({item.set.uid.to_string(), seconds(item.set.made_at_us), summary_of(context, item.set),
                   item.receipt.code, std::move(reason)});
    }
    context.print(table);
    return Exit::done;
}

Outcome<Exit> drop_rejected(Context& context, const std::string& change_set) {
    const auto uid = parse_uid(change_set);
    if (uid.has_error()) return uid.error();
    if (const auto dropped = context.engine.drop_rejected(*uid); dropped.has_error())
        return failure_of(dropped.error());
    if (context.json) {
        JsonWriter json;
        json.begin_object().field("dropped", uid->to_string()).end_object();
        context.print(json);
    } else {
        context.out << "dropped " << uid->to_string() << "\n";
    }
    return Exit::done;
}

Outcome<Exit> resend_rejected(Context& context, const std::string& change_set) {
    const auto uid = parse_uid(change_set);
    if (uid.has_error()) return uid.error();
    const auto written = context.engine.resend_rejected(*uid);
    if (written.has_error()) return failure_of(written.error());
    if (context.json) {
        JsonWriter json;
        json.begin_object().field("resent", uid->to_string());
        json.field("change_set", written->change_set.to_string()).end_object();
        context.print(json);
    } else {
        context.out << "made anew as " << written->change_set.to_string() << "; the next sync sends it\n";
    }
    return Exit::done;
}

Outcome<Exit> conflicts(Context& context) {
    device::Query query;
    query.entity = schema::entity::conflict;
    query.order_by(schema::number_of<schema::conflict_fields>("created_at"));
    const auto found = context.engine.query(query);
    if (found.has_error()) return failure_of(found.error());
    if (context.json) {
        print_records(context, context.schema.at(query.entity), found->records);
        return Exit::done;
    }
    Table table({"uid", "entity", "record", "field", "winner", "loser", "policy", "created at"});
    Names names(context.engine, context.schema);
    for (const schema::Record& conflict : found->records) {
        const auto text = [&](std::string_view name) {
            return conflict.fields.text(context.schema.at(query.entity).field(name)->number);
        };
        const std::int64_t at = conflict.fields.integer(query.order.front().field);
        const Uid record = conflict.fields.uid(schema::number_of<schema::conflict_fields>("record"));
        const schema::EntityTable* about = context.schema.find(text("entity"));
        const schema::Field* field = about == nullptr ? nullptr : about->field(text("field"));
        // A relation is kept as a uid; people know the record by its name.
        const auto shown = [&](std::string_view name) {
            std::string value = text(name);
            const auto target =
                field != nullptr && field->type == schema::Type::relation ? Uid::parse(value) : std::nullopt;
            return target ? names.of(field->target, *target) : value;
        };
        table.add({conflict.uid.to_string(), text("entity"),
                   about == nullptr ? record.to_string() : names.of(about->number(), record), text("field"),
                   shown("winner_value"), shown("loser_value"), text("policy"), seconds(at)});
    }
    context.print(table);
    return Exit::done;
}

}  // namespace fieldsync::cli
