// Office: whoever is online: people at browsers, scripts, the platform's operators. What they write goes through the
// write path as a REST handler's change-set does.
#pragma once

#include "simulation/phone.hpp"

namespace fieldsync::simulation {

class Office {
  public:
    Office(Scene& scene, Dice dice) : scene_(scene), random_(dice) {}

    void writes(Dice dice);
    void assigns(Dice dice);
    // Somebody becomes an admin, or is none any more.
    void changes_a_role(Dice dice);
    // Operators; nothing where the server is down.
    void set_plan(const std::string& slug);
    void set_active(const Uid& user, bool is_active);
    void end_tokens(const Uid& user);
    // Everything as it was in the beginning, as far as it keeps people out.
    void let_everybody_in();

    [[nodiscard]] Sight sight_of(const Uid& user);

  private:
    void submit(const Uid& author, const Work& work, server::Origin origin = server::Origin::rest);
    [[nodiscard]] Uid an_admin(Dice& dice) const;

    Scene& scene_;
    DiceRandom random_;
};

}  // namespace fieldsync::simulation
