#include "fieldsync/sync/field_view.hpp"

#include <limits>

#include "codec/keys.hpp"
#include "codec/walk.hpp"

namespace fieldsync::sync {
namespace {

using codec::Header;
using codec::Walk;

constexpr std::uint8_t kUidKey = std::get<0>(codec::keys<ChangeSet>).number;
constexpr std::uint8_t kNumberKey = std::get<1>(codec::keys<ChangeSet>).number;

enum class Found : std::uint8_t { yes, no, damaged };

// Goes on to the value under this key of the map that begins here.
Found find(Walk& walk, std::uint64_t wanted) {
    Header map;
    bool is_there = false;
    if (!walk.read(map) || map.kind != codec::Kind::map) return Found::damaged;
    if (!walk.go_to(map, wanted, is_there)) return Found::damaged;
    return is_there ? Found::yes : Found::no;
}

FieldView view_of(const Header& header, Walk& walk) {
    switch (header.kind) {
        case codec::Kind::nil:
            return {.kind = FieldView::Kind::null};
        case codec::Kind::boolean:
            return {.kind = FieldView::Kind::boolean, .number = header.number != 0};
        case codec::Kind::number:
            if (header.number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) break;
            [[fallthrough]];
        case codec::Kind::negative:
            return {.kind = FieldView::Kind::integer, .number = static_cast<std::int64_t>(header.number)};
        case codec::Kind::text:
            return {.kind = FieldView::Kind::text, .bytes = walk.payload(header)};
        case codec::Kind::binary:
            if (header.number != schema::Uid{}.view().size()) break;
            return {.kind = FieldView::Kind::uid, .bytes = walk.payload(header)};
        case codec::Kind::array:
        case codec::Kind::map:
        case codec::Kind::other:
            break;
    }
    return {.kind = FieldView::Kind::other};
}

// The value under a key of a map.
FieldView view_key(std::string_view map, std::uint64_t key) {
    Walk walk(map);
    Header value;
    if (find(walk, key) != Found::yes || !walk.read(value)) return {.kind = FieldView::Kind::other};
    return view_of(value, walk);
}

}  // namespace

FieldView view_field(std::string_view record, schema::FieldNumber field) {
    constexpr FieldView kUnreadable{.kind = FieldView::Kind::other};
    Walk walk(record);
    Found found = find(walk, codec::record_fields_key);
    if (found == Found::yes) found = find(walk, schema::number(field));
    if (found != Found::yes) return found == Found::no ? FieldView{} : kUnreadable;

    Header value;
    return walk.read(value) ? view_of(value, walk) : kUnreadable;
}

std::optional<ChangeSetView> view_change_set(std::string_view set) {
    const FieldView uid = view_key(set, kUidKey), number = view_key(set, kNumberKey);
    if (uid.kind != FieldView::Kind::uid || number.kind != FieldView::Kind::integer) return std::nullopt;
    return ChangeSetView{*schema::Uid::from_bytes(uid.bytes), static_cast<std::uint64_t>(number.number)};
}

}  // namespace fieldsync::sync
