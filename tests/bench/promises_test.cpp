// No figure is bought with a weaker promise: what the bench's engines and servers do is as safe as what the
// programs' do.
#include "promises.hpp"

#include <gtest/gtest.h>

namespace fieldsync::bench {
namespace {

TEST(Promises, DurabilityLimitsAndChecksAreOnWhileMeasuring) {
    const auto all = promises();
    EXPECT_GE(all.size(), 9U);
    for (const Promise& promise : all) EXPECT_TRUE(promise.is_kept) << promise.what;
}

}  // namespace
}  // namespace fieldsync::bench
