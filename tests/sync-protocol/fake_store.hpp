// FakeStore: a device's store in memory, for DeviceSession's tests; writes down what it was told, in order.
#pragma once

#include <string>
#include <vector>

#include "fieldsync/sync/device_session.hpp"

namespace fieldsync::sync::test {

class FakeStore : public SessionStore {
  public:
    Hello hello() override;
    void welcomed(const Welcome& welcome) override;
    std::vector<ChangeSet> outbox(std::uint64_t after, std::size_t bytes_max, std::size_t sets_max) override;
    void store_receipts(const std::vector<Receipt>& receipts) override;
    void renumber() override;
    void apply(const Chunk& chunk) override;
    std::vector<ScopeChecksum> checksums() override;
    Cursor cursor() override;
    void resend_scopes(const std::vector<Uid>& diverged) override;

    // A local write of about so many bytes; its uid is that of its place, from 1.
    Uid write(std::size_t bytes = 10);

    std::vector<ChangeSet> pending;
    std::vector<std::string> told;  // "welcomed", "receipts 2", "apply 7", "renumber", "resend 1"

  private:
    std::uint64_t last_number_ = 0;
    std::uint8_t written_ = 0;
    std::uint8_t store_ = 0x50;
    Cursor cursor_;
};

// The frames in one line: "push 1-3 | pull | stored 7 | receipts_stored 2 | verify 7 | hello 50 live".
std::string told(const std::vector<Message>& frames);

// What servers send.
Message welcome();
Message receipts(const std::vector<Uid>& change_sets, std::uint64_t seq);
Message chunk(std::uint64_t cursor, bool is_last);
Message goodbye(const std::string& code, GoodbyeAction action);

}  // namespace fieldsync::sync::test
