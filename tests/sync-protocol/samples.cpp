#include "samples.hpp"

#include <stdexcept>

namespace fieldsync::sync::test {
namespace {

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    throw std::invalid_argument("not hex");
}

FieldMap one_of_each_type() {
    FieldMap out;
    out.set(schema::FieldNumber{1}, std::string("Asha"));
    out.set(schema::FieldNumber{2}, std::int64_t{-42});
    out.set(schema::FieldNumber{3}, true);
    out.set(schema::FieldNumber{4}, Uid{uid(0x44)});
    out.set(schema::FieldNumber{5}, schema::StringSet{"lift", "pool"});
    out.set(schema::FieldNumber{300}, std::monostate{});
    return out;
}

Chunk sample_chunk() {
    Chunk out;
    out.cursor = {Seq{1000}, 0xfedcba9876543210};
    out.begun = {{uid(0x51), Seq{900}}};
    out.evicted = {uid(0x52)};
    out.changes = {sample_log_change()};
    out.parts = {{.scope = uid(0x51),
                  .read_at = Seq{950},
                  .position = "lead/7",
                  .is_done = true,
                  .records = {sample_record()}}};
    out.is_last = true;
    out.head = Seq{1000};
    out.records_left = 12;
    return out;
}

Hello sample_hello() {
    Hello out;
    out.schema_version = 7;
    out.device = uid(0x0d);
    out.store = uid(0x05);
    out.token = "secret";
    out.cursor = {Seq{70000}, 5};
    out.unfinished = {{.scope = uid(0x51), .start = Seq{900}, .position = "lead/7"},
                      {.scope = uid(0x53), .start = {}, .position = ""}};
    out.live = true;
    return out;
}

}  // namespace

Uid uid(std::uint8_t byte) {
    Uid out;
    out.bytes.fill(byte);
    return out;
}

std::string from_hex(std::string_view hex) {
    std::string out;
    int high = -1;
    for (const char c : hex) {
        if (c == ' ' || c == '\n') continue;
        if (high < 0) {
            high = digit(c);
        } else {
            out += static_cast<char>(high * 16 + digit(c));
            high = -1;
        }
    }
    return out;
}

std::string to_hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
        out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string encoded(const Message& message) {
    std::string out;
    encode(message, out);
    return out;
}

ChangeSet sample_change_set() {
    ChangeSet out;
    out.uid = uid(0xc5);
    out.number = 3;
    out.hlc = Hlc::at(0x010203040506, 0x0708);
    out.made_at_us = 1'700'000'000'000'000;
    out.made_at_cursor = Seq{255};
    Change insert{.entity = schema::EntityNumber{14},
                  .uid = uid(0x14),
                  .operation = schema::Operation::insert,
                  .fields = {}};
    insert.set(schema::FieldNumber{2}, std::string("Call back"));
    Change update{.entity = schema::EntityNumber{11},
                  .uid = uid(0x11),
                  .operation = schema::Operation::update,
                  .fields = {}};
    update.fields.push_back({.field = schema::FieldNumber{3},
                             .value = Uid{uid(0x06)},
                             .base = Seq{200},
                             .base_text = "",
                             .added = {"a"},
                             .removed = {"b", "c"},
                             .reopens = true});
    out.changes = {insert, update,
                   Change{.entity = schema::EntityNumber{18},
                          .uid = uid(0x18),
                          .operation = schema::Operation::remove,
                          .fields = {}}};
    return out;
}

Receipt sample_receipt() {
    Receipt out;
    out.change_set = uid(0xc5);
    out.status = ReceiptStatus::merged;
    out.seq = Seq{1001};
    out.scopes = {uid(0x51), uid(0x53)};
    out.ids = {{uid(0x14), 77}};
    out.merges = {{.record = {schema::EntityNumber{11}, uid(0x11)},
                   .field = schema::FieldNumber{3},
                   .policy = schema::Policy::closed_wins,
                   .author_won = true}};
    out.code = "validation_failed";
    out.message = "no";
    out.errors = {
        {.field = "price", .broken = schema::Broken::too_large, .limit = 100, .text = "t", .scale = 2}};
    return out;
}

Record sample_record() {
    return {.entity = schema::EntityNumber{9},
            .uid = uid(0x09),
            .id = 31,
            .seq = Seq{950},
            .scope = uid(0x51),
            .fields = one_of_each_type()};
}

LogChange sample_log_change() {
    LogChange out;
    out.seq = Seq{999};
    out.scope = uid(0x51);
    out.key = {schema::EntityNumber{9}, uid(0x09)};
    out.operation = schema::Operation::update;
    out.whole = true;
    out.id = 31;
    out.fields.set(schema::FieldNumber{1}, std::string("Asha"));
    return out;
}

const std::vector<Sample>& samples() {
    static const std::vector<Sample> all{
        {"hello", sample_hello()},
        {"welcome", Welcome{.protocol = 1,
                            .server_time_us = 1'700'000'000'000'000,
                            .head = {Seq{1001}, 6},
                            .limits = {.changes_per_set_max = 1000,
                                       .change_set_bytes_max = 4194304,
                                       .frame_bytes_max = 6291456,
                                       .window_bytes = 1048576},
                            .last_number = 2}},
        {"goodbye", Goodbye{.code = "upgrade_required",
                            .message = "Please update",
                            .action = GoodbyeAction::upgrade,
                            .retry_after_ms = 60000}},
        {"push", Push{{sample_change_set()}}},
        {"receipts", Receipts{{sample_receipt()}}},
        {"receipts_stored", ReceiptsStored{{uid(0xc5), uid(0xc6)}}},
        {"renumber", Renumber{17}},
        {"pull", Pull{}},
        {"chunk", sample_chunk()},
        {"chunk_stored", ChunkStored{Seq{1000}}},
        {"verify", Verify{Seq{1000}, {{.scope = uid(0x51), .records = 3, .checksum = 0x8000000000000001}}}},
        {"verified", Verified{.comparable = true, .head = Seq{1000}, .diverged = {uid(0x51)}}},
    };
    return all;
}

}  // namespace fieldsync::sync::test
