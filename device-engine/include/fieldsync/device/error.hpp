// What the engine answers when it does not do as asked. Expected outcomes are values; StoreFailure is thrown
// when the store itself cannot go on (disk gone or full, file damaged), and leaves the last committed state
// in place.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "fieldsync/schema/validation.hpp"

namespace fieldsync::device {

enum class ErrorCode : std::uint8_t {
    refused = 1,    // by schema, rules or limits: `word`, `message` and `errors` say why
    not_signed_in,  // the store belongs to nobody yet
    another_user,   // the store belongs to somebody else and holds work that only he may send
    already_open,   // this process has the store open already
    newer_format,   // written by a newer program
    bad_query,      // an entity or field that is not there, a value of another type
    not_found,
    storage,  // the store could not be opened
};

struct Error {
    ErrorCode code = ErrorCode::refused;
    std::string word;     // refused: the rulebook's wire word ("forbidden", "validation_failed", …)
    std::string message;  // for people
    schema::FieldErrors errors;
};

template <class T>
using Result = boost::system::result<T, Error>;
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

class StoreFailure : public std::runtime_error {
  public:
    StoreFailure(const std::string& what, int code) : std::runtime_error(what), code_(code) {}
    [[nodiscard]] int code() const { return code_; }  // LMDB's or errno

  private:
    int code_;
};

}  // namespace fieldsync::device
