#include "records/clock_blob.hpp"

#include <stdexcept>

namespace fieldsync::server {
namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
}

std::string_view take(std::string_view& in, std::size_t bytes) {
    if (in.size() < bytes) throw std::runtime_error("a record's clock is damaged");
    const std::string_view taken = in.substr(0, bytes);
    in.remove_prefix(bytes);
    return taken;
}

std::uint64_t take_number(std::string_view& in, std::size_t bytes) {
    std::uint64_t value = 0;
    for (const char c : take(in, bytes)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

}  // namespace

RecordClock RecordClock::decode(std::string_view blob) {
    RecordClock clock;
    while (!blob.empty()) {
        ClockEntry entry;
        entry.field = schema::FieldNumber{static_cast<std::uint16_t>(take_number(blob, 2))};
        entry.seq = schema::Seq{take_number(blob, 8)};
        entry.stamp.hlc.packed = take_number(blob, 8);
        entry.stamp.store = *schema::Uid::from_bytes(take(blob, 16));
        entry.element = std::string(take(blob, take_number(blob, 2)));
        clock.entries_.push_back(std::move(entry));
    }
    return clock;
}

std::string RecordClock::encode() const {
    std::string blob;
    for (const ClockEntry& entry : entries_) {
        put(blob, schema::number(entry.field), 2);
        put(blob, schema::number(entry.seq), 8);
        put(blob, entry.stamp.hlc.packed, 8);
        blob += entry.stamp.store.view();
        put(blob, entry.element.size(), 2);
        blob += entry.element;
    }
    return blob;
}

const ClockEntry* RecordClock::find(schema::FieldNumber field, std::string_view element) const {
    for (const ClockEntry& entry : entries_)
        if (entry.field == field && entry.element == element) return &entry;
    return nullptr;
}

void RecordClock::set(ClockEntry entry) {
    for (ClockEntry& known : entries_)
        if (known.field == entry.field && known.element == entry.element) {
            known = std::move(entry);
            return;
        }
    entries_.push_back(std::move(entry));
}

}  // namespace fieldsync::server
