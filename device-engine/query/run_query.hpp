// Plans and runs checked queries inside a read transaction.
#pragma once

#include "query/filter.hpp"
#include "store/transaction.hpp"

namespace fieldsync::device {

Plan plan_query(const CheckedQuery& query);
QueryResult run_query(const CheckedQuery& query, const store::ReadTransaction& tables);
// Without the page.
std::size_t count_query(const CheckedQuery& query, const store::ReadTransaction& tables);

}  // namespace fieldsync::device
