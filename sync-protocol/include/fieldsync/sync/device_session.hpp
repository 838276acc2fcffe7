// The device's end of a sync session, without I/O: frames, results of the store and timers in; actions out.
// The owner (device-engine's transports, a simulator) performs the actions in order and calls back. One
// strand; one connection.
//
//   start ─► hello ─► (welcome) ─► push … receipts …     pull ─► chunk … ─► is_last ─► done | live
//                 └► (goodbye) ─► closed                 push and pull do not wait for each other
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fieldsync/sync/messages.hpp"

namespace fieldsync::sync {

// What the session needs of the store, synchronously; implemented by device-engine. Each call is one
// transaction that is durable when it returns. Exceptions mean the store is gone and end the session.
class SessionStore {
  public:
    virtual ~SessionStore() = default;
    virtual Hello hello() = 0;                          // token, ids, cursor, unfinished scopes
    virtual void welcomed(const Welcome& welcome) = 0;  // clock offset, limits; once for each hello
    // Change-sets in order of number after `after`, without a receipt yet, up to the limits; the first one
    // even where it is larger than `bytes_max`.
    virtual std::vector<ChangeSet> outbox(std::uint64_t after, std::size_t bytes_max,
                                          std::size_t sets_max) = 0;
    virtual void store_receipts(const std::vector<Receipt>& receipts) = 0;  // also of one it already has
    // New store id, outbox numbered anew from 1. The server learns the id from the next hello: an owner with
    // a WebSocket then connects anew, with a new session; over HTTP each body begins with hello.
    virtual void renumber() = 0;
    virtual void apply(const Chunk& chunk) = 0;
    virtual std::vector<ScopeChecksum> checksums() = 0;
    virtual Cursor cursor() = 0;
    // These scopes become unfinished ones, from the start.
    virtual void resend_scopes(const std::vector<Uid>& diverged) = 0;
    // `wake` is called after each local write of this process, on the thread that wrote: a live session
    // pushes then at once. One at a time; none when empty, and once this returns none of the old ones runs. A
    // store that hears of no writes calls nothing.
    virtual void on_local_write(std::function<void()> /*wake*/) {}
};

struct SessionOptions {
    bool live = false;
    bool verify = false;
};

enum class SessionState : std::uint8_t { starting, working, live, done, closed };

class DeviceSession {
  public:
    DeviceSession(SessionStore& store, SessionOptions options);

    // Each returns frames to send, in order; those that come with `done` are to be sent too. Over HTTP they
    // are collected into the next body; a welcome may come again with each.
    std::vector<Message> start();
    std::vector<Message> receive(const Message& message);
    // The outbox grew (live), call when a local write was committed.
    std::vector<Message> outbox_grew();

    [[nodiscard]] SessionState state() const { return state_; }
    [[nodiscard]] const std::optional<Goodbye>& goodbye() const { return goodbye_; }
    [[nodiscard]] const std::optional<Verified>& verified() const { return verified_; }
    [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }  // broken protocol
    [[nodiscard]] std::uint64_t chunks() const { return chunks_; }
    [[nodiscard]] std::uint64_t records_applied() const { return records_applied_; }
    [[nodiscard]] std::uint64_t records_left() const { return records_left_; }

  private:
    using Frames = std::vector<Message>;

    // A push without all of its receipts.
    struct InFlight {
        std::deque<Uid> waiting;  // its change-sets without a receipt
        std::size_t bytes = 0;
    };

    void on(const Welcome& welcome, Frames& out);
    void on(const Goodbye& goodbye, Frames& out);
    void on(const Receipts& receipts, Frames& out);
    void on(const Renumber& renumber, Frames& out);
    void on(const Chunk& chunk, Frames& out);
    void on(const Verified& verified, Frames& out);
    template <class Other>
    void on(const Other& message, Frames& out);

    [[nodiscard]] bool is_open() const {
        return state_ == SessionState::working || state_ == SessionState::live;
    }
    [[nodiscard]] std::size_t bytes_in_flight() const;
    void settle(const Uid& change_set);
    void push_more(Frames& out);
    void pull_again(Frames& out);
    void finish_if_done(Frames& out);
    void fail(std::string what, Frames& out);

    SessionStore& store_;
    SessionOptions options_;
    SessionState state_ = SessionState::starting;
    std::optional<Goodbye> goodbye_;
    std::optional<Verified> verified_;
    std::optional<std::string> failure_;

    std::uint64_t pushed_number_ = 0;  // highest number sent under the present store id
    std::deque<InFlight> in_flight_;
    unsigned renumbers_ = 0;  // since the last receipt

    bool pulled_ = false;                 // the last chunk has come
    Seq receipt_seq_max_{};               // the cursor has to get there for pending change-sets to end
    std::optional<Seq> pulled_again_at_;  // the cursor when we asked again for that

    bool verify_wanted_;
    bool verifying_ = false;  // Verify is out
    unsigned verify_tries_ = 0;
    Seq verify_from_{};  // not before the cursor is here

    std::uint64_t chunks_ = 0, records_applied_ = 0, records_left_ = 0;
};

}  // namespace fieldsync::sync
