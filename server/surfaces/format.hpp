// Values as the documents print them. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fieldsync::server::surfaces {

// "₹30L – ₹50L", "₹1.2Cr", "₹50K", "From ₹30L", "Up to ₹50L"; nothing without either. Minor units.
std::optional<std::string> budget_text(std::optional<std::int64_t> min, std::optional<std::int64_t> max);

// "1000 – 2000 sqft", "From 1000 sqft", "Up to 2000 sqft". Hundredths of a square foot.
std::optional<std::string> size_text(std::optional<std::int64_t> min, std::optional<std::int64_t> max);

// "Closed — Won" as "closed_won".
std::string slug_of(std::string_view name);

// "Buy - Flat - Vijay Nagar": interest, the property type's label up to " / ", location. What is missing, and
// the type `any`, is left out.
std::string requirement_title(std::string_view interest, std::string_view type_slug,
                              std::string_view type_label, std::string_view location);

// Whole days in the business's time zone from that moment to `today` (YYYY-MM-DD there); never below 0.
std::int64_t days_since(std::int64_t time_us, std::string_view today, std::string_view time_zone);

}  // namespace fieldsync::server::surfaces
