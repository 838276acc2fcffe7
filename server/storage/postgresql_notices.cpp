#include "storage/postgresql_notices.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "storage/errors.hpp"
#include "storage/postgresql_connect.hpp"
#include "storage/postgresql_error.hpp"
#include "storage/postgresql_result.hpp"

namespace fieldsync::server::storage {
namespace {

constexpr const char* kTell = "SELECT pg_notify('fieldsync_' || md5(current_schema()), $1)";
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
        const bool was_idle = teller_ != nullptr;
        try {
            tell_once(text);
        } catch (const StorageError&) {
            if (!was_idle) throw;
            tell_once(text);
        }
    }

    std::vector<std::string> wait(std::chrono::milliseconds at_most) override {
        if (!listener_) {
            listener_ = connect_postgresql(uri_);
            const PostgresqlResult listening(PQexec(listener_.get(), kListen));
            if (!succeeded(listening)) fail(listener_, listening.get(), kListen);
        }
        std::vector<std::string> heard = take();
        if (!heard.empty()) return heard;
        std::array<pollfd, 2> waited{pollfd{PQsocket(listener_.get()), POLLIN, 0},
                                     pollfd{stopping_, POLLIN, 0}};
        ::poll(waited.data(), waited.size(), static_cast<int>(at_most.count()));
        if (PQconsumeInput(listener_.get()) == 0) fail(listener_, nullptr, "waiting for notices");
        return take();
    }

    void stop() noexcept override {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(stopping_, &one, sizeof one);
    }

  private:
    void tell_once(std::string_view text) {
        if (!teller_) teller_ = connect_postgresql(uri_);
        const std::string terminated(text);
        const std::array<const char*, 1> values{terminated.c_str()};
        const PostgresqlResult told(
            PQexecParams(teller_.get(), kTell, 1, nullptr, values.data(), nullptr, nullptr, 0));
        if (!succeeded(told)) fail(teller_, told.get(), kTell);
    }

    std::vector<std::string> take() {
        std::vector<std::string> heard;
        while (PGnotify* notice = PQnotifies(listener_.get())) {
            heard.emplace_back(notice->extra);
            PQfreemem(notice);
        }
        return heard;
    }

    [[noreturn]] static void fail(PostgresqlHandle& connection, const PGresult* result, const char* sql) {
        const PostgresqlHandle failed = std::move(connection);
        throw_postgresql_error(failed.get(), result, sql);
    }

    const std::string uri_;
    const int stopping_;
    PostgresqlHandle teller_, listener_;
};

}  // namespace

std::unique_ptr<Notices> make_postgresql_notices(const std::string& uri) {
    return std::make_unique<PostgresqlNotices>(uri);
}

}  // namespace fieldsync::server::storage
