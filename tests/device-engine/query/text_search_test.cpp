#include "query/text_search.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace fieldsync::testing {
namespace {

using device::TextSearch;

std::string small(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// Few characters, so that there is much to be mistaken; some that differ by the case's bit, and are no letters.
rc::Gen<std::string> any_text(int longest) {
    return rc::gen::mapcat(rc::gen::inRange(0, longest + 1), [](int length) {
        return rc::gen::container<std::string>(
            static_cast<std::size_t>(length),
            rc::gen::element('a', 'A', 'b', 'B', '@', '`', '[', '{', '1', '\x11', '\xc1', '\xe1'));
    });
}

RC_GTEST_PROP(TextSearch, finds_what_a_plain_search_finds, ()) {
    const std::string text = *any_text(80);
    std::string wanted = *any_text(5);
    if (*rc::gen::arbitrary<bool>() && !text.empty())
        wanted = text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), 20);
    RC_ASSERT(TextSearch(wanted).is_in(text) == (small(text).find(small(wanted)) != std::string::npos));
}

TEST(TextSearch, LooksAtEveryPlaceOfTextsOfEveryLength) {
    for (std::size_t size = 1; size < 70; ++size)
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, '.');
            text[at] = 'X';
            EXPECT_TRUE(TextSearch("x").is_in(text)) << size << " " << at;
            EXPECT_EQ(TextSearch("x.").is_in(text), at + 1 < size) << size << " " << at;
        }
}

}  // namespace
}  // namespace fieldsync::testing
