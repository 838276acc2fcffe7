// The engine's view of work on its way: outbox, rejected box, status.
#include "engine/parts.hpp"
#include "fieldsync/device/engine.hpp"
#include "outbox/local_write.hpp"
#include "outbox/settled.hpp"

namespace fieldsync::device {
namespace {

Error not_in_the_box() {
    return {ErrorCode::not_found, {}, "There is no such rejected change-set.", {}};
}

// The changes as if they were made now: what their author saw then does not count any more.
std::vector<schema::Change> made_anew(std::vector<schema::Change> changes) {
    for (schema::Change& change : changes)
        for (schema::FieldChange& item : change.fields) {
            const bool is_set_edit = !item.added.empty() || !item.removed.empty();
            item.base = {};
            item.base_text.reset();
            item.reopens = false;
            if (is_set_edit) item.value = {};  // of the elements there are now
        }
    return changes;
}

}  // namespace

std::vector<OutboxItem> Engine::outbox(const schema::Uid& after, std::size_t limit) const {
    std::vector<OutboxItem> items;
    parts_->environment->read([&](const store::ReadTransaction& tables) {
        items.clear();
        const OutboxView view(tables);
        const Position first = after.is_nil() ? 0 : view.find(after).value_or(0);
        for (const Position position : view.positions(first, limit == 0 ? view.count() : limit))
            if (auto set = view.at(position)) items.push_back({std::move(*set), view.receipt(position)});
    });
    return items;
}

std::vector<RejectedItem> Engine::rejected() const {
    std::vector<RejectedItem> items;
    parts_->environment->read(
        [&](const store::ReadTransaction& tables) { items = RejectedBox::list(tables); });
    return items;
}

Result<void> Engine::drop_rejected(const schema::Uid& change_set) {
    const bool was_there =
        parts_->commits.run([&](Work& work) { return RejectedBox::erase(work.tables, change_set); });
    if (!was_there) return not_in_the_box();
    return {};
}

Result<LocalWrite> Engine::resend_rejected(const schema::Uid& change_set) {
    Result<LocalWrite> written = not_in_the_box();
    const bool committed = parts_->commits.run([&](Work& work) {
        const auto item = RejectedBox::find(work.tables, change_set);
        if (!item) {
            written = not_in_the_box();
            return false;
        }
        LocalWriter writer(work, *parts_->options.clock, *parts_->options.random);
        written = writer.write(made_anew(item->set.changes));
        return written.has_value() && RejectedBox::erase(work.tables, change_set);
    });
    if (committed) parts_->session.wrote_locally();
    return written;
}

Status Engine::status() const {
    Status status;
    parts_->environment->read([&](const store::ReadTransaction& tables) {
        const MetaView meta(tables);
        const OutboxView outbox(tables);
        status = {};
        status.pending = outbox.count();
        status.unsent = outbox.unsent_count();
        status.rejected = tables.count(store::Table::rejected);
        tables.each(store::Table::records, store::entity_prefix(schema::entity::conflict),
                    [&](std::string_view, std::string_view) { ++status.conflicts; });
        status.scopes_shown = tables.count(store::Table::scopes);
        status.scopes_unfinished = tables.count(store::Table::filling);
        status.cursor = meta.cursor();
        status.head = meta.head();
        status.last_sync_at_us = meta.last_sync_at_us();
        status.offset_us = meta.offset_us();
        status.ignored_changes = meta.ignored_changes();
        status.sync_state = meta.sync_state();
    });
    return status;
}

void Engine::set_sync_state(std::string_view state) {
    parts_->commits.run([&](Work& work) {
        if (work.meta.sync_state() == state) return false;
        work.meta.set_sync_state(state);
        return true;
    });
}

}  // namespace fieldsync::device
