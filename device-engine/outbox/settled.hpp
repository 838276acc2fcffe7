// Where change-sets go when they leave the outbox. RejectedBox: those the server refused, whole, until the
// user drops them or sends them again. Archive: those that took effect, kept for a server that is restored
// from an older backup (design.md, Sync protocol). Inside one transaction.
#pragma once

#include <optional>
#include <vector>

#include "fieldsync/device/outbox.hpp"
#include "store/transaction.hpp"

namespace fieldsync::device {

class RejectedBox {
  public:
    static std::vector<RejectedItem> list(const store::ReadTransaction& tables);
    static std::optional<RejectedItem> find(const store::ReadTransaction& tables, const schema::Uid& set);
    static void put(store::WriteTransaction& tables, const RejectedItem& rejected);
    static bool erase(store::WriteTransaction& tables, const schema::Uid& set);
};

// For how long.
inline constexpr std::int64_t kArchivedUs = std::int64_t{14} * 24 * 3600 * 1'000'000;

class Archive {
  public:
    // `set`: as the outbox stores it.
    static void put(store::WriteTransaction& tables, std::int64_t now_us, std::string_view set,
                    schema::Seq seq);
    // Did one of them get this seq?
    static bool has(const store::ReadTransaction& tables, schema::Seq seq);
    static void drop_old(store::WriteTransaction& tables, std::int64_t now_us);
    // Takes out those at or above `fork`, in the order they were made.
    static std::vector<sync::ChangeSet> take_from(store::WriteTransaction& tables, schema::Seq fork);
};

}  // namespace fieldsync::device
