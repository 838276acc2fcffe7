// Meta: the store's single values, typed: who it is, whose it is, how far it has come. Inside one
// transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fieldsync/device/account.hpp"
#include "fieldsync/sync/messages.hpp"
#include "store/transaction.hpp"

namespace fieldsync::device {

class MetaView {
  public:
    explicit MetaView(const store::ReadTransaction& tables) : tables_(tables) {}

    [[nodiscard]] schema::Uid device() const { return uid("device"); }
    [[nodiscard]] schema::Uid store() const { return uid("store"); }
    [[nodiscard]] std::optional<Account> account() const;
    [[nodiscard]] sync::Cursor cursor() const;
    [[nodiscard]] schema::Seq head() const {
        return schema::Seq{number("head")};
    }                                                                // the server's, as last heard
    [[nodiscard]] sync::Hlc hlc() const { return {number("hlc")}; }  // the last one given
    // The server's wall clock minus this one.
    [[nodiscard]] std::int64_t offset_us() const { return static_cast<std::int64_t>(number("offset")); }
    [[nodiscard]] std::int64_t last_sync_at_us() const {
        return static_cast<std::int64_t>(number("last_sync_at"));
    }
    [[nodiscard]] std::uint64_t last_number() const {
        return number("last_number");
    }  // given to a change-set
    [[nodiscard]] std::uint64_t changes_per_set_max() const;
    [[nodiscard]] std::uint64_t change_set_bytes_max() const;
    [[nodiscard]] std::uint64_t ignored_changes() const { return number("ignored_changes"); }
    [[nodiscard]] std::uint64_t syncs_asked() const { return number("syncs_asked"); }
    [[nodiscard]] std::string sync_state() const { return text("sync_state"); }
    [[nodiscard]] std::string indexes() const { return text("indexes"); }

  protected:
    [[nodiscard]] std::string text(std::string_view name) const;
    [[nodiscard]] std::uint64_t number(std::string_view name) const;
    [[nodiscard]] schema::Uid uid(std::string_view name) const;

  private:
    const store::ReadTransaction& tables_;
};

class Meta final : public MetaView {
  public:
    explicit Meta(store::WriteTransaction& tables) : MetaView(tables), tables_(tables) {}

    void set_device(const schema::Uid& device) { put("device", device.view()); }
    void set_store(const schema::Uid& store) { put("store", store.view()); }
    void set_account(const Account& account);
    void set_cursor(const sync::Cursor& cursor);
    void set_head(schema::Seq head) { put_number("head", schema::number(head)); }
    void set_hlc(sync::Hlc hlc) { put_number("hlc", hlc.packed); }
    void set_offset_us(std::int64_t offset) { put_number("offset", static_cast<std::uint64_t>(offset)); }
    void set_last_sync_at_us(std::int64_t at) { put_number("last_sync_at", static_cast<std::uint64_t>(at)); }
    void set_last_number(std::uint64_t number) { put_number("last_number", number); }
    void set_limits(const sync::Limits& limits);
    void set_ignored_changes(std::uint64_t count) { put_number("ignored_changes", count); }
    void set_syncs_asked(std::uint64_t count) { put_number("syncs_asked", count); }
    void set_sync_state(std::string_view state) { put("sync_state", state); }
    void set_indexes(std::string_view fingerprint) { put("indexes", fingerprint); }

  private:
    void put(std::string_view name, std::string_view value) { tables_.put(store::Table::meta, name, value); }
    void put_number(std::string_view name, std::uint64_t number);

    store::WriteTransaction& tables_;
};

}  // namespace fieldsync::device
