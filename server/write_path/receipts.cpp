#include "write_path/receipts.hpp"

#include <stdexcept>

#include "fieldsync/sync/codec.hpp"
#include "records/values.hpp"

namespace fieldsync::server {
namespace {

constexpr const char* kFind =
    "SELECT status, seq, body, author FROM receipt WHERE business_id = ?1 AND change_set = ?2";
constexpr const char* kInsert =
    "INSERT INTO receipt (business_id, change_set, store, status, seq, body, content, author)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
constexpr const char* kTrim =
    "UPDATE receipt SET body = NULL WHERE business_id = ?1 AND change_set = ?2 AND author = ?3";
constexpr const char* kLastNumber = "SELECT last_number FROM store WHERE business_id = ?1 AND uid = ?2";
constexpr const char* kMoveLastNumber =
    "UPDATE store SET last_number = ?3 WHERE business_id = ?1 AND uid = ?2";

}  // namespace

std::optional<sync::Receipt> find_receipt(storage::Connection& connection, BusinessId business,
                                          const schema::Uid& change_set, const schema::Uid& author) {
    std::optional<sync::Receipt> receipt;
    connection.query(kFind, {number(business), blob(change_set)}, [&](storage::Row& row) {
        if (read_uid(row, 3) != author) {
            receipt.emplace();
            receipt->change_set = change_set;
            receipt->status = sync::ReceiptStatus::rejected;
            receipt->code = "bad_uid";
            receipt->message = "This change-set's uid is taken.";
            return;
        }
        if (!row.null(2)) {
            auto decoded = sync::decode_receipt(read_bytes(row, 2));
            if (!decoded) throw std::runtime_error("a receipt in the database is damaged");
            receipt = std::move(*decoded);
            return;
        }
        receipt.emplace();
        receipt->change_set = change_set;
        receipt->status = static_cast<sync::ReceiptStatus>(row.integer(0));
        receipt->seq = schema::Seq{static_cast<std::uint64_t>(row.integer(1))};
    });
    return receipt;
}

void record_receipt(storage::Connection& connection, BusinessId business, const schema::Uid& store,
                    const schema::Uid& author, const sync::Receipt& receipt, std::string_view content) {
    std::string body;
    sync::encode_receipt(receipt, body);
    connection.post(kInsert, {number(business), blob(receipt.change_set), blob(store),
                              static_cast<std::int64_t>(receipt.status),
                              static_cast<std::int64_t>(schema::number(receipt.seq)), blob(body),
                              content.empty() ? storage::Parameter(nullptr) : blob(content), blob(author)});
}

void trim_receipts(storage::Connection& connection, BusinessId business, const schema::Uid& author,
                   const std::vector<schema::Uid>& change_sets) {
    for (const schema::Uid& change_set : change_sets)
        connection.post(kTrim, {number(business), blob(change_set), blob(author)});
}

std::optional<std::uint64_t> last_number(storage::Connection& connection, BusinessId business,
                                         const schema::Uid& store) {
    const auto number_of_store = connection.integer(kLastNumber, {number(business), blob(store)});
    if (!number_of_store) return std::nullopt;
    return static_cast<std::uint64_t>(*number_of_store);
}

void move_last_number(storage::Connection& connection, BusinessId business, const schema::Uid& store,
                      std::uint64_t last) {
    connection.post(kMoveLastNumber, {number(business), blob(store), static_cast<std::int64_t>(last)});
}

}  // namespace fieldsync::server
