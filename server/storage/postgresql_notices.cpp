#include "storage/postgresql_notices.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "storage/errors.hpp"
#include "storage/limits.hpp"
#include "storage/postgresql_connect.hpp"
#include "storage/postgresql_error.hpp"
#include "storage/postgresql_line.hpp"

namespace fieldsync::server::storage {
namespace {

constexpr const char* kTell = "SELECT pg_notify('fieldsync_' || md5(current_schema()), ";
// A channel's name is no parameter of LISTEN.
constexpr const char* kListen =
    "DO $$ BEGIN EXECUTE format('LISTEN %I', 'fieldsync_' || md5(current_schema())); END $$";

class PostgresqlNotices final : public Notices {
  public:
    explicit PostgresqlNotices(const std::string& uri) : uri_(uri), stopping_(::eventfd(0, EFD_CLOEXEC)) {
        if (stopping_ < 0) throw StorageError(StorageError::Kind::unavailable, "no eventfd is left");
    }
    ~PostgresqlNotices() override { ::close(stopping_); }
    PostgresqlNotices(const PostgresqlNotices&) = delete;
    PostgresqlNotices& operator=(const PostgresqlNotices&) = delete;

    // A connection that was idle may have been closed meanwhile; what is told twice only wakes twice.
    void tell(std::string_view text) override {
        const bool was_idle = teller_.has_value();
        try {
            tell_once(text);
        } catch (const StorageError&) {
            if (!was_idle) throw;
            tell_once(text);
        }
    }

    std::vector<std::string> wait(std::chrono::milliseconds at_most) override {
        if (!listener_) {
            PostgresqlLine& line = connect(listener_);
            try {
                line.run(kListen);
            } catch (const StorageError&) {
                listener_.reset();
                throw;
            }
        }
        std::vector<std::string> heard = take();
        if (!heard.empty()) return heard;
        std::array<pollfd, 2> waited{pollfd{PQsocket(listener_->get()), POLLIN, 0},
                                     pollfd{stopping_, POLLIN, 0}};
        ::poll(waited.data(), waited.size(), static_cast<int>(at_most.count()));
        if (PQconsumeInput(listener_->get()) == 0) {
            const PostgresqlLine lost = std::move(*std::exchange(listener_, std::nullopt));
            throw_postgresql_error(lost.get(), nullptr, "waiting for notices");
        }
        return take();
    }

    void stop() noexcept override {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(stopping_, &one, sizeof one);
    }

  private:
    void tell_once(std::string_view text) {
        PostgresqlLine& line = teller_ ? *teller_ : connect(teller_);
        try {
            line.run(kTell + line.literal(text) + ")");
        } catch (const StorageError&) {
            teller_.reset();
            throw;
        }
    }

    PostgresqlLine& connect(std::optional<PostgresqlLine>& line) const {
        line.emplace(connect_postgresql(uri_, stopping_));
        line->wait_at_most(std::chrono::milliseconds(limits::notice_answer_ms));
        return *line;
    }

    std::vector<std::string> take() {
        std::vector<std::string> heard;
        while (PGnotify* notice = PQnotifies(listener_->get())) {
            heard.emplace_back(notice->extra);
            PQfreemem(notice);
        }
        return heard;
    }

    const std::string uri_;
    const int stopping_;
    std::optional<PostgresqlLine> teller_, listener_;
};

}  // namespace

std::unique_ptr<Notices> make_postgresql_notices(const std::string& uri) {
    return std::make_unique<PostgresqlNotices>(uri);
}

}  // namespace fieldsync::server::storage
