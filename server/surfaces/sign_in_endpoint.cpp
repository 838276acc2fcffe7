#include "surfaces/sign_in_endpoint.hpp"

#include "surfaces/body.hpp"

namespace fieldsync::server::surfaces {
namespace {

namespace json = boost::json;

constexpr schema::Field kEmail = schema::text(1, "email").required().email();
constexpr schema::Field kPassword = schema::text(2, "password").required();

// As it is: blanks at its ends may belong to a password.
std::string read_password(const json::object& body, schema::FieldErrors& errors) {
    const std::size_t before = errors.size();
    const json::value* given =
        body.if_contains(json::string_view(kPassword.name.data(), kPassword.name.size()));
    const auto value = given == nullptr ? std::optional(schema::Value()) : to_value(*given, kPassword);
    if (!value)
        errors.push_back({std::string(kPassword.name),
                          schema::Broken::wrong_type,
                          static_cast<std::int64_t>(kPassword.type),
                          {},
                          0});
    else if (schema::is_null(*value))
        errors.push_back({std::string(kPassword.name), schema::Broken::required, 0, {}, 0});
    if (errors.size() != before) return {};
    const json::string& text = given->get_string();
    return {text.data(), text.size()};
}

Result<accounts::SignInRequest> read_request(const http::Request& request) {
    auto body = read_object(request);
    if (!body) return body.error();
    schema::FieldErrors errors;
    accounts::SignInRequest sign_in;
    const schema::Value email = read_field(*body, kEmail, errors);
    sign_in.password = read_password(*body, errors);
    if (!errors.empty()) {
        Failure failure{422};
        for (const schema::FieldError& error : errors) failure.add(error.field, schema::message_of(error));
        return failure;
    }
    sign_in.email = std::get<std::string>(email);
    sign_in.remote_address = request.remote_address;
    return sign_in;
}

Failure failure_of(const accounts::SignInRefused& refused) {
    Failure failure{accounts::status_of(refused.why), std::string(accounts::message_of(refused.why))};
    failure.retry_after_s = refused.retry_after_s;
    return failure;
}

}  // namespace

http::Handler sign_in_handler(accounts::SignIn& sign_in, std::vector<accounts::Surface> surfaces,
                              http::Response (*welcome)(const accounts::SignedIn&), FailureRenderer render) {
    return [&sign_in, surfaces = std::move(surfaces), welcome,
            render](const http::Request& request) -> http::Answer {
        auto asked = read_request(request);
        if (!asked) return render(asked.error());
        asked->surfaces = surfaces;
        return http::Deferred([&sign_in, welcome, render, asked = *std::move(asked)](const http::Done& done) {
            sign_in.sign_in(asked, [welcome, render, done](const accounts::SignInResult& result) {
                if (const auto* user = std::get_if<accounts::SignedIn>(&result)) return done(welcome(*user));
                done(render(failure_of(std::get<accounts::SignInRefused>(result))));
            });
        });
    };
}

}  // namespace fieldsync::server::surfaces
