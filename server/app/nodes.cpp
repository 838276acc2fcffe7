#include "app/nodes.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <sstream>
#include <utility>

#include "storage/errors.hpp"

namespace fieldsync::server::app {
namespace {

namespace asio = boost::asio;

// How long one waits for a notice, and before connecting anew.
constexpr std::chrono::milliseconds kWait{60'000}, kAgainAfter{1'000};

}  // namespace

Nodes::Nodes(storage::Database& database, WriteQueue& writes, sync::Random& random)
    : notices_(database.notices()), writes_(writes), name_(std::to_string(random.next_u64())) {
    if (!notices_) return;
    threads_.emplace(2);
    asio::post(*threads_, [this] { listen(); });
}

Nodes::~Nodes() {
    if (!notices_) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_all();
    notices_->stop();
    threads_->join();
}

void Nodes::committed(BusinessId business, sync::Cursor head) {
    if (!notices_) return;
    const std::lock_guard lock(mutex_);
    untold_[business] = head;
    if (std::exchange(telling_, true)) return;
    asio::post(*threads_, [this] { tell(); });
}

// NODE, and for each business its number, seq and stamp.
void Nodes::tell() {
    std::unique_lock lock(mutex_);
    while (!untold_.empty()) {
        std::string text = name_;
        while (!untold_.empty() && text.size() < storage::Notices::kBytesMax - 100) {
            const auto [business, head] = *untold_.begin();
            text += ' ' + std::to_string(number(business)) + ' ' + std::to_string(schema::number(head.seq)) +
                    ' ' + std::to_string(head.stamp);
            untold_.erase(untold_.begin());
        }
        lock.unlock();
        try {
            notices_->tell(text);
        } catch (const storage::StorageError& error) {
            spdlog::warn("other servers were not told of new changes: {}", error.what());
        }
        lock.lock();
    }
    telling_ = false;
}

void Nodes::listen() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        bool is_lost = false;
        try {
            for (const std::string& text : notices_->wait(kWait)) heard(text);
        } catch (const storage::StorageError& error) {
            spdlog::warn("other servers are not heard: {}", error.what());
            is_lost = true;
        }
        lock.lock();
        if (is_lost) stopped_.wait_for(lock, kAgainAfter, [this] { return stopping_; });
    }
}

void Nodes::heard(const std::string& text) {
    std::istringstream words(text);
    std::string name;
    words >> name;
    if (name == name_) return;
    std::int64_t business = 0;
    std::uint64_t seq = 0, stamp = 0;
    while (words >> business >> seq >> stamp)
        writes_.publish(BusinessId{business}, {schema::Seq{seq}, stamp});
}

}  // namespace fieldsync::server::app
