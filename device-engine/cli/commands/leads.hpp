// Leads, and what field staff do on them: move them on, log a visit, add a note.
#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"

namespace fieldsync::cli {

// Those assigned to the store's user, or all that are here; the latest activity first.
Outcome<Exit> leads(Context& context, bool all);

// With its client's and stage's names, visits and notes.
Outcome<Exit> show_lead(Context& context, const std::string& ref);

// The stage by its name: exactly so, else in any case of letters.
Outcome<Exit> move_lead(Context& context, const std::string& ref, const std::string& stage_name,
                        const std::optional<std::string>& note);

struct VisitOptions {
    std::string lead, property;  // REF
    std::string date, time;      // YYYY-MM-DD, HH:MM
    std::string accompanying;
    std::optional<std::string> notes;
};
Outcome<Exit> log_visit(Context& context, const VisitOptions& options);

Outcome<Exit> add_note(Context& context, const std::string& lead, const std::string& text);

}  // namespace fieldsync::cli
