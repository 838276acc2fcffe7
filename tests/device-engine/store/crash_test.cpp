// kill -9 at any moment: what was acknowledged is there afterwards, and the store is whole.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "device_test.hpp"
#include "store_check.hpp"

namespace fieldsync::testing {
namespace {

class CrashTest : public DeviceTest {
  protected:
    // Writes notes until it is killed; says each one's uid once write() has returned.
    [[noreturn]] void write_for_ever(int acknowledged, std::uint64_t round) {
        open();
        for (std::uint64_t seq = 100'000 * round;; ++seq) {
            clock_.advance_ms(1);
            const Uid uid = engine_->new_uid();
            if (!engine_->write({note(uid)})) _exit(1);
            if (::write(acknowledged, uid.bytes.data(), uid.bytes.size()) < 0) _exit(2);
            if (seq % 7 == 0) apply(ChunkOf(seq).last());
        }
    }
};

TEST_F(CrashTest, what_was_acknowledged_is_there) {
    begin_as_staff();
    close();
    std::mt19937_64 random(7);
    std::vector<Uid> acknowledged;
    for (std::uint64_t round = 1; round <= 25; ++round) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        clock_.advance_ms(3'600'000);  // other uids than the rounds before
        const pid_t child = fork();
        if (child == 0) write_for_ever(ends[1], round);
        ::close(ends[1]);
        Uid uid;
        // Some writes, then death at no particular moment of one.
        for (std::uint64_t n = random() % 5; n > 0; --n)
            if (read(ends[0], uid.bytes.data(), 16) == 16) acknowledged.push_back(uid);
        usleep(static_cast<useconds_t>(random() % 4000));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed with " << WEXITSTATUS(status);
        while (read(ends[0], uid.bytes.data(), 16) == 16) acknowledged.push_back(uid);
        ::close(ends[0]);

        open();
        for (const Uid& note : acknowledged) ASSERT_TRUE(is_there(entity::note, note));
        EXPECT_GE(engine_->status().pending, acknowledged.size());
        EXPECT_EQ(engine_->status().pending, count(entity::note))
            << "a record without its change-set, or without it";
        close();
        check_store(options().path, *schema_);
    }
    EXPECT_GT(acknowledged.size(), 25U);
}

}  // namespace
}  // namespace fieldsync::testing
