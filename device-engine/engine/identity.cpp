// Whose store this is: Engine's sign_in, wipe and what they leave behind.
#include <algorithm>
#include <array>

#include "engine/parts.hpp"
#include "fieldsync/device/engine.hpp"

namespace fieldsync::device {

using schema::Uid;

namespace {

template <class T, class F>
T read_meta(const store::Environment& environment, F&& read) {
    T value{};
    environment.read([&](const store::ReadTransaction& tables) { value = read(MetaView(tables)); });
    return value;
}

// Everything but what belongs to the device and the file. Whoever observes sees the records go.
void wipe_all(Work& work, const schema::Uid& new_store) {
    std::vector<schema::RecordKey> keys;
    work.tables.each(store::Table::records, {}, [&](std::string_view key, std::string_view) {
        keys.push_back(store::read_record_key(key));
    });
    for (const schema::RecordKey& key : keys) work.records.erase(key);
    constexpr std::array<std::string_view, 3> kKept{"format", "device", "indexes"};
    for (std::size_t i = 0; i < store::kTableNames.size(); ++i)
        if (const auto table = static_cast<store::Table>(i); table != store::Table::meta)
            work.tables.clear(table);
    for (const std::string& name : work.tables.keys(store::Table::meta, {}))
        if (std::find(kKept.begin(), kKept.end(), name) == kKept.end())
            work.tables.erase(store::Table::meta, name);
    work.meta.set_store(new_store);
}

}  // namespace

Uid Engine::device() const {
    return read_meta<Uid>(*parts_->environment, [](const MetaView& meta) { return meta.device(); });
}

Uid Engine::store() const {
    return read_meta<Uid>(*parts_->environment, [](const MetaView& meta) { return meta.store(); });
}

std::optional<Account> Engine::account() const {
    return read_meta<std::optional<Account>>(*parts_->environment,
                                             [](const MetaView& meta) { return meta.account(); });
}

Result<void> Engine::sign_in(const Account& account) {
    Result<void> done;
    parts_->commits.run([&](Work& work) {
        done = {};
        const auto owner = work.meta.account();
        if (owner && (owner->user != account.user || owner->business != account.business)) {
            const std::size_t unsent = work.outbox.view().unsent_count();
            const std::size_t rejected = work.tables.count(store::Table::rejected);
            if (unsent + rejected != 0) {
                done = Error{ErrorCode::another_user,
                             {},
                             "This store belongs to " + owner->user_name + " and holds " +
                                 std::to_string(unsent) + " unsent and " + std::to_string(rejected) +
                                 " rejected changes: send or drop them first.",
                             {}};
                return false;
            }
            wipe_all(work, new_uid());
        }
        work.meta.set_account(account);
        return true;
    });
    return done;
}

void Engine::wipe() {
    parts_->commits.run([&](Work& work) {
        wipe_all(work, new_uid());
        return true;
    });
}

}  // namespace fieldsync::device
