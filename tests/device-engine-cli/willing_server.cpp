#include "willing_server.hpp"

#include "fieldsync/sync/codec.hpp"
#include "prepared_store.hpp"

namespace fieldsync::testing {
namespace {

constexpr sync::Cursor kHead{schema::Seq{101}, 9};

CannedAnswer answer_with(const std::vector<sync::Message>& messages) {
    CannedAnswer answer;
    for (const sync::Message& message : messages) sync::append_framed(message, answer.body);
    return answer;
}

sync::Receipts receipts_of(const sync::Push& push, bool rejects) {
    sync::Receipts receipts;
    for (const sync::ChangeSet& set : push.change_sets) {
        sync::Receipt receipt;
        receipt.change_set = set.uid;
        receipt.seq = kHead.seq;
        receipt.scopes = {kLead};
        if (rejects) {
            receipt.status = sync::ReceiptStatus::rejected;
            receipt.code = "forbidden";
            receipt.message = "No.";
        }
        receipts.receipts.push_back(std::move(receipt));
    }
    return receipts;
}

}  // namespace

std::string signed_in_as(const schema::Uid& user) {
    return R"({"token": "t2", "user": {"uid": ")" + user.to_string() +
           R"(", "name": "Sam Staff", "user_type": "staff"}, "business": {"uid": ")" + kBusiness.to_string() +
           R"(", "name": "Acme Homes"}})";
}

std::vector<sync::Message> read_messages(const std::string& body) {
    auto messages = sync::decode_framed(body, 100);
    return messages.has_value() ? std::move(*messages) : std::vector<sync::Message>{};
}

CannedAnswer goodbye(std::string code, sync::GoodbyeAction action) {
    return answer_with({sync::Goodbye{std::move(code), "Not you.", action, 0}});
}

CannedAnswer WillingServer::operator()(const CannedRequest& request) const {
    sync::Welcome welcome;
    welcome.server_time_us = kNoonUs;
    welcome.head = kHead;
    sync::Chunk chunk;
    chunk.cursor = kHead;
    chunk.head = kHead.seq;
    chunk.is_last = true;
    chunk.records_left = records_left;

    std::vector<sync::Message> answers{welcome};
    for (const sync::Message& message : read_messages(request.body)) {
        if (const auto* push = std::get_if<sync::Push>(&message))
            answers.emplace_back(receipts_of(*push, rejects));
        if (std::holds_alternative<sync::Pull>(message)) answers.emplace_back(chunk);
        if (std::holds_alternative<sync::Verify>(message))
            answers.emplace_back(sync::Verified{true, kHead.seq, diverged});
    }
    return answer_with(answers);
}

}  // namespace fieldsync::testing
