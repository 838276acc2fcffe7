// Pages of lists: `page` and `per_page` of a request, and the numbers that a pagination block shows.
#pragma once

#include <cstdint>

#include "http/request.hpp"
#include "surfaces/failure.hpp"

namespace fieldsync::server::surfaces {

inline constexpr std::int64_t kPerPageDefault = 20;
inline constexpr std::int64_t kPerPageMax = 100;
// So that no offset overflows; no list comes near.
inline constexpr std::int64_t kPageMax = 1'000'000'000;

struct Page {
    std::int64_t page = 1;
    std::int64_t per_page = kPerPageDefault;

    [[nodiscard]] std::int64_t offset() const { return (page - 1) * per_page; }
    // At least 1.
    [[nodiscard]] std::int64_t last_page(std::int64_t total) const;
};

// 422 for what is no number or out of range.
Result<Page> read_page(const http::Request& request);

}  // namespace fieldsync::server::surfaces
