#include "outbox/touch.hpp"

#include "fieldsync/device/error.hpp"
#include "fieldsync/sync/codec.hpp"

namespace fieldsync::device {
namespace {

constexpr unsigned kIsChange = 1, kIsForecast = 2;
// A long text would be stored a third time: applying anew costs less.
constexpr std::size_t kForecastBytesMax = 256;

}  // namespace

void note_step(const schema::Record* before, const schema::Record* after, Touch& touch) {
    if (before == nullptr || after == nullptr || before->scope != after->scope) {
        touch.is_forecast = false;
        touch.fields = {};
        return;
    }
    if (!touch.is_forecast) return;
    for (const auto& [field, value] : after->fields.items()) {
        const schema::Value* was = before->fields.get(field);
        if (was == nullptr || *was != value) touch.fields.set(field, value);
    }
}

// flags, fields
std::string encode_stored(const Touch& touch) {
    const unsigned change = touch.changes > 0 ? kIsChange : 0;
    std::string bytes(1, static_cast<char>(change | kIsForecast));
    if (touch.is_forecast && !touch.fields.empty()) sync::encode_fields(touch.fields, bytes);
    if (!touch.is_forecast || bytes.size() > kForecastBytesMax) return {static_cast<char>(change)};
    return bytes;
}

Touch decode_stored_touch(std::string_view bytes) {
    if (bytes.empty()) return {.changes = 1, .is_forecast = false};
    const auto flags = static_cast<unsigned char>(bytes.front());
    Touch touch{.changes = flags & kIsChange, .is_forecast = (flags & kIsForecast) != 0};
    if (bytes.size() == 1) return touch;
    auto fields = sync::decode_fields(bytes.substr(1));
    if (!fields) throw StoreFailure("a stored forecast is damaged: " + fields.error().what, 0);
    touch.fields = std::move(*fields);
    return touch;
}

}  // namespace fieldsync::device
