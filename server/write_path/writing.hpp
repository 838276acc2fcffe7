// Writing: one change-set on its way through the write path, as its parts see it.
#pragma once

#include <cstdint>

#include "fieldsync/sync/merge.hpp"
#include "records/ids.hpp"

namespace fieldsync::server {

struct Writing {
    BusinessId business{};
    schema::Uid business_uid;
    schema::Uid change_set;
    schema::Uid author;
    sync::WriteStamp stamp;  // HLC (clamped) and store
    std::int64_t made_at_us = 0;
    schema::Seq seq{};          // of the entry being written
    schema::Seq cursor{};       // the device's when it wrote; the head for REST
    bool base_is_head = false;  // REST and tools: the author saw the head
};

}  // namespace fieldsync::server
