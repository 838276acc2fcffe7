// The server's end of a sync session, without I/O: messages and results in, actions out. The owner performs
// the actions in order and hands results back, in any order between pushes and reads. One strand; one
// connection.
//
// Side by side:
//   hello ─► Authenticate ─► admitted ─► (push ─► Submit … ─► Receipts)  and  (pull ─► ReadChunk ─► Chunk …)
//                         └► Goodbye, Finish
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fieldsync/sync/messages.hpp"

namespace fieldsync::sync {

struct Send {
    Message message;
    std::string encoded;  // the message's bytes where the session had to know how many; else empty
};
// Answer with admitted() or refused().
struct Authenticate {
    Hello hello;
};
// Answer each with receipt(), renumber() or refused(), in the order they were asked.
struct Submit {
    ChangeSet set;
};
// Answer with chunk() or refused(). Reads from here, what the limits allow.
struct ReadChunk {
    Cursor cursor;
    std::vector<UnfinishedScope> unfinished;
    bool count_records = false;  // fill in Chunk::records_left
};
// No answer.
struct ForgetReceipts {
    std::vector<Uid> change_sets;
};
// Answer with compared().
struct Compare {
    Verify verify;
};
// Send what was said, then close.
struct Finish {};

using ServerAction = std::variant<Send, Authenticate, Submit, ReadChunk, ForgetReceipts, Compare, Finish>;
using ServerActions = std::vector<ServerAction>;

class ServerSession {
  public:
    ServerActions receive(Message message);
    // Bytes that were no message.
    ServerActions broken(const std::string& what);

    ServerActions admitted(const Welcome& welcome);
    ServerActions refused(const Goodbye& goodbye);
    ServerActions receipt(Receipt receipt);
    ServerActions renumber(std::uint64_t last_number);
    // Encodes it, once: its size counts against the window.
    ServerActions chunk(Chunk chunk);
    ServerActions compared(const Verified& verified);
    // The business's log grew.
    ServerActions committed(Seq head);

    // Nothing is asked that was not answered: over HTTP, the answer is complete.
    [[nodiscard]] bool is_idle() const {
        return awaited_receipts_ == 0 && !reading_ && !authenticating_ && !comparing_;
    }
    [[nodiscard]] bool is_closed() const { return state_ == State::closed; }

  private:
    enum class State : std::uint8_t { waiting_for_hello, authenticating, open, closed };

    ServerActions close(const Goodbye& goodbye);
    ServerActions protocol_error(const std::string& what);
    void follow_scopes(const Chunk& chunk);
    void read_on(ServerActions& out);
    void flush_receipts(ServerActions& out);

    State state_ = State::waiting_for_hello;
    bool live_ = false, pulling_ = false, reading_ = false, caught_up_ = false;
    bool authenticating_ = false, comparing_ = false, renumbering_ = false, counted_ = false;
    std::size_t awaited_receipts_ = 0;
    std::vector<Receipt> receipts_;
    Cursor cursor_;
    Seq head_seen_{};
    std::vector<UnfinishedScope> unfinished_;
    std::uint64_t records_left_ = 0;
    std::vector<std::size_t> unacknowledged_;  // bytes of chunks, oldest first; the window holds some dozens
    std::size_t unacknowledged_bytes_ = 0;
};

}  // namespace fieldsync::sync
