#include "codec/reader.hpp"

namespace fieldsync::sync::codec {
namespace {

constexpr std::string_view before_reason = ": ";

template <class Enum>
Enum known_or(Enum value, Enum first, Enum last, Enum otherwise) {
    return value >= first && value <= last ? value : otherwise;
}

}  // namespace

bool Reader::fail(Tape::Index at, std::string_view what) {
    error_.offset = tape_[at].offset;
    error_.what = std::string(before_reason).append(what);
    return false;
}

bool Reader::fail_under(std::string_view where, std::size_t number) {
    std::string place = std::string(where) + ' ' + std::to_string(number);
    if (!error_.what.starts_with(before_reason)) place += ", ";
    error_.what.insert(0, place);
    return false;
}

CodecError Reader::take_error() {
    if (error_.what.starts_with(before_reason)) error_.what.erase(0, before_reason.size());
    return std::move(error_);
}

bool Reader::get_kind(std::uint8_t& out) {
    Found found{};
    if (!find_keys(0, found)) return false;
    if (found[kind_key] == 0) return fail(0, "no kind");
    return get_unsigned(found[kind_key], out) || fail_under("key", kind_key);
}

bool Reader::find_keys(Tape::Index at, Found& found) {
    const Token& map = tape_[at];
    if (map.kind != TokenKind::map) return fail(at, "not a map");
    Tape::Index key = at + 1;
    for (std::uint32_t pair = 0; pair < map.low(); ++pair) {
        const Tape::Index value = tape_.after(key);
        const Token& token = tape_[key];
        if (token.kind == TokenKind::number && token.bits < found.size()) {
            Tape::Index& place = found[token.bits];
            if (place != 0) return fail(key, "a key twice");
            place = value;
        }
        key = tape_.after(value);
    }
    return true;
}

bool Reader::get_bool(Tape::Index at, bool& out) {
    if (tape_[at].kind != TokenKind::boolean) return fail(at, "not a boolean");
    out = tape_[at].bits != 0;
    return true;
}

bool Reader::get_number(Tape::Index at, std::uint64_t max, std::uint64_t& out) {
    const Token& token = tape_[at];
    if (token.kind != TokenKind::number) return fail(at, "not a number");
    if (token.bits > max) return fail(at, "number too large");
    out = token.bits;
    return true;
}

bool Reader::get_signed(Tape::Index at, std::int64_t& out) {
    const Token& token = tape_[at];
    if (token.kind == TokenKind::negative) {
        out = static_cast<std::int64_t>(token.bits);
        return true;
    }
    std::uint64_t number = 0;
    if (!get_number(at, std::numeric_limits<std::int64_t>::max(), number)) return false;
    out = static_cast<std::int64_t>(number);
    return true;
}

bool Reader::get_uid(Tape::Index at, Uid& out) {
    const Token& token = tape_[at];
    if (token.kind != TokenKind::binary) return fail(at, "not a uid");
    const std::optional<Uid> uid = Uid::from_bytes(tape_.view(token));
    if (!uid) return fail(at, "a uid is 16 bytes");
    out = *uid;
    return true;
}

bool Reader::get_text(Tape::Index at, std::string& out) {
    const Token& token = tape_[at];
    if (token.kind != TokenKind::text) return fail(at, "not a string");
    out = tape_.view(token);
    return true;
}

bool Reader::get_set(Tape::Index at, schema::StringSet& out) {
    if (!get_array(at, limits::set_elements_max, out)) return false;
    const bool is_set = std::ranges::adjacent_find(out, std::ranges::greater_equal{}) == out.end();
    if (!is_set) out = schema::make_set(std::move(out));
    return true;
}

bool Reader::get_value(Tape::Index at, Value& out) {
    switch (tape_[at].kind) {
        case TokenKind::nil:
            out = std::monostate{};
            return true;
        case TokenKind::boolean:
            return get_bool(at, out.emplace<bool>());
        case TokenKind::number:
        case TokenKind::negative:
            return get_signed(at, out.emplace<std::int64_t>());
        case TokenKind::text:
            return get_text(at, out.emplace<std::string>());
        case TokenKind::binary:
            return get_uid(at, out.emplace<Uid>());
        case TokenKind::array:
            return get_set(at, out.emplace<schema::StringSet>());
        case TokenKind::map:
        case TokenKind::other:
            break;
    }
    return fail(at, "not a value");
}

bool Reader::get_fields(Tape::Index at, FieldMap& out) {
    const Token& map = tape_[at];
    if (map.kind != TokenKind::map) return fail(at, "not a map");
    if (map.low() > limits::fields_per_record_max) return fail(at, "too many fields");
    Tape::Index key = at + 1;
    for (std::uint32_t pair = 0; pair < map.low(); ++pair) {
        schema::FieldNumber number{};
        if (!get(key, number)) return fail_under("field", pair);
        if (out.get(number) != nullptr) return fail(key, "a field twice");
        const Tape::Index at_value = tape_.after(key);
        Value value;
        if (!get_value(at_value, value)) return fail_under("field", schema::number(number));
        out.set(number, std::move(value));
        key = tape_.after(at_value);
    }
    return true;
}

bool Reader::get_change_set(Tape::Index at, ChangeSet& out) {
    if (tape_.extent(at) > limits::change_set_bytes_max) return fail(at, "change-set too large");
    return get_map(at, out);
}

bool Reader::get_enum(Tape::Index at, schema::Operation& out) {
    std::uint8_t number = 0;
    if (!get_unsigned(at, number)) return false;
    out = schema::Operation{number};
    if (out < schema::Operation::insert || out > schema::Operation::gone)
        return fail(at, "no such operation");
    return true;
}

bool Reader::get_enum(Tape::Index at, ReceiptStatus& out) {
    std::uint8_t number = 0;
    if (!get_unsigned(at, number)) return false;
    out = ReceiptStatus{number};
    if (out < ReceiptStatus::applied || out > ReceiptStatus::rejected) return fail(at, "no such status");
    return true;
}

bool Reader::get_enum(Tape::Index at, GoodbyeAction& out) {
    std::uint8_t number = 0;
    if (!get_unsigned(at, number)) return false;
    out = known_or(GoodbyeAction{number}, GoodbyeAction::retry_later, GoodbyeAction::resync,
                   GoodbyeAction::retry_later);
    return true;
}

bool Reader::get_enum(Tape::Index at, schema::Policy& out) {
    std::uint8_t number = 0;
    if (!get_unsigned(at, number)) return false;
    out = known_or(schema::Policy{number}, schema::Policy::last_writer, schema::Policy::server_only,
                   schema::Policy::last_writer);
    return true;
}

bool Reader::get_enum(Tape::Index at, schema::Broken& out) {
    std::uint8_t number = 0;
    if (!get_unsigned(at, number)) return false;
    out = known_or(schema::Broken{number}, schema::Broken::required, schema::Broken::taken,
                   schema::Broken::other);
    return true;
}

}  // namespace fieldsync::sync::codec
