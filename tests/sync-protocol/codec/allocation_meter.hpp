// AllocationMeter: how many bytes `new` was asked for while it lived. One at a time; this thread's only
// matter.
#pragma once

#include <cstddef>

namespace fieldsync::sync::test {

class AllocationMeter {
  public:
    AllocationMeter();
    [[nodiscard]] std::size_t bytes() const;
    // False where a sanitizer keeps `new` for itself, and `bytes` is always 0.
    static bool works();

  private:
    std::size_t before_;
};

}  // namespace fieldsync::sync::test
