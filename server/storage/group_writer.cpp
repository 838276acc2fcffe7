#include "storage/group_writer.hpp"

#include <exception>

#include "storage/errors.hpp"

namespace fieldsync::server::storage {

void GroupWriter::write(Jobs jobs) {
    if (jobs.size() > 1) {
        if (!attempt(jobs)) return;
        ++counters_.groups_rerun;
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (write_alone(jobs.subspan(i, 1))) continue;
        const std::string reason = "not tried: the storage failed for an earlier job of the group";
        for (const auto& job : jobs.subspan(i + 1)) job->failed(JobFailure::unavailable, reason);
        return;
    }
}

// Returns what failed, with nothing of the jobs on disk; or nothing, with all committed and answered.
std::optional<GroupWriter::Failure> GroupWriter::attempt(Jobs jobs) {
    try {
        run_in_transaction(jobs);
    } catch (const Killed&) {
        throw;
    } catch (const StorageError& error) {
        const auto blame = error.blames_storage() ? JobFailure::unavailable : JobFailure::server_error;
        return Failure{blame, error.what()};
    } catch (const std::exception& error) {
        return Failure{JobFailure::server_error, error.what()};
    } catch (...) {
        return Failure{JobFailure::server_error, "an exception of unknown type"};
    }
    answer_committed(jobs);
    return std::nullopt;
}

void GroupWriter::run_in_transaction(Jobs jobs) {
    database_.write_beside_others([&](Connection& connection) {
        points_.reached(commit_point::group_begin);
        if (hooks_.begin) hooks_.begin(connection);
        for (const auto& job : jobs) job->run(connection);
        if (hooks_.end) hooks_.end(connection);
        points_.reached(commit_point::group_applied);
    });
}

void GroupWriter::answer_committed(Jobs jobs) {
    points_.reached(commit_point::group_committed);
    ++counters_.groups;
    counters_.jobs += jobs.size();
    if (jobs.size() > counters_.largest_group) counters_.largest_group = jobs.size();
    if (hooks_.committed) hooks_.committed(jobs.size());
    for (const auto& job : jobs) job->committed();
    points_.reached(commit_point::group_answered);
}

// Commits and answers one job, or answers that it failed. False when the storage is not healthy.
bool GroupWriter::write_alone(Jobs job) {
    std::optional<Failure> failure;
    do {
        for (int attempts = 0; attempts < limits::alone_attempts_max; ++attempts) {
            failure = attempt(job);
            if (!failure) return true;
            if (storage_is_healthy()) continue;
            job.front()->failed(JobFailure::unavailable, failure->reason);
            return false;
        }
    } while (failure->blame == JobFailure::server_error && job.front()->fall_back());
    // A full disk may still take the few bytes of the probe: what the storage itself refuses to the end is
    // not held against the job.
    job.front()->failed(failure->blame, failure->reason);
    return true;
}

// Writes something small that changes nothing, through to the disk.
bool GroupWriter::storage_is_healthy() {
    try {
        database_.write_beside_others(
            [](Connection& connection) { connection.set_format_version(connection.format_version()); });
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace fieldsync::server::storage
