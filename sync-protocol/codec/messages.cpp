// Whole messages, and bodies of several.
#include <array>
#include <stdexcept>
#include <utility>

#include "codec/reader.hpp"
#include "codec/writer.hpp"

namespace fieldsync::sync {
namespace {

constexpr std::size_t length_bytes = 4;

// A message's place in the variant, from 1, is its kind on the wire: the list only ever grows at its end.
static_assert(std::variant_size_v<Message> == 12);
static_assert(std::is_same_v<std::variant_alternative_t<0, Message>, Hello>);
static_assert(std::is_same_v<std::variant_alternative_t<3, Message>, Push>);
static_assert(std::is_same_v<std::variant_alternative_t<8, Message>, Chunk>);
static_assert(std::is_same_v<std::variant_alternative_t<11, Message>, Verified>);

template <std::size_t Index>
bool get_alternative(codec::Reader& reader, Message& out) {
    return reader.get(out.emplace<Index>());
}

using Get = bool (*)(codec::Reader&, Message&);

template <std::size_t... Index>
constexpr std::array<Get, sizeof...(Index)> get_table(std::index_sequence<Index...> /*unused*/) {
    return {&get_alternative<Index>...};
}

constexpr auto get_by_kind = get_table(std::make_index_sequence<std::variant_size_v<Message>>{});

std::size_t read_length(std::string_view bytes) {
    std::size_t out = 0;
    for (const char byte : bytes.substr(0, length_bytes)) out = out << 8 | static_cast<std::uint8_t>(byte);
    return out;
}

void write_length(std::size_t length, std::string& out, std::size_t at) {
    for (std::size_t i = 0; i < length_bytes; ++i)
        out[at + i] = static_cast<char>(length >> (8 * (length_bytes - 1 - i)) & 0xff);
}

}  // namespace

void throw_exception_from_error(const CodecError& error, const boost::source_location& /*where*/) {
    throw std::runtime_error("at byte " + std::to_string(error.offset) + ": " + error.what);
}

void encode(const Message& message, std::string& out) {
    codec::StringSink sink{out};
    codec::Writer<codec::StringSink> writer(sink);
    const auto kind = static_cast<std::uint8_t>(message.index() + 1);
    std::visit([&](const auto& alternative) { writer.put_message(kind, alternative); }, message);
}

Decoded<Message> decode_message(std::string_view bytes) {
    if (bytes.size() > limits::frame_bytes_max) return CodecError{limits::frame_bytes_max, "too large"};
    std::uint8_t kind = 0;
    codec::Reader beginning(bytes);
    if (!beginning.get_kind(kind)) return beginning.take_error();
    if (kind == 0 || kind > get_by_kind.size()) return CodecError{0, "no such kind of message"};
    Message out;
    codec::Reader reader(bytes);
    if (!get_by_kind[kind - 1U](reader, out) || !reader.end()) return reader.take_error();
    return out;
}

void append_framed(const Message& message, std::string& out) {
    const std::size_t begin = out.size();
    out.append(length_bytes, '\0');
    encode(message, out);
    write_length(out.size() - begin - length_bytes, out, begin);
}

void append_framed_bytes(std::string_view encoded, std::string& out) {
    const std::size_t begin = out.size();
    out.append(length_bytes, '\0');
    write_length(encoded.size(), out, begin);
    out += encoded;
}

Decoded<std::vector<Message>> decode_framed(std::string_view bytes, std::size_t messages_max) {
    std::vector<Message> out;
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (out.size() == messages_max) return CodecError{at, "too many messages"};
        if (bytes.size() - at < length_bytes) return CodecError{bytes.size(), "cut short"};
        const std::size_t length = read_length(bytes.substr(at));
        if (length > limits::frame_bytes_max) return CodecError{at, "too large"};
        at += length_bytes;
        if (bytes.size() - at < length) return CodecError{bytes.size(), "cut short"};
        Decoded<Message> message = decode_message(bytes.substr(at, length));
        if (!message) return CodecError{at + message.error().offset, std::move(message.error().what)};
        out.push_back(*std::move(message));
        at += length;
    }
    return out;
}

}  // namespace fieldsync::sync
