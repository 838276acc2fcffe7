// How a command ends when it does not do as asked: the exit code, and what is said on stderr and in JSON.
#pragma once

#include <boost/system/result.hpp>
#include <string>

#include "fieldsync/device/error.hpp"
#include "fieldsync/schema/validation.hpp"

namespace fieldsync::cli {

// Scripts rely on these.
enum class Exit : int {
    done = 0,
    failed = 1,     // by schema, rules or the state of the store; field errors say why
    wrong_use = 2,  // no such entity or field, a malformed value, an unknown option
    refused = 3,    // by the server; code and reason are said
    no_network = 4,
};

struct Failure {
    // Not an aggregate: one could be made of an Exit alone, and Outcome<Exit> could not tell them apart.
    Failure() = default;
    Failure(Exit how, std::string word, std::string reason, schema::FieldErrors by_field = {})
        : exit(how), code(std::move(word)), message(std::move(reason)), errors(std::move(by_field)) {}

    Exit exit = Exit::failed;
    std::string code;     // for programs: a wire word
    std::string message;  // for people
    schema::FieldErrors errors;
};

template <class T>
using Outcome = boost::system::result<T, Failure>;
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& where);

Failure failed(std::string code, std::string message);
Failure wrong_use(std::string message);
Failure failure_of(const device::Error& error);

}  // namespace fieldsync::cli
