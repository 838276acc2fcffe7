// The fixture of the tests that every implementation of the storage interface must pass. A test is a TEST_P
// over the implementations; each says how to open the one database of a test.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "storage/database.hpp"
#include "storage/errors.hpp"

namespace fieldsync::server::storage::test {

// Where the database of a test is.
class Place {
  public:
    virtual ~Place() = default;
    // Opens it, made at the first call, for a program that knows format_version.
    virtual std::unique_ptr<Database> open(std::int64_t format_version) const = 0;
};

struct Implementation {
    std::string name;
    std::function<std::unique_ptr<Place>()> make;
};

std::ostream& operator<<(std::ostream& out, const Implementation& implementation);
std::string implementation_name(const testing::TestParamInfo<Implementation>& info);
const Implementation& sqlite_implementation();
const Implementation& postgresql_implementation();

class StorageContract : public testing::TestWithParam<Implementation> {
  protected:
    // Opens the database with an empty table `note (id, title, body)`: title is unique, body a blob.
    StorageContract();

    Database& database() { return *database_; }
    std::unique_ptr<Database> open(std::int64_t format_version = 1) const;
    void close() { database_.reset(); }

    std::int64_t notes();
    std::int64_t notes_titled(std::string_view title);

  private:
    const std::unique_ptr<Place> place_;
    std::unique_ptr<Database> database_;
};

// Runs a function that must throw a StorageError, and returns the kind and message of it.
template <class F>
StorageError storage_error_of(F&& run) {
    try {
        run();
    } catch (const StorageError& error) {
        return error;
    }
    throw std::logic_error("no StorageError was thrown");
}

}  // namespace fieldsync::server::storage::test

// Runs the TEST_Ps of a fixture on every implementation.
#define FIELDSYNC_ON_EVERY_STORAGE(fixture)                                                                  \
    INSTANTIATE_TEST_SUITE_P(Storage, fixture,                                                               \
                             testing::Values(fieldsync::server::storage::test::sqlite_implementation(),      \
                                             fieldsync::server::storage::test::postgresql_implementation()), \
                             fieldsync::server::storage::test::implementation_name)
