// Runs one sync::ServerSession against the database and the write queue: performs its actions and hands the
// results back. The carrier (a WebSocket, an HTTP exchange) gives it messages and takes frames. Everything on
// the carrier's strand, but what is read from the database where reads may block (storage/read_bridge.hpp); results
// from there and from the writer's thread come in through `post`.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fieldsync/sync/server_session.hpp"
#include "records/record_table.hpp"
#include "sync/gate.hpp"
#include "sync/services.hpp"

namespace fieldsync::server {

// What carries a session. All on its strand.
class Carrier {
  public:
    virtual ~Carrier() = default;
    virtual void send(std::string encoded) = 0;  // a message
    virtual void finish() = 0;                   // after what was sent
    // Nothing is awaited any more: over HTTP, time to answer.
    virtual void idle() {}
};

// Runs work on the carrier's strand; from any thread. May drop it once the carrier is gone.
using PostToStrand = std::function<void(std::function<void()>)>;

class SessionRunner : public std::enable_shared_from_this<SessionRunner> {
  public:
    SessionRunner(SyncServices& services, Carrier& carrier, PostToStrand post);
    ~SessionRunner();

    void receive(sync::Message message);
    void broken(const std::string& what);
    // Looks whether the log grew unnoticed (another process wrote) and whether the peer may go on.
    void poll();
    // The server stops: says goodbye with "come back later".
    void shut_down();
    // The carrier is going away: no more calls to it.
    void detach();
    [[nodiscard]] bool has_said_hello() const { return said_hello_; }
    // Nothing that came is left without its answer.
    [[nodiscard]] bool is_idle() const { return waiting_.empty() && !is_checking_ && session_.is_idle(); }

  private:
    void perform(sync::ServerActions actions);
    void authenticate(const sync::Hello& hello);
    void on_record(const Peer& peer, const sync::Hello& hello);
    void welcome(const Peer& peer, const sync::Hello& hello);
    void admitted(const Peer& peer, const sync::Hello& hello, sync::Welcome welcome);
    void handle(sync::Message message);
    // Calls read(connection), which touches nothing of this, in one snapshot; then, on the strand, then(runner, what
    // it returned): a variant, a Goodbye where it failed.
    template <class Read, class Then>
    void read_then(const char* what, Read read, Then then);
    // The same where the peer may still be here, which else hears why not; read(connection, peer).
    template <class Read, class Then>
    void look(Read read, Then then);
    void submit(sync::ChangeSet set);
    void read(const sync::ReadChunk& request);
    void compare(const sync::Verify& verify);
    void drain_waiting();
    void end_live();
    // On the writer's thread.
    void told(const WriteOutcome& outcome);
    void take_outcomes();
    // From any thread: runs `work` on the strand, if the carrier is still there then.
    template <class F>
    void on_strand(F work);

    SyncServices& services_;
    Carrier* carrier_;  // null once detached
    const PostToStrand post_;
    sync::ServerSession session_;
    std::optional<Peer> peer_;
    bool said_hello_ = false;
    bool is_checking_ = false;          // whether the peer may still push
    std::list<sync::Message> waiting_;  // what came meanwhile, or behind hello before the admission
    std::uint64_t subscription_ = 0;    // of a live session, 0: none
    std::uint64_t live_number_ = 0;     // among the live devices

    std::mutex telling_;
    std::vector<WriteOutcome> outcomes_;  // not taken yet
};

}  // namespace fieldsync::server
