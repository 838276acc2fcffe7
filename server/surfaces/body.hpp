// From a JSON body to a change: driven by the schema, so that a field's type, limits and relation are said
// once. What is wrong with any field is told at once, in the documents' words.
#pragma once

#include <boost/json/object.hpp>

#include "fieldsync/schema/record.hpp"
#include "http/request.hpp"
#include "records/ids.hpp"
#include "storage/connection.hpp"
#include "surfaces/failure.hpp"

namespace fieldsync::server::surfaces {

// The body as an object; an empty one has no fields. 400 where it is no JSON, 422 where it is no object.
Result<boost::json::object> read_object(const http::Request& request);

// A JSON value as the field holds it; nothing where it is of another type. Null and blank text give null;
// numbers may come as text and are scaled exactly (digits behind the scale are rounded). Not for relations.
std::optional<schema::Value> to_value(const boost::json::value& json, const schema::Field& field);

// One value of a body that no entity has, such as a password: checked against `field`, errors added.
schema::Value read_field(const boost::json::object& body, const schema::Field& field,
                         schema::FieldErrors& errors);

struct BodyReader {
    storage::Connection& connection;
    BusinessId business{};
    const schema::Schema& model;
    schema::Writer writer;  // the author: whose rights the fields are checked against

    // Sets each field of `fields` that the body has: absent ones stay as they are, null and blank clear. The
    // other's id becomes its uid (one statement each); an id that is not the business's is an error of its
    // field. Then validates the whole change as the write path will, so that all broken fields are in
    // `errors`.
    void read(const boost::json::object& body, BodyFields fields, schema::Change& change,
              schema::FieldErrors& errors) const;

    // What an update must have, though the record has it already.
    void require(schema::FieldNumber field, const schema::Change& change, schema::FieldErrors& errors) const;

  private:
    std::optional<schema::Value> value_of(const boost::json::value& json, const schema::Field& field) const;
};

}  // namespace fieldsync::server::surfaces
