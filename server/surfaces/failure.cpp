#include "surfaces/failure.hpp"

#include <algorithm>

namespace fieldsync::server::surfaces {
namespace {

std::string_view documented_name(std::string_view field_name, const schema::EntityTable& entity,
                                 BodyFields names) {
    const schema::Field* field = entity.field(field_name);
    if (field == nullptr) return field_name;
    const auto known = std::find_if(names.begin(), names.end(), [=](const BodyField& candidate) {
        return candidate.field == field->number;
    });
    return known == names.end() ? field_name : known->name;
}

}  // namespace

void Failure::add(std::string_view field, std::string message_of_field) {
    const auto known =
        std::find_if(errors.begin(), errors.end(), [=](const auto& entry) { return entry.first == field; });
    if (known == errors.end())
        errors.emplace_back(field, std::vector{std::move(message_of_field)});
    else
        known->second.push_back(std::move(message_of_field));
}

Failure invalid(const schema::FieldErrors& errors, const schema::EntityTable& entity, BodyFields names) {
    Failure failure{422};
    for (const schema::FieldError& error : errors) {
        const std::string_view name = documented_name(error.field, entity, names);
        failure.add(name, schema::message_of(error, name));
    }
    return failure;
}

void write_errors(JsonWriter& json, const Failure& failure) {
    if (failure.errors.empty()) return;
    json.object("errors", [&] {
        for (const auto& [field, messages] : failure.errors)
            json.array(field, [&, &all = messages] {
                for (const std::string& message : all) json.value(message);
            });
    });
}

http::Response with_status_of(const Failure& failure, std::string body) {
    http::Response response = http::Response::json(failure.status, std::move(body));
    if (failure.retry_after_s > 0) response.set("Retry-After", std::to_string(failure.retry_after_s));
    return response;
}

}  // namespace fieldsync::server::surfaces
