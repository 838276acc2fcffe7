#include "simulation/ledger.hpp"

#include "fieldsync/schema/entities.hpp"
#include "simulation/violation.hpp"

namespace fieldsync::simulation {
namespace {

using schema::Operation;
using schema::RecordKey;

constexpr auto kPhaseStatus = schema::number_of<schema::phase_fields>("status");

std::string short_of(const Uid& uid) {
    return "change-set #" + uid.to_string().substr(30);
}

// Of a change-set that a restored server made the phone offer again only the bases are others.
bool is_same_work(const sync::ChangeSet& a, const sync::ChangeSet& b) {
    if (a.changes.size() != b.changes.size() || a.made_at_us != b.made_at_us) return false;
    for (std::size_t i = 0; i < a.changes.size(); ++i) {
        const schema::Change &one = a.changes[i], &other = b.changes[i];
        if (one.entity != other.entity || one.uid != other.uid || one.operation != other.operation ||
            one.fields.size() != other.fields.size())
            return false;
        for (std::size_t j = 0; j < one.fields.size(); ++j)
            if (one.fields[j].field != other.fields[j].field || one.fields[j].value != other.fields[j].value)
                return false;
    }
    return true;
}

}  // namespace

void Ledger::told(const sync::Receipt& receipt, bool server_was_restored) {
    const auto own = own_.find(receipt.change_set);
    if (own == own_.end())
        throw Violation("receipts are of own work", "a receipt of a change-set that was not made here");
    Own& work = own->second;
    if (work.receipt && !server_was_restored &&
        (work.receipt->status != receipt.status || work.receipt->seq != receipt.seq))
        throw Violation("the first receipt is the answer for good",
                        short_of(receipt.change_set) + " has another receipt than before");
    if (work.is_rejected) return;  // it stays in the box
    work.receipt = receipt;
}

void Ledger::compare_outbox(const std::vector<device::OutboxItem>& outbox, std::set<Uid>& seen) {
    std::uint64_t last_number = 0;
    for (const device::OutboxItem& item : outbox) {
        auto own = own_.find(item.set.uid);
        if (own == own_.end() && may_have_written_) {
            wrote(item.set);
            own = own_.find(item.set.uid);
        }
        if (own == own_.end())
            throw Violation("one state each",
                            short_of(item.set.uid) + " is in the outbox and was never made");
        Own& work = own->second;
        seen.insert(item.set.uid);
        if (!is_same_work(work.set, item.set))
            throw Violation("the outbox keeps work whole", short_of(item.set.uid) + " is not what was made");
        if (work.is_rejected)
            throw Violation("one state each", short_of(item.set.uid) + " was rejected and is pending");
        if (work.is_ended && !may_be_pending_again_)
            throw Violation("one state each", short_of(item.set.uid) + " had ended and is pending again");
        work.is_ended = false;
        if (item.receipt) continue;
        if (last_number != 0 && item.set.number != last_number + 1)
            throw Violation("numbers are gap-free", short_of(item.set.uid) + " has number " +
                                                        std::to_string(item.set.number) + " behind " +
                                                        std::to_string(last_number));
        last_number = item.set.number;
    }
}

void Ledger::compare(const device::Engine& engine) {
    const auto outbox = engine.outbox();
    std::set<Uid> seen;  // in a state
    compare_outbox(outbox, seen);
    may_be_pending_again_ = false;
    for (const device::RejectedItem& item : engine.rejected()) {
        const auto own = own_.find(item.set.uid);
        if (own == own_.end() || !seen.insert(item.set.uid).second)
            throw Violation("one state each",
                            short_of(item.set.uid) + " is in the rejected box and elsewhere");
        if (!is_same_work(own->second.set, item.set))
            throw Violation("the rejected box keeps work whole",
                            short_of(item.set.uid) + " is not what was made");
        if (!own->second.receipt || own->second.receipt->status != sync::ReceiptStatus::rejected)
            throw Violation("one state each", short_of(item.set.uid) + " is in the rejected box, untold");
        own->second.is_rejected = true;
    }
    for (auto& [uid, own] : own_) {
        if (seen.contains(uid) || own.is_dropped || own.is_ended) continue;
        if (own.is_rejected && may_have_written_) {
            own.is_dropped = true;
            continue;
        }
        const bool took_effect = own.receipt && own.receipt->status != sync::ReceiptStatus::rejected;
        if (!took_effect || own.is_rejected)
            throw Violation("no work is lost on the phone", short_of(uid) + " is gone without a receipt");
        own.is_ended = true;
    }
    may_have_written_ = false;
    compare_own_writes(engine, outbox);
}

void Ledger::compare_own_writes(const device::Engine& engine,
                                const std::vector<device::OutboxItem>& outbox) const {
    struct Latest {
        const schema::Value* value = nullptr;
        bool is_told = false;
    };
    std::map<std::pair<RecordKey, schema::FieldNumber>, Latest> latest;
    for (const device::OutboxItem& item : outbox)
        for (const schema::Change& change : item.set.changes) {
            if (change.operation != Operation::update) continue;
            for (const schema::FieldChange& field : change.fields)
                latest[{{change.entity, change.uid}, field.field}] = {&field.value, item.receipt.has_value()};
        }
    for (const auto& [place, written] : latest) {
        const auto& [key, number] = place;
        const schema::Field* field = Town::schema().at(key.entity).field(number);
        const bool is_plain = field->policy == schema::Policy::last_writer && !field->is_argument;
        const bool has_effects = key.entity == schema::entity::phase && number == kPhaseStatus;
        if (!is_plain || has_effects || written.is_told) continue;
        const auto record = engine.get(key);
        if (!record) continue;
        const schema::Value* shown = record->fields.get(number);
        if ((shown == nullptr ? schema::Value{} : *shown) != *written.value)
            throw Violation("a phone reads its own writes", std::string(field->name) + " of #" +
                                                                key.uid.to_string().substr(30) +
                                                                " does not show what is pending");
    }
}

}  // namespace fieldsync::simulation
