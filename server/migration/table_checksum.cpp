#include "migration/table_checksum.hpp"

#include <sodium.h>

#include <array>
#include <boost/endian/conversion.hpp>

namespace fieldsync::server::migration {
namespace {

constexpr std::size_t kHashBytes = 32;

}  // namespace

struct TableChecksum::State {
    crypto_generichash_state hash;
};

TableChecksum::TableChecksum() : state_(std::make_unique<State>()) {
    crypto_generichash_init(&state_->hash, nullptr, 0, kHashBytes);
}
TableChecksum::~TableChecksum() = default;
TableChecksum::TableChecksum(TableChecksum&&) noexcept = default;

// A value is its kind, then an integer or a length, then the bytes.
void TableChecksum::add(const Page& page) {
    rows_ += static_cast<std::int64_t>(page.rows);
    for (const Value& value : page.values) {
        std::array<unsigned char, 9> head{static_cast<unsigned char>(value.index())};
        std::string_view bytes;
        if (const auto* text = std::get_if<std::string>(&value)) bytes = *text;
        if (const auto* blob = std::get_if<Bytes>(&value)) bytes = blob->of;
        const auto* integer = std::get_if<std::int64_t>(&value);
        boost::endian::store_big_s64(head.data() + 1,
                                     integer != nullptr ? *integer : static_cast<std::int64_t>(bytes.size()));
        crypto_generichash_update(&state_->hash, head.data(), head.size());
        add(bytes);
    }
}

void TableChecksum::add(std::string_view bytes) {
    crypto_generichash_update(&state_->hash, reinterpret_cast<const unsigned char*>(bytes.data()),
                              bytes.size());
}

std::string TableChecksum::finish() {
    std::string hash(kHashBytes, '\0');
    crypto_generichash_final(&state_->hash, reinterpret_cast<unsigned char*>(hash.data()), hash.size());
    return hash;
}

}  // namespace fieldsync::server::migration
