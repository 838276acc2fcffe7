// Town: the business that every run begins with, made once for a program and copied for each run: its people, their
// clients, leads and projects.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/write_path/world.hpp"

namespace fieldsync::simulation {

using schema::Uid;

class Town {
  public:
    Town();

    // Of the server and of phones that are up to date: one field more than those that are older have.
    static const schema::Schema& schema();
    static const schema::Schema& older_schema() { return schema::Schema::current(); }

    // A fresh database of it in the directory, or instead of the one there is (PostgreSQL has one for all runs).
    void found(const std::filesystem::path& directory) const;
    // As --database takes it.
    [[nodiscard]] std::string uri(const std::filesystem::path& directory) const;
    [[nodiscard]] bool is_sqlite() const { return is_sqlite_; }

    [[nodiscard]] std::string name_of(const Uid& uid) const;

    server::BusinessId business{};
    Uid business_uid;
    std::vector<Uid> staff;  // the first one is an admin
    std::vector<std::string> names;
    Uid client_user, channel, property_type;
    std::vector<Uid> stages;  // two open ones, won, lost

  private:
    std::unique_ptr<testing::World> world_;
    bool is_sqlite_ = true;
};

}  // namespace fieldsync::simulation
