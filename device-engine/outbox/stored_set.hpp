// Change-sets and receipts as the tables keep them. One that cannot be read means a damaged store: thrown.
#pragma once

#include <string>

#include "fieldsync/device/error.hpp"
#include "fieldsync/sync/codec.hpp"
#include "fieldsync/sync/field_view.hpp"

namespace fieldsync::device {

inline std::string encode_stored(const sync::ChangeSet& set) {
    std::string bytes;
    sync::encode_change_set(set, bytes);
    return bytes;
}

inline std::string encode_stored(const sync::Receipt& receipt) {
    std::string bytes;
    sync::encode_receipt(receipt, bytes);
    return bytes;
}

// Which one it is, without the rest.
inline sync::ChangeSetView view_stored_set(std::string_view bytes) {
    const auto view = sync::view_change_set(bytes);
    if (!view) throw StoreFailure("a stored change-set is damaged", 0);
    return *view;
}

inline sync::ChangeSet decode_stored_set(std::string_view bytes) {
    auto set = sync::decode_change_set(bytes);
    if (!set) throw StoreFailure("a stored change-set is damaged: " + set.error().what, 0);
    return std::move(*set);
}

inline sync::Receipt decode_stored_receipt(std::string_view bytes) {
    auto receipt = sync::decode_receipt(bytes);
    if (!receipt) throw StoreFailure("a stored receipt is damaged: " + receipt.error().what, 0);
    return std::move(*receipt);
}

}  // namespace fieldsync::device
