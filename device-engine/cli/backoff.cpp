#include "cli/backoff.hpp"

#include <algorithm>

namespace fieldsync::cli {

using std::chrono::milliseconds;

milliseconds Backoff::next() {
    const milliseconds step = next_;
    next_ = std::min(2 * step, most_);
    return step / 2 + random_up_to(step - step / 2);
}

milliseconds Backoff::jittered(milliseconds time) {
    return time + random_up_to(time / 4);
}

milliseconds Backoff::random_up_to(milliseconds most) {
    const auto bound = static_cast<std::uint64_t>(most.count()) + 1;
    return milliseconds(static_cast<milliseconds::rep>(random_.next_u64() % bound));
}

}  // namespace fieldsync::cli
