#include "codec/reader.hpp"

namespace fieldsync::sync::codec {
namespace {

constexpr std::string_view before_reason = ": ";

template <class Enum>
Enum known_or(Enum value, Enum first, Enum last, Enum otherwise) {
    return value >= first && value <= last ? value : otherwise;
}

}  // namespace

bool Reader::fail_at(std::size_t offset, std::string_view what) {
    error_.offset = offset;
    error_.what = std::string(before_reason).append(what);
    return false;
}

bool Reader::fail_under(std::string_view where, std::uint64_t number) {
    std::string place = std::string(where) + ' ' + std::to_string(number);
    if (!error_.what.starts_with(before_reason)) place += ", ";
    error_.what.insert(0, place);
    return false;
}

CodecError Reader::take_error() {
    if (error_.what.starts_with(before_reason)) error_.what.erase(0, before_reason.size());
    return std::move(error_);
}

bool Reader::go_to(const Header& map, std::uint64_t wanted, bool& found) {
    if (map.kind != Kind::map) return fail("not a map");
    walk_.enter();
    return walk_.go_to(map, wanted, found) || fail_as_walk();
}

bool Reader::get_kind(std::uint8_t& out) {
    Header map;
    bool found = false;
    if (!read(map) || !go_to(map, kind_key, found)) return false;
    if (!found) return fail_at(0, "no kind");
    return get(out) || fail_under("key", kind_key);
}

bool Reader::get_fields(std::span<const schema::FieldNumber> wanted, FieldMap& out) {
    Header map;
    bool found = false;
    if (!read(map) || !go_to(map, record_fields_key, found)) return false;
    if (!found) return true;
    if (!read(map)) return false;
    if (map.kind != Kind::map) return fail("not a map");
    out.reserve(wanted.size());
    for (std::uint64_t pair = 0; pair < map.number && out.items().size() < wanted.size(); ++pair) {
        schema::FieldNumber number{};
        if (!get(number)) return fail_under("field", pair);
        const bool is_wanted = std::ranges::find(wanted, number) != wanted.end();
        const bool is_read = is_wanted ? get(*out.try_emplace(number).first) : walk_.skip() || fail_as_walk();
        if (!is_read) return fail_under("field", schema::number(number));
    }
    return true;
}

bool Reader::take(const Header& header, bool& out) {
    if (header.kind != Kind::boolean) return fail("not a boolean");
    out = header.number != 0;
    return true;
}

bool Reader::take(const Header& header, std::int64_t& out) {
    const bool is_negative = header.kind == Kind::negative;
    if (!is_negative && header.kind != Kind::number) return fail("not a number");
    out = static_cast<std::int64_t>(header.number);
    return is_negative || out >= 0 || fail("number too large");
}

bool Reader::take(const Header& header, std::string& out) {
    if (header.kind != Kind::text) return fail("not a string");
    out = walk_.payload(header);
    return true;
}

bool Reader::take(const Header& header, Uid& out) {
    if (header.kind != Kind::binary) return fail("not a uid");
    const std::optional<Uid> uid = Uid::from_bytes(walk_.payload(header));
    if (!uid) return fail("a uid is 16 bytes");
    out = *uid;
    return true;
}

bool Reader::take(const Header& header, schema::StringSet& out) {
    if (!take_array(header, limits::set_elements_max, out)) return false;
    const bool is_set = std::ranges::adjacent_find(out, std::ranges::greater_equal{}) == out.end();
    if (!is_set) out = schema::make_set(std::move(out));
    return true;
}

bool Reader::take(const Header& header, Value& out) {
    switch (header.kind) {
        case Kind::nil:
            out = std::monostate{};
            return true;
        case Kind::boolean:
            return take(header, out.emplace<bool>());
        case Kind::number:
        case Kind::negative:
            return take(header, out.emplace<std::int64_t>());
        case Kind::text:
            out.emplace<std::string>(walk_.payload(header));
            return true;
        case Kind::binary:
            return take(header, out.emplace<Uid>());
        case Kind::array:
            return take(header, out.emplace<schema::StringSet>());
        case Kind::map:
        case Kind::other:
            break;
    }
    return fail("not a value");
}

bool Reader::take(const Header& header, FieldMap& out) {
    if (header.kind != Kind::map) return fail("not a map");
    if (header.number > limits::fields_per_record_max) return fail("too many fields");
    out.reserve(header.number);
    walk_.enter();
    for (std::uint64_t pair = 0; pair < header.number; ++pair) {
        schema::FieldNumber number{};
        if (!get(number)) return fail_under("field", pair);
        const auto [value, is_new] = out.try_emplace(number);
        if (!is_new) return fail("a field twice");
        if (!get(*value)) return fail_under("field", schema::number(number));
    }
    walk_.leave();
    return true;
}

bool Reader::take(const Header& header, ChangeSet& out) {
    const std::size_t at = walk_.offset();
    if (!take_map(header, out)) return false;
    return walk_.position() - at <= limits::change_set_bytes_max || fail_at(at, "change-set too large");
}

bool Reader::take(const Header& header, schema::Operation& out) {
    std::uint8_t number = 0;
    if (!take(header, number)) return false;
    out = schema::Operation{number};
    return (out >= schema::Operation::insert && out <= schema::Operation::gone) || fail("no such operation");
}

bool Reader::take(const Header& header, ReceiptStatus& out) {
    std::uint8_t number = 0;
    if (!take(header, number)) return false;
    out = ReceiptStatus{number};
    return (out >= ReceiptStatus::applied && out <= ReceiptStatus::rejected) || fail("no such status");
}

bool Reader::take(const Header& header, GoodbyeAction& out) {
    std::uint8_t number = 0;
    if (!take(header, number)) return false;
    out = known_or(GoodbyeAction{number}, GoodbyeAction::retry_later, GoodbyeAction::resync,
                   GoodbyeAction::retry_later);
    return true;
}

bool Reader::take(const Header& header, schema::Policy& out) {
    std::uint8_t number = 0;
    if (!take(header, number)) return false;
    out = known_or(schema::Policy{number}, schema::Policy::last_writer, schema::Policy::server_only,
                   schema::Policy::last_writer);
    return true;
}

bool Reader::take(const Header& header, schema::Broken& out) {
    std::uint8_t number = 0;
    if (!take(header, number)) return false;
    out = known_or(schema::Broken{number}, schema::Broken::required, schema::Broken::taken,
                   schema::Broken::other);
    return true;
}

}  // namespace fieldsync::sync::codec
