#include "simulation/watched_store.hpp"

#include "simulation/violation.hpp"

namespace fieldsync::simulation {
namespace {

std::string words_of(const sync::Receipt& receipt) {
    std::string words = "hears that change-set #" + receipt.change_set.to_string().substr(30) + " is ";
    words += receipt.status == sync::ReceiptStatus::applied  ? "applied"
             : receipt.status == sync::ReceiptStatus::merged ? "merged"
                                                             : "rejected (" + receipt.code + ")";
    return words + " at " + std::to_string(schema::number(receipt.seq));
}

}  // namespace

void WatchedStore::store_receipts(const std::vector<sync::Receipt>& receipts) {
    for (const sync::Receipt& receipt : receipts) {
        phone_.say(words_of(receipt));
        phone_.ledger_.told(receipt, phone_.scene_.server.restored != 0);
    }
    store_.store_receipts(receipts);
    phone_.ledger_.compare(phone_.engine());
}

void WatchedStore::apply(const sync::Chunk& chunk) {
    std::string words = "applies up to " + std::to_string(schema::number(chunk.cursor.seq));
    if (!chunk.changes.empty()) words += ", " + std::to_string(chunk.changes.size()) + " changes";
    for (const auto& begun : chunk.begun) words += ", gains " + phone_.scene_.town.name_of(begun.scope);
    for (const Uid& evicted : chunk.evicted) words += ", loses " + phone_.scene_.town.name_of(evicted);
    std::size_t records = 0;
    for (const auto& part : chunk.parts) records += part.records.size();
    if (records != 0) words += ", " + std::to_string(records) + " records of snapshots";
    phone_.say(words);
    store_.apply(chunk);
    phone_.check_after_apply(chunk);
}

void WatchedStore::resend_scopes(const std::vector<Uid>& diverged) {
    std::string words;
    for (const Uid& scope : diverged)
        words += (words.empty() ? "" : ", ") + phone_.scene_.town.name_of(scope);
    throw Violation("checksums agree", phone_.name() + " differs from the server in " + words);
}

}  // namespace fieldsync::simulation
