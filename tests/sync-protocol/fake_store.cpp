#include "fake_store.hpp"

#include <algorithm>

#include "fieldsync/sync/codec.hpp"
#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

std::string name_of(const Hello& hello) {
    return "hello " + to_hex(hello.store.view().substr(0, 1)) + (hello.live ? " live" : "");
}
std::string name_of(const Push& push) {
    return "push " + std::to_string(push.change_sets.front().number) + '-' +
           std::to_string(push.change_sets.back().number);
}
std::string name_of(const ReceiptsStored& stored) {
    return "receipts_stored " + std::to_string(stored.change_sets.size());
}
std::string name_of(const Pull& /*pull*/) {
    return "pull";
}
std::string name_of(const ChunkStored& stored) {
    return "stored " + std::to_string(number(stored.cursor));
}
std::string name_of(const Verify& verify) {
    return "verify " + std::to_string(number(verify.cursor));
}
template <class Other>
std::string name_of(const Other& /*message*/) {
    return "what no device sends";
}

}  // namespace

Hello FakeStore::hello() {
    Hello out;
    out.store = uid(store_);
    out.cursor = cursor_;
    return out;
}

void FakeStore::welcomed(const Welcome& /*welcome*/) {
    told.emplace_back("welcomed");
}

std::vector<ChangeSet> FakeStore::outbox(std::uint64_t after, std::size_t bytes_max, std::size_t sets_max) {
    std::vector<ChangeSet> out;
    std::size_t bytes = 0;
    for (const ChangeSet& set : pending) {
        if (set.number <= after) continue;
        bytes += encoded_bytes(set);
        if (out.size() == sets_max || (!out.empty() && bytes > bytes_max)) break;
        out.push_back(set);
    }
    return out;
}

void FakeStore::store_receipts(const std::vector<Receipt>& receipts) {
    told.push_back("receipts " + std::to_string(receipts.size()));
    for (const Receipt& receipt : receipts)
        std::erase_if(pending, [&](const ChangeSet& set) { return set.uid == receipt.change_set; });
}

void FakeStore::renumber() {
    told.emplace_back("renumber");
    ++store_;
    last_number_ = 0;
    for (ChangeSet& set : pending) set.number = ++last_number_;
}

void FakeStore::apply(const Chunk& chunk) {
    cursor_ = chunk.cursor;
    told.push_back("apply " + std::to_string(number(chunk.cursor.seq)));
}

std::vector<ScopeChecksum> FakeStore::checksums() {
    return {{.scope = uid(1), .records = 1, .checksum = 2}};
}

Cursor FakeStore::cursor() {
    return cursor_;
}

void FakeStore::resend_scopes(const std::vector<Uid>& diverged) {
    told.push_back("resend " + std::to_string(diverged.size()));
}

Uid FakeStore::write(std::size_t bytes) {
    ChangeSet set;
    set.uid = uid(++written_);
    set.number = ++last_number_;
    Change change;
    change.set(schema::FieldNumber{1}, std::string(bytes, 'x'));
    set.changes.push_back(std::move(change));
    pending.push_back(set);
    return set.uid;
}

std::string told(const std::vector<Message>& frames) {
    std::string out;
    for (const Message& frame : frames) {
        if (!out.empty()) out += " | ";
        out += std::visit([](const auto& message) { return name_of(message); }, frame);
    }
    return out;
}

Message welcome() {
    return Welcome{};
}

Message receipts(const std::vector<Uid>& change_sets, std::uint64_t seq) {
    Receipts out;
    for (const Uid& set : change_sets) {
        Receipt receipt;
        receipt.change_set = set;
        receipt.seq = Seq{seq};
        out.receipts.push_back(receipt);
    }
    return out;
}

Message chunk(std::uint64_t cursor, bool is_last) {
    Chunk out;
    out.cursor = {Seq{cursor}, 1};
    out.head = Seq{cursor};
    out.is_last = is_last;
    return out;
}

Message goodbye(const std::string& code, GoodbyeAction action) {
    return Goodbye{.code = code, .message = "", .action = action, .retry_after_ms = 0};
}

}  // namespace fieldsync::sync::test
