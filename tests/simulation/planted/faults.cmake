# The planted faults: FILE, what stands there, what stands there in the simulation's copy. Each is one line that does
# wrong while its switch is on (planted.hpp), and must be found by the simulator (planted_test.cpp).

# --- limits that are small in some runs
plant(server/sync/pull_reader.cpp
  [==[if (seq != last && (bytes >= sync::limits::chunk_bytes_target || rows >= kRowsMax)) {]==]
  [==[if ((planted::is("half_a_change_set") || seq != last) && (bytes >= planted::chunk_bytes || rows >= kRowsMax)) {]==])
plant(server/sync/pull_reader.cpp
  [==[            bytes_ < sync::limits::chunk_bytes_target) {
            // The device]==]
  [==[            bytes_ < planted::chunk_bytes) {
            // The device]==])
plant(server/sync/pull_reader.cpp
  [==[next != unfinished_.end() && bytes_ < sync::limits::chunk_bytes_target]==]
  [==[next != unfinished_.end() && bytes_ < planted::chunk_bytes]==])
plant(server/sync/pull_reader.cpp
  [==[is_full = bytes_ >= sync::limits::chunk_bytes_target;]==]
  [==[is_full = bytes_ >= planted::chunk_bytes;]==])
plant(server/sync/pull_reader.cpp
  [==[                      kFollowingMax})]==]
  [==[                      std::min<std::int64_t>(kFollowingMax, planted::following_max)})]==])
plant(sync-protocol/server_session.cpp
  [==[if (unacknowledged_bytes_ >= limits::window_bytes) return;]==]
  [==[if (unacknowledged_bytes_ >= planted::window_bytes) return;]==])
plant(sync-protocol/device_session.cpp
  [==[std::min(limits::push_bytes_target, room)]==]
  [==[std::min(planted::push_bytes, room)]==])

# --- receipts and pushes
plant(server/write_path/write_path.cpp
  [==[auto known = find_receipt(connection, request.business, set.uid, request.author);]==]
  [==[auto known = planted::is("acknowledgement_not_deduplicated") ? std::optional<sync::Receipt>() : find_receipt(connection, request.business, set.uid, request.author);]==])
plant(server/storage/group_writer.cpp
  [==[        if (hooks_.end) hooks_.end(connection);]==]
  [==[        if (hooks_.end) hooks_.end(connection); if (planted::is("receipt_before_the_group_commit")) for (const auto& job : jobs) job->committed();]==])
plant(server/storage/group_writer.cpp
  [==[    for (const auto& job : jobs) job->committed();
    points_]==]
  [==[    if (!planted::is("receipt_before_the_group_commit")) for (const auto& job : jobs) job->committed();
    points_]==])
plant(device-engine/engine/session.cpp
  [==[    std::uint64_t replays = 0;
    commits_.run([&](Work& work) {
        const std::int64_t now_us]==]
  [==[    std::uint64_t replays = 0; if (planted::is("outbox_cleared_before_the_commit")) commits_.run([&](Work& work) { for (const auto& receipt : receipts) if (const auto position = work.outbox.view().find(receipt.change_set)) work.outbox.remove(*position); return true; });
    commits_.run([&](Work& work) {
        const std::int64_t now_us]==])
plant(device-engine/outbox/outbox.cpp
  [==[    std::uint64_t number = 0;
    for]==]
  [==[    std::uint64_t number = planted::is("renumbered_with_a_gap") ? 1 : 0;
    for]==])

# --- what a pull brings
plant(server/sync/pull_reader.cpp
  [==[if (!held_after.contains(scope)) chunk_.evicted.push_back(scope);]==]
  [==[if (!held_after.contains(scope) && !planted::is("eviction_skipped")) chunk_.evicted.push_back(scope);]==])
plant(server/sync/pull_reader.cpp
  [==[Position position = Position::parse(next->position);
            part]==]
  [==[Position position = Position::parse(next->position); if (planted::is("snapshot_chunk_lost_on_resume") && !next->position.empty()) ++position.entity;
            part]==])
plant(server/sync/pull_reader.cpp
  [==[            part.read_at = head_.seq;]==]
  [==[            part.read_at = planted::is("snapshot_after_newer_entries") ? chunk_.cursor.seq : head_.seq;]==])
plant(server/sync/pull_reader.cpp
  [==[table.page(connection_, peer_.business, part.scope, position.id]==]
  [==[table.page(connection_, peer_.business, planted::is("scope_filter_off_for_notes") && table.entity().number() == schema::entity::note ? Uid{} : part.scope, position.id]==])
plant(server/write_path/grants.cpp
  [==[        if (open == wanted) return;]==]
  [==[        if (open == wanted || (open && planted::is("grant_never_ends"))) return;]==])
plant(device-engine/engine/session.cpp
  [==[    std::uint64_t replays = 0;
    commits_.run([&](Work& work) {
        replays = apply_chunk]==]
  [==[    std::uint64_t replays = 0; if (planted::is("cursor_stored_before_the_data")) commits_.run([&](Work& work) { work.meta.set_cursor(chunk.cursor); return true; });
    commits_.run([&](Work& work) {
        replays = apply_chunk]==])
plant(device-engine/records/scopes.cpp
  [==[        if (!scope.is_nil() || !is_here_by_itself(key)) confirmed_.erase(key);]==]
  [==[        if (planted::is("child_outlives_its_parent") && key.entity == schema::EntityNumber{14}) continue; if (!scope.is_nil() || !is_here_by_itself(key)) confirmed_.erase(key);]==])
plant(device-engine/outbox/rebase.cpp
  [==[        if (!followed_.contains(key)) disturb(key);]==]
  [==[        if (!followed_.contains(key) && !planted::is("pending_not_applied_anew")) disturb(key);]==])
plant(device-engine/outbox/local_write.cpp
  [==[    return confirmed ? confirmed->seq : schema::Seq{};]==]
  [==[    return planted::is("base_from_the_cursor") ? work_.meta.cursor().seq : confirmed ? confirmed->seq : schema::Seq{};]==])

# --- conflicts
plant(sync-protocol/merge.cpp
  [==[    const bool incoming_wins = std::tie(current_stamp, current) < std::tie(incoming_stamp, incoming);]==]
  [==[    const bool incoming_wins = (std::tie(current_stamp, current) < std::tie(incoming_stamp, incoming)) != (planted::is("hlc_tie_the_other_way") && current_stamp.hlc == incoming_stamp.hlc);]==])
plant(server/write_path/resolver.cpp
  [==[    set_.insert(std::move(conflict));]==]
  [==[    if (!planted::is("loser_not_recorded")) set_.insert(std::move(conflict));]==])
plant(server/write_path/resolver.cpp
  [==[            return concurrent ? sync::merge_max(current, change.value) : plain(change.value);]==]
  [==[            return concurrent && !planted::is("max_takes_the_last") ? sync::merge_max(current, change.value) : plain(change.value);]==])
plant(server/write_path/resolver.cpp
  [==[            if (writing_.base_is_head || !change.base_text) break;]==]
  [==[            if (writing_.base_is_head || !change.base_text || planted::is("texts_overwritten")) break;]==])
plant(server/write_path/resolver.cpp
  [==[    if (!entry.now || writing_.base_is_head || entry.now->record.seq <= writing_.cursor) return;]==]
  [==[    if (!entry.now || writing_.base_is_head || entry.now->record.seq <= writing_.cursor || planted::is("deleted_values_not_kept")) return;]==])
plant(server/write_path/moves.cpp
  [==[    History& history = history_of(record, field);
    sync::Move mine;]==]
  [==[    if (planted::is("closed_wins_ignored_for_rest") && writing_.base_is_head) return plain(change.value); History& history = history_of(record, field);
    sync::Move mine;]==])
