#include "cli/failure.hpp"

#include <stdexcept>

namespace fieldsync::cli {
namespace {

using device::ErrorCode;

std::string code_of(const device::Error& error) {
    switch (error.code) {
        case ErrorCode::refused:
            return error.word;
        case ErrorCode::not_signed_in:
            return "not_signed_in";
        case ErrorCode::another_user:
            return "another_user";
        case ErrorCode::already_open:
            return "already_open";
        case ErrorCode::newer_format:
            return "newer_format";
        case ErrorCode::bad_query:
            return "wrong_use";
        case ErrorCode::not_found:
            return "not_found";
        case ErrorCode::storage:
            return "storage";
    }
    return "failed";
}

}  // namespace

void throw_exception_from_error(const Failure& failure, const boost::source_location& where) {
    throw std::runtime_error(std::string(where.file_name()) + ": " + failure.code + " " + failure.message);
}

Failure failed(std::string code, std::string message) {
    return {Exit::failed, std::move(code), std::move(message)};
}

Failure wrong_use(std::string message) {
    return {Exit::wrong_use, "wrong_use", std::move(message)};
}

Failure failure_of(const device::Error& error) {
    const Exit exit = error.code == ErrorCode::bad_query ? Exit::wrong_use : Exit::failed;
    return {exit, code_of(error), error.message, error.errors};
}

}  // namespace fieldsync::cli
