// Filter: the conditions of a list, with their parameters numbered as they come, so that a list that is
// filtered and one that is not are both statements of their own, each with its index.
//
// Lives for one request; the values are viewed, not owned.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "records/ids.hpp"
#include "storage/parameter.hpp"
#include "surfaces/pagination.hpp"

namespace fieldsync::server::surfaces {

class Filter {
  public:
    // ?1 is the business.
    explicit Filter(BusinessId business) : parameters_{number(business)} {}

    // " AND " and the condition, in which each "?" is this value.
    void add(std::string_view condition, storage::Parameter value);
    // `before`, the conditions, `after`.
    [[nodiscard]] std::string sql(std::string_view before, std::string_view after = {}) const;
    // The conditions, then `order` and the page's limits.
    [[nodiscard]] std::string page_sql(std::string_view before, std::string_view order,
                                       std::string_view after = {}) const;

    [[nodiscard]] const std::vector<storage::Parameter>& parameters() const { return parameters_; }
    [[nodiscard]] std::vector<storage::Parameter> parameters(const Page& page) const;

  private:
    std::string conditions_;
    std::vector<storage::Parameter> parameters_;
};

// For LIKE ?1 ESCAPE '\' on lower-case text: anywhere in it, `%` and `_` as they are. ASCII letters lose
// their case, as in the database's lower().
std::string contains_pattern(std::string_view text);

}  // namespace fieldsync::server::surfaces
