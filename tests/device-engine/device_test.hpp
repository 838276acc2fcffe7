// DeviceTest: an engine in a directory of its own, over a clock and randomness of the test. When a test ends,
// what is in the store is compared with itself (store_check.hpp).
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "fieldsync/device/engine.hpp"
#include "fieldsync/sync/device_session.hpp"
#include "support/fakes.hpp"
#include "world.hpp"

namespace fieldsync::testing {

// Fails the test with what is wrong with a store (store_check.hpp).
void check_store(const std::filesystem::path& store, const schema::Schema& schema);

class TempDirectory {
  public:
    TempDirectory();
    ~TempDirectory();
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

class DeviceTest : public ::testing::Test {
  protected:
    DeviceTest();
    void TearDown() override;

    [[nodiscard]] device::EngineOptions options() {
        return {directory_.path() / "store", &clock_, &random_, schema_, std::size_t{1} << 20};
    }
    void open();
    void close() { engine_.reset(); }
    void reopen() {
        close();
        open();
    }
    // Signed in, with everything of the world at seq 100.
    void begin_as(const device::Account& account);
    void begin_as_staff() { begin_as(world_.staff_account()); }
    void begin_as_admin() { begin_as(world_.admin_account()); }

    sync::SessionStore& session() { return engine_->session_store(); }
    void apply(const sync::Chunk& chunk) { session().apply(chunk); }
    // Fails the test when it is refused. One millisecond passes.
    device::LocalWrite write(std::vector<Change> changes);
    device::LocalWrite write(Change change) { return write(std::vector<Change>{std::move(change)}); }
    // The refusal; fails the test when there is none.
    device::Error refusal(std::vector<Change> changes);
    device::Error refusal(Change change) { return refusal(std::vector<Change>{std::move(change)}); }
    // What the record shows in this field; null when it is not there.
    Value shown(schema::EntityNumber entity, const Uid& uid, FieldNumber field);
    bool is_there(schema::EntityNumber entity, const Uid& uid) {
        return engine_->get({entity, uid}).has_value();
    }
    std::size_t count(schema::EntityNumber entity);
    // A note on the world's lead.
    Change note(const Uid& uid, std::string text = "called");

    TempDirectory directory_;
    FakeClock clock_;
    SeededRandom random_;
    const schema::Schema* schema_ = &schema::Schema::current();
    World world_;
    std::unique_ptr<device::Engine> engine_;
};

}  // namespace fieldsync::testing
