// ListCounts: how many records a list has, all pages together, counted once for each state of a business.
// Every change to a record moves its business's head, so a count is exact for as long as the head, read in
// the same snapshot, is the one it was counted at. A thousand requests between two changes count once.
//
// Owned by an EndpointServer. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "fieldsync/schema/uid.hpp"
#include "fieldsync/sync/messages.hpp"
#include "records/ids.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server::surfaces {

class ListCounts {
  public:
    // Counts kept; then all are forgotten and counted anew when asked for.
    static constexpr std::size_t kKeptMax = 4'096;

    // What `sql` counts, whose parameters are all made of the business and `viewer` (nil: who sees all).
    std::int64_t count(storage::Connection& connection, BusinessId business, const schema::Uid& viewer,
                       const std::string& sql, std::span<const storage::Parameter> parameters);

  private:
    using Key = std::tuple<BusinessId, schema::Uid, std::string>;
    struct Count {
        sync::Cursor head;  // the stamp too: after a restore the same seq is another state
        std::int64_t records = 0;
    };

    std::mutex mutex_;
    std::map<Key, Count> kept_;
};

}  // namespace fieldsync::server::surfaces
