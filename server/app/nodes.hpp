// Several servers on one database: each tells the others of what it committed, and wakes its own live devices when
// it hears of theirs. What is missed (a lost connection) is found by those devices' sessions, which look at the
// head every 10 s. Does nothing where the database serves one program alone.
//
// Owned by Application, between the write queue and its end. Two threads.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "fieldsync/sync/environment.hpp"
#include "storage/database.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::server::app {

class Nodes {
  public:
    Nodes(storage::Database& database, WriteQueue& writes, sync::Random& random);
    ~Nodes();
    Nodes(const Nodes&) = delete;
    Nodes& operator=(const Nodes&) = delete;

    // This server has written to a business's log. Any thread.
    void committed(BusinessId business, sync::Cursor head);

  private:
    void tell();
    void listen();
    void heard(const std::string& text);

    const std::unique_ptr<storage::Notices> notices_;
    WriteQueue& writes_;
    const std::string name_;  // of this node

    std::mutex mutex_;
    std::condition_variable stopped_;
    // What commits while a notice is on its way goes with the next.
    std::map<BusinessId, sync::Cursor> untold_;
    bool telling_ = false, stopping_ = false;

    std::optional<boost::asio::thread_pool> threads_;
};

}  // namespace fieldsync::server::app
