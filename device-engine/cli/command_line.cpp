#include "cli/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "cli/commands/leads.hpp"
#include "cli/commands/login.hpp"
#include "cli/commands/records.hpp"
#include "cli/commands/run_daemon.hpp"
#include "cli/commands/sync.hpp"
#include "cli/commands/work.hpp"
#include "cli/report.hpp"

namespace fieldsync::cli {
namespace {

using std::string;

constexpr const char* kFooter =
    "REF is a record's uid or its id. A value's form follows the schema: true/false, 42, 1200.50, "
    "2026-05-20, 16:30,\n"
    "a REF for a relation, a,b,c for a set; nothing behind the = clears the field.\n"
    "Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by the server, 4 no network.";

// Options of one command live as long as the command that reads them.
template <class Options>
auto shared() {
    return std::make_shared<Options>();
}

void add_login(CLI::App& app, Chosen& chosen) {
    auto options = shared<LoginOptions>();
    CLI::App* login_command = app.add_subcommand("login", "Sign this store's user in");
    login_command->add_option("--server", options->server, "http://HOST:PORT")->required();
    login_command->add_option("--email", options->email)->required();
    login_command->add_option("--password", options->password,
                              "Else FIELDSYNC_PASSWORD, else it is asked for");
    login_command->callback([&chosen, options] {
        chosen.makes_store = true;
        chosen.run = [options](Context& context) { return login(context, *options); };
    });
}

void add_sync(CLI::App& app, Chosen& chosen) {
    const auto add = [&](const char* name, const char* what, Outcome<Exit> (*run)(Context&, bool)) {
        auto over_http = shared<bool>();
        CLI::App* command = app.add_subcommand(name, what);
        command->add_flag("--http", *over_http, "Plain HTTP requests in place of a WebSocket");
        command->callback([&chosen, over_http, run] {
            chosen.run = [over_http, run](Context& context) { return run(context, *over_http); };
        });
    };
    add("sync", "Send and fetch everything, once", sync_once);
    add("daemon", "Keep the store in sync until told to stop", run_daemon);
    add("verify", "Compare the store with the server", verify);
}

void add_records(CLI::App& app, Chosen& chosen) {
    auto options = shared<ListOptions>();
    CLI::App* list_command = app.add_subcommand("list", "Records of an entity");
    list_command->add_option("ENTITY", options->entity, "site_visit, phase, user, ...")->required();
    list_command->add_option("--where", options->where, "field=value; a set's field: has these elements")
        ->allow_extra_args(false);
    list_command->add_option("--sort", options->sort, "[-]field; with - from high to low")
        ->allow_extra_args(false);
    list_command->add_option("--limit", options->limit, "At most so many records")
        ->check(CLI::NonNegativeNumber);
    list_command->callback(
        [&chosen, options] { chosen.run = [options](Context& context) { return list(context, *options); }; });

    struct RecordOptions {
        string entity, ref;
        std::vector<string> items;
    };
    const auto add = [&](const char* name, const char* what,
                         Outcome<Exit> (*run)(Context&, const string&, const string&)) {
        auto record = shared<RecordOptions>();
        CLI::App* command = app.add_subcommand(name, what);
        command->add_option("ENTITY", record->entity)->required();
        command->add_option("REF", record->ref)->required();
        command->callback([&chosen, record, run] {
            chosen.run = [record, run](Context& context) {
                return run(context, record->entity, record->ref);
            };
        });
    };
    add("get", "One record", get);
    add("delete", "Delete a record", remove);

    auto record = shared<RecordOptions>();
    CLI::App* put_command = app.add_subcommand("put", "Change a record; without REF make a new one");
    put_command->add_option("ENTITY", record->entity)->required();
    put_command->add_option("ITEMS", record->items, "[REF] field=value ...")->required();
    put_command->callback([&chosen, record] {
        chosen.run = [record](Context& context) { return put(context, record->entity, record->items); };
    });
}

void add_leads(CLI::App& app, Chosen& chosen) {
    auto all = shared<bool>();
    CLI::App* leads_command = app.add_subcommand("leads", "My leads, the latest activity first");
    leads_command->add_flag("--all", *all, "Everybody's leads that are here");
    leads_command->callback(
        [&chosen, all] { chosen.run = [all](Context& context) { return leads(context, *all); }; });

    struct LeadOptions {
        string ref, stage;
        std::optional<string> note;
    };
    auto options = shared<LeadOptions>();
    CLI::App* lead = app.add_subcommand("lead", "Show a lead, or move it on")->require_subcommand(1);
    CLI::App* show = lead->add_subcommand("show", "A lead with its client, visits and notes");
    show->add_option("REF", options->ref)->required();
    show->callback([&chosen, options] {
        chosen.run = [options](Context& context) { return show_lead(context, options->ref); };
    });
    CLI::App* stage = lead->add_subcommand("stage", "Move a lead to another stage");
    stage->add_option("REF", options->ref)->required();
    stage->add_option("STAGE_NAME", options->stage)->required();
    stage->add_option("--note", options->note, "Why");
    stage->callback([&chosen, options] {
        chosen.run = [options](Context& context) {
            return move_lead(context, options->ref, options->stage, options->note);
        };
    });
}

void add_field_work(CLI::App& app, Chosen& chosen) {
    auto visit = shared<VisitOptions>();
    CLI::App* visits = app.add_subcommand("visit", "Site visits")->require_subcommand(1);
    CLI::App* log = visits->add_subcommand("log", "Log a site visit");
    log->add_option("--lead", visit->lead, "REF")->required();
    log->add_option("--property", visit->property, "REF")->required();
    log->add_option("--date", visit->date, "YYYY-MM-DD")->required();
    log->add_option("--time", visit->time, "HH:MM")->required();
    log->add_option("--accompanying", visit->accompanying, "Who came along")->required();
    log->add_option("--notes", visit->notes);
    log->callback(
        [&chosen, visit] { chosen.run = [visit](Context& context) { return log_visit(context, *visit); }; });

    struct NoteOptions {
        string lead, text;
    };
    auto note = shared<NoteOptions>();
    CLI::App* notes = app.add_subcommand("note", "Notes on leads")->require_subcommand(1);
    CLI::App* add = notes->add_subcommand("add", "Add a note to a lead");
    add->add_option("--lead", note->lead, "REF")->required();
    add->add_option("TEXT", note->text)->required();
    add->callback([&chosen, note] {
        chosen.run = [note](Context& context) { return add_note(context, note->lead, note->text); };
    });
}

void add_work(CLI::App& app, Chosen& chosen) {
    const auto add = [&](const char* name, const char* what, Outcome<Exit> (*run)(Context&)) {
        CLI::App* command = app.add_subcommand(name, what);
        command->callback([&chosen, run] {
            if (!chosen.run) chosen.run = run;  // a subcommand of it may have been chosen
        });
        return command;
    };
    add("status", "Whose store this is, and how far it is in sync", status);
    add("outbox", "Changes that the server has not confirmed", outbox);
    add("conflicts", "Values that lost against others", conflicts);
    CLI::App* box = add("rejected", "Changes that the server refused", rejected)->require_subcommand(0, 1);
    const auto add_to_box = [&](const char* name, const char* what,
                                Outcome<Exit> (*run)(Context&, const string&)) {
        auto uid = shared<string>();
        CLI::App* command = box->add_subcommand(name, what);
        command->add_option("UID", *uid, "Of the change-set")->required();
        command->callback([&chosen, uid, run] {
            chosen.run = [uid, run](Context& context) { return run(context, *uid); };
        });
    };
    add_to_box("drop", "Forget them", drop_rejected);
    add_to_box("resend", "Make them anew, as of now", resend_rejected);
}

// What was not understood, before what is missing: a mistyped command is both.
string message_of(const CLI::ParseError& problem, const CLI::App& app) {
    string extras;
    for (const string& extra : app.remaining(true)) extras += " " + extra;
    return extras.empty() ? problem.what() : "not understood:" + extras;
}

// Where parsing failed, flags may not have been taken over.
bool asks_for_json(int argc, const char* const* argv) {
    return std::any_of(argv, argv + argc, [](std::string_view argument) { return argument == "--json"; });
}

}  // namespace

std::optional<Chosen> parse_command_line(int argc, const char* const* argv, std::ostream& out,
                                         std::ostream& err, Exit& exit) {
    Chosen chosen;
    CLI::App app("fieldsync: a field worker's store, on the command line", "fieldsync");
    app.footer(kFooter);
    app.require_subcommand(1);
    app.fallthrough();  // options of the program may stand behind the command
    app.add_option("--store", chosen.store, "The store's directory")->envname("FIELDSYNC_STORE")->required();
    app.add_flag("--json", chosen.json, "Answer in JSON");
    for (const auto add : {add_login, add_sync, add_records, add_leads, add_field_work, add_work})
        add(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        exit = Exit::done;
        if (problem.get_exit_code() == 0)
            app.exit(problem, out, err);  // help
        else
            exit = report(wrong_use(message_of(problem, app)), asks_for_json(argc, argv), out, err);
        return std::nullopt;
    }
    return chosen;
}

}  // namespace fieldsync::cli
