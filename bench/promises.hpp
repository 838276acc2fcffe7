// What must not be switched off to look fast: durability, limits, validation. Checked before anything is
// measured, by what happens to an engine's and a server's writes made just as the figures make them; and by a
// test.
#pragma once

#include <string>
#include <vector>

namespace fieldsync::bench {

struct Promise {
    std::string what;  // "a device's write is refused when a value is bad"
    bool is_kept = false;
};

std::vector<Promise> promises();

}  // namespace fieldsync::bench
