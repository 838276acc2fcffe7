#include "http/pending_answer.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace fieldsync::server::http {

Done PendingAnswer::done() {
    return [weak = weak_from_this()](Response response) {
        const auto self = weak.lock();
        if (!self || self->called_.exchange(true)) return;
        asio::post(self->strand_, [self, answer = std::move(response)]() mutable {
            self->answer_ = std::move(answer);
            self->signal_.raise();
        });
    };
}

asio::awaitable<std::optional<Response>> PendingAnswer::wait(std::int64_t deadline_ms) {
    co_await signal_.wait_for(deadline_ms);
    called_ = true;
    co_return std::move(answer_);
}

}  // namespace fieldsync::server::http
