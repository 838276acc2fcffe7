// FieldView: one field of an encoded record, read where it lies. For who looks at many records and wants few
// of them: a query without an index. Likewise of a change-set which one it is. Safe on any bytes: never past
// their end, no memory, no exception.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fieldsync/schema/record.hpp"

namespace fieldsync::sync {

struct FieldView {
    enum class Kind : std::uint8_t {
        absent,
        null,
        boolean,
        integer,
        text,
        uid,
        other,  // a set, or no record at all: for decode_record to say
    };

    Kind kind = Kind::absent;
    std::int64_t number = 0;   // integer; boolean: 0 or 1
    std::string_view bytes{};  // text; uid: its sixteen bytes. Into the record's.
};

// `record`: as encode_record makes it.
FieldView view_field(std::string_view record, schema::FieldNumber field);

struct ChangeSetView {
    schema::Uid uid;
    std::uint64_t number = 0;
};

// `set`: as encode_change_set makes it. Nothing when it does not begin like one.
std::optional<ChangeSetView> view_change_set(std::string_view set);

}  // namespace fieldsync::sync
