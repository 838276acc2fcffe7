// sync::DeviceSession over a real store: what it asks is answered, and durable.
#include "fieldsync/sync/device_session.hpp"

#include "device_test.hpp"

namespace fieldsync::testing {
namespace {

class SessionTest : public DeviceTest {
  protected:
    void SetUp() override { ASSERT_TRUE(engine_->sign_in(world_.staff_account()).has_value()); }
    template <class T>
    static const T* find(const std::vector<sync::Message>& messages) {
        for (const auto& message : messages)
            if (const T* found = std::get_if<T>(&message)) return found;
        return nullptr;
    }
};

TEST_F(SessionTest, a_first_sync_and_a_push) {
    sync::DeviceSession first(session(), {});
    const auto hello = first.start();
    ASSERT_NE(find<sync::Hello>(hello), nullptr);
    EXPECT_EQ(find<sync::Hello>(hello)->cursor.seq, Seq{});
    first.receive(welcome_at(clock_.now_us() + 5'000'000));
    const auto stored = first.receive(world_.everything(100));
    ASSERT_NE(find<sync::ChunkStored>(stored), nullptr);
    EXPECT_EQ(first.state(), sync::SessionState::done);
    EXPECT_EQ(engine_->status().offset_us, 5'000'000);
    EXPECT_EQ(engine_->status().last_sync_at_us, clock_.now_us() + 5'000'000);

    const auto written = write(note(uid(900)));
    sync::DeviceSession second(session(), {});
    second.start();
    const auto pushed = second.receive(welcome_at(clock_.now_us()));
    ASSERT_NE(find<sync::Push>(pushed), nullptr);
    EXPECT_EQ(find<sync::Push>(pushed)->change_sets.at(0).uid, written.change_set);
    second.receive(sync::Receipts{{receipt_of(written.change_set, 101, {world_.lead}, {{uid(900), 70}})}});
    Record made = *engine_->get({entity::note, uid(900)});
    second.receive(static_cast<const sync::Chunk&>(ChunkOf(101).whole(made, 101).last()));
    EXPECT_EQ(second.state(), sync::SessionState::done);
    EXPECT_EQ(engine_->status().pending, 0U);
    EXPECT_EQ(engine_->get(entity::note, 70)->seq, Seq{101});
}

TEST_F(SessionTest, status_tells_where_the_store_stands) {
    apply(world_.everything(100));
    write(note(uid(900)));
    Record conflict = make_record(entity::conflict, uid(800), world_.lead, 105, {});
    apply(ChunkOf(105).whole(conflict, 105).last());
    const device::Status status = engine_->status();
    EXPECT_EQ(status.pending, 1U);
    EXPECT_EQ(status.unsent, 1U);
    EXPECT_EQ(status.conflicts, 1U);
    EXPECT_EQ(status.scopes_shown, 5U);
    EXPECT_EQ(status.cursor.seq, Seq{105});
    EXPECT_EQ(status.head, Seq{105});
}

}  // namespace
}  // namespace fieldsync::testing
