// The reference page is what the schema says. FIELDSYNC_UPDATE_GOLDEN=1 writes it anew: look at the
// difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "reference_page.hpp"

namespace fieldsync::testing {
namespace {

TEST(ReferencePage, IsWhatTheSchemaSays) {
    const std::string page = reference_page(schema::Schema::current());
    if (std::getenv("FIELDSYNC_UPDATE_GOLDEN") != nullptr) std::ofstream(FIELDSYNC_REFERENCE_PAGE) << page;
    std::ifstream in(FIELDSYNC_REFERENCE_PAGE);
    std::ostringstream checked_in;
    checked_in << in.rdbuf();
    EXPECT_EQ(page, checked_in.str()) << FIELDSYNC_REFERENCE_PAGE;
}

}  // namespace
}  // namespace fieldsync::testing
