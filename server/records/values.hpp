// Values between the schema's form and the database's columns. Sets are their elements joined by line breaks
// (which no element can hold); a cleared field is NULL.
#pragma once

#include <string>

#include "fieldsync/schema/field.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server {

// Holds what a Parameter only views, for as long as the statement runs.
class BoundValue {
  public:
    explicit BoundValue(const schema::Value& value);
    [[nodiscard]] storage::Parameter parameter() const;

  private:
    const schema::Value& value_;
    std::string joined_;
};

schema::Value read_value(storage::Row& row, int column, const schema::Field& field);

schema::Uid read_uid(storage::Row& row, int column);  // NULL reads as nil
std::string_view read_bytes(storage::Row& row, int column);
inline storage::Parameter blob(std::string_view bytes) {
    return storage::Blob{std::as_bytes(std::span(bytes.data(), bytes.size()))};
}
inline storage::Parameter blob(const schema::Uid& uid) {
    return blob(uid.view());
}

}  // namespace fieldsync::server
