// A store as a server would have filled it, made through the engine: every kind of value, with uids and times
// that are always the same. The program is run on it.
#pragma once

#include <memory>
#include <string>

#include "fieldsync/device/engine.hpp"
#include "fieldsync/sync/device_session.hpp"
#include "program.hpp"
#include "support/fakes.hpp"

namespace fieldsync::testing {

// A UUIDv7 that tests can write down: 01000000-0000-7000-8000-0000000000NN.
schema::Uid uid(std::uint8_t n);

inline const schema::Uid kBusiness = uid(1), kStaff = uid(2), kAdmin = uid(3);
inline const schema::Uid kNewStage = uid(0x10), kTalkingStage = uid(0x11), kWonStage = uid(0x12);
inline const schema::Uid kProperty = uid(0x22), kClient = uid(0x30), kRequirement = uid(0x31),
                         kLead = uid(0x32);
inline const schema::Uid kVisit = uid(0x33), kNote = uid(0x34), kConflict = uid(0x35), kPhase = uid(0x41);

class PreparedStore {
  public:
    // Signed in as a member of staff at `server`, everything pulled.
    explicit PreparedStore(std::string server = "http://127.0.0.1:9");

    [[nodiscard]] std::string directory() const { return (directory_.path() / "store").string(); }
    // To look into the store; the program may run meanwhile.
    [[nodiscard]] device::Engine& engine() { return *engine_; }

    // One rejected note; in the outbox a visit that was applied, and a lead that moved on. The change-sets'
    // uids are not the same each time: `readable` puts names in their places.
    void do_some_work();
    [[nodiscard]] std::string readable(std::string text) const;

    Ended run(std::vector<std::string> arguments, std::vector<std::string> environment = {}) const;
    device::Account account() const { return *engine_->account(); }

  private:
    schema::Uid write(schema::Change change, const std::string& name);

    TempDir directory_;
    FakeClock clock_;
    SeededRandom random_;
    std::unique_ptr<device::Engine> engine_;
    std::vector<std::pair<std::string, std::string>> names_;  // uid, what to write in its place
};

sync::Chunk everything();

}  // namespace fieldsync::testing
