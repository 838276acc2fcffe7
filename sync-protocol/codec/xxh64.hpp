// XXH64 (Yann Collet, xxHash specification 0.1.1), seed 0: fast and well mixed, not secret. The same on every
// machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace fieldsync::sync::codec {

std::uint64_t xxh64(std::string_view bytes);

}  // namespace fieldsync::sync::codec
