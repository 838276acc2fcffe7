#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "fieldsync/device/transport.hpp"
#include "transport/http_call.hpp"

namespace fieldsync::device {
namespace {

namespace json = boost::json;

std::string text_at(const json::value& value, std::initializer_list<std::string_view> path) {
    const json::value* at = &value;
    for (const std::string_view key : path) {
        const auto* object = at->if_object();
        at = object == nullptr ? nullptr : object->if_contains(key);
        if (at == nullptr) return {};
    }
    const auto* text = at->if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

}  // namespace

SignInResult sign_in(const SignInCall& call) {
    SignInResult result;
    const auto address = parse_address(call.server_url);
    if (!address) {
        result.end = SyncEnd::broken;
        result.message = "not a server's address: " + call.server_url;
        return result;
    }
    const json::object body{{"email", call.email},
                            {"password", call.password},
                            {"device", call.device.to_string()},
                            {"device_name", call.device_name}};
    HttpCaller caller(*address);
    const HttpAnswer answer = caller.post("/sync/v1/login", "application/json", json::serialize(body));
    if (answer.status == 0 || answer.status >= 500) {
        result.message =
            answer.status == 0 ? answer.failure : "the server answers " + std::to_string(answer.status);
        return result;
    }
    boost::system::error_code error;
    const json::value parsed = json::parse(answer.body, error);
    if (answer.status != 200) {
        result.end = SyncEnd::goodbye;
        result.code = text_at(parsed, {"error", "code"});
        result.message = text_at(parsed, {"error", "message"});
        return result;
    }
    SignedIn signed_in;
    const auto user = sync::Uid::parse(text_at(parsed, {"user", "uid"}));
    const auto business = sync::Uid::parse(text_at(parsed, {"business", "uid"}));
    signed_in.token = text_at(parsed, {"token"});
    if (error || !user || !business || signed_in.token.empty()) {
        result.end = SyncEnd::broken;
        result.message = "the server's answer is not one to a sign-in";
        return result;
    }
    signed_in.user = *user;
    signed_in.user_name = text_at(parsed, {"user", "name"});
    signed_in.user_type = text_at(parsed, {"user", "user_type"});
    signed_in.business = *business;
    signed_in.business_name = text_at(parsed, {"business", "name"});
    result.end = SyncEnd::done;
    result.signed_in = std::move(signed_in);
    return result;
}

}  // namespace fieldsync::device
