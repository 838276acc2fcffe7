// One message of each kind with every key in use, and the bytes it makes; uids and hex for tests to write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fieldsync/sync/codec.hpp"

namespace fieldsync::sync::test {

// The uid whose sixteen bytes are all `byte`.
Uid uid(std::uint8_t byte);

std::string from_hex(std::string_view hex);  // spaces and line breaks do not count
std::string to_hex(std::string_view bytes);

std::string encoded(const Message& message);

ChangeSet sample_change_set();
Receipt sample_receipt();
Record sample_record();
LogChange sample_log_change();

struct Sample {
    const char* name;
    Message message;
};
// In the order of their kinds.
const std::vector<Sample>& samples();

}  // namespace fieldsync::sync::test
