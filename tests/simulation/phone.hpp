// Phone: somebody's device: the real engine on a store of its own, and what its daemon does: connect, sync, wait, try
// again. It dies, comes back, is copied; its clock is wrong.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fieldsync/device/engine.hpp"
#include "fieldsync/device/transport.hpp"
#include "simulation/ledger.hpp"
#include "simulation/log_model.hpp"
#include "simulation/plan.hpp"
#include "simulation/points.hpp"
#include "simulation/wire.hpp"
#include "simulation/work.hpp"

namespace fieldsync::simulation {

struct Scene {
    Scheduler& scheduler;
    const Town& town;
    ServerHost& server;
    Network& network;
    LogModel& log;
    Trace& trace;
};

class WatchedStore;
class PhoneSession;

class Phone {
  public:
    Phone(Scene& scene, std::string name, const PhonePlan& plan, std::filesystem::path path, Dice dice);
    ~Phone();

    void start();  // the process
    void die(const std::string& why);
    void start_again(std::int64_t after_us);
    void go_offline(std::int64_t for_us);
    void break_connection();
    void verify_next();  // the next session is one that verifies
    void sync_soon(std::int64_t after_us);

    // What the person sees and does. Nothing where the phone is off.
    [[nodiscard]] std::optional<Sight> sight();
    void write(const Work& work);
    void care_for_the_outbox(Dice& dice);

    // The store's file, kept aside; put back; as another phone's first one.
    void keep_copy();
    [[nodiscard]] bool has_copy() const { return copy_.has_value(); }
    void restore_copy();
    void begin_as_copy_of(const Phone& other);

    // Nothing breaks any more.
    void calm_down();
    // Everything sent, everything here.
    [[nodiscard]] bool is_quiet() const;
    [[nodiscard]] std::string state() const;  // for people: why it is not

    [[nodiscard]] bool is_running() const { return engine_ != nullptr; }
    [[nodiscard]] device::Engine& engine() { return *engine_; }
    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const PhonePlan& plan() const { return plan_; }
    [[nodiscard]] const Uid& user() const { return scene_.town.staff[plan_.user]; }
    [[nodiscard]] const schema::Schema& schema() const;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] const std::optional<sync::Verified>& verified() const { return verified_; }
    void close();  // at the run's end

    Points points;
    SkewedClock clock;

  private:
    friend class WatchedStore;
    friend class PhoneSession;
    friend class LiveSession;
    friend class ExchangeSession;

    void say(const std::string& what) { scene_.trace.say(scene_.scheduler.now_us(), name_, what); }
    bool sign_in();
    void begin_session();
    void session_ended(device::SyncEnd end, const std::string& message, bool renumbered);
    void obey(const sync::Goodbye& goodbye);
    std::int64_t backoff();
    void check_after_apply(const sync::Chunk& chunk);

    Scene& scene_;
    const std::string name_;
    PhonePlan plan_;
    const std::filesystem::path path_;
    Dice dice_;
    DiceRandom random_;
    std::shared_ptr<Life> life_;
    std::unique_ptr<device::Engine> engine_;
    std::unique_ptr<WatchedStore> store_;
    std::shared_ptr<PhoneSession> session_;
    Ledger ledger_;
    struct Copy {
        Ledger ledger;
        sync::Cursor cursor;
    };
    std::optional<Copy> copy_;
    std::optional<sync::Verified> verified_;

    bool must_sign_in_ = false, is_resyncing_ = false, verifies_next_ = false;
    std::int64_t offline_until_us_ = 0;
    std::uint64_t sync_number_ = 0, connections_ = 0, starts_ = 0;
    unsigned renumbers_ = 0, failures_ = 0;
    std::uint64_t cursor_ = 0;
};

}  // namespace fieldsync::simulation
