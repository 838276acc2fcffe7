// Work: what people do, as the changes of one write. Drawn from what the person has before him.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "simulation/dice.hpp"
#include "simulation/town.hpp"

namespace fieldsync::simulation {

// What somebody sees: a phone's records, or over REST the server's.
struct Sight {
    const Town& town;
    Uid me;
    bool is_admin = false;
    std::function<std::vector<schema::Record>(schema::EntityNumber)> all;
    std::function<Uid()> new_uid;
    std::string day;  // today's, for visits
};

struct Work {
    std::string words;
    std::vector<schema::Change> changes;  // none: there was nothing to do it to
};

Work draw_work(const Sight& sight, Dice& dice);
// Somebody, or nobody, gets a lead, a client or a project.
Work draw_assignment(const Sight& sight, Dice& dice);

schema::Change change_of(schema::EntityNumber entity, const Uid& uid, schema::Operation operation,
                         const std::vector<std::pair<std::string, schema::Value>>& fields);
std::string words_of(const schema::Change& change);

}  // namespace fieldsync::simulation
