#include "cli/report.hpp"

#include "cli/json_output.hpp"

namespace fieldsync::cli {

Exit report(const Failure& failure, bool json, std::ostream& out, std::ostream& err) {
    err << "fieldsync: ";
    if (failure.exit == Exit::refused) err << "refused by the server: " << failure.code << ": ";
    err << failure.message << "\n";
    for (const schema::FieldError& error : failure.errors)
        err << error.field << ": " << schema::message_of(error) << "\n";
    if (failure.exit == Exit::wrong_use) err << "`fieldsync --help` tells the right use.\n";
    if (!json) return failure.exit;
    JsonWriter writer;
    writer.begin_object().key("error").begin_object();
    writer.field("code", failure.code).field("message", failure.message);
    if (!failure.errors.empty()) {
        writer.key("errors");
        write_errors(writer, failure.errors);
    }
    writer.end_object().end_object();
    out << writer.take();
    return failure.exit;
}

}  // namespace fieldsync::cli
