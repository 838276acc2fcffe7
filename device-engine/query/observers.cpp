#include "query/observers.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "query/run_query.hpp"
#include "records/records.hpp"

namespace fieldsync::device {

using schema::RecordKey;
using schema::Uid;

struct Observers::Observation {
    Observation(Query what, Observer whom) : query(std::move(what)), observer(std::move(whom)) {}

    Query query;
    Observer observer;
    std::unordered_set<Uid> uids;  // of the result; the registry's mutex guards it
    // Held while the observer runs, so that a subscription can end from within it and not beside it.
    std::recursive_mutex running;
    bool is_over = false;
};

struct Observers::Registry {
    std::mutex mutex;
    std::vector<std::shared_ptr<Observation>> observations;
};

struct Observers::Call {
    std::shared_ptr<Observation> observation;
    Difference difference;
};

class Subscription::Ending {
  public:
    Ending(std::weak_ptr<Observers::Registry> registry, std::shared_ptr<Observers::Observation> observation)
        : registry_(std::move(registry)), observation_(std::move(observation)) {}
    ~Ending() {
        {
            const std::scoped_lock lock(observation_->running);
            observation_->is_over = true;
        }
        if (const auto registry = registry_.lock()) {
            const std::scoped_lock lock(registry->mutex);
            std::erase(registry->observations, observation_);
        }
    }
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;

  private:
    std::weak_ptr<Observers::Registry> registry_;
    std::shared_ptr<Observers::Observation> observation_;
};

Subscription::Subscription() noexcept = default;
Subscription::Subscription(std::unique_ptr<Ending> ending) : ending_(std::move(ending)) {}
Subscription::Subscription(Subscription&&) noexcept = default;
Subscription& Subscription::operator=(Subscription&&) noexcept = default;
Subscription::~Subscription() = default;

namespace {

std::unordered_set<Uid> uids_of(const QueryResult& result) {
    std::unordered_set<Uid> uids;
    for (const schema::Record& record : result.records) uids.insert(record.uid);
    return uids;
}

// A page can change by records that are not on it: run again. `uids` is brought up to date.
Difference page_difference(const CheckedQuery& query, const store::ReadTransaction& tables,
                           const std::unordered_set<RecordKey>& changed, std::unordered_set<Uid>& uids) {
    Difference difference;
    std::unordered_set<Uid> now = uids_of(run_query(query, tables));
    for (const Uid& uid : now) {
        if (!uids.contains(uid))
            difference.added.push_back(uid);
        else if (changed.contains({query.query().entity, uid}))
            difference.changed.push_back(uid);
    }
    for (const Uid& uid : uids)
        if (!now.contains(uid)) difference.removed.push_back(uid);
    uids = std::move(now);
    return difference;
}

// Without a page each record is in or out by itself.
Difference difference_of(const CheckedQuery& query, const store::ReadTransaction& tables,
                         const RecordView& records, const std::unordered_set<RecordKey>& changed,
                         std::unordered_set<Uid>& uids) {
    if (query.query().limit != 0 || query.query().offset != 0)
        return page_difference(query, tables, changed, uids);
    Difference difference;
    for (const RecordKey& key : changed) {
        if (key.entity != query.query().entity) continue;
        const auto record = records.find(key);
        const bool is_in = record && query.matches(*record);
        const bool was_in = uids.contains(key.uid);
        if (is_in && was_in) difference.changed.push_back(key.uid);
        if (is_in && !was_in) difference.added.push_back(key.uid), uids.insert(key.uid);
        if (!is_in && was_in) difference.removed.push_back(key.uid), uids.erase(key.uid);
    }
    return difference;
}

}  // namespace

Observers::Observers(const store::Environment& environment, const schema::Schema& schema)
    : environment_(environment), schema_(schema), registry_(std::make_shared<Registry>()) {}

Observers::~Observers() = default;

Result<Subscription> Observers::add(Query query, Observer observer) {
    auto observation = std::make_shared<Observation>(std::move(query), std::move(observer));
    const auto checked = CheckedQuery::check(observation->query, schema_);
    if (checked.has_error()) return checked.error();
    const std::scoped_lock lock(registry_->mutex);
    environment_.read([&](const store::ReadTransaction& tables) {
        observation->uids = uids_of(run_query(*checked, tables));
    });
    registry_->observations.push_back(observation);
    return Subscription(std::make_unique<Subscription::Ending>(registry_, observation));
}

void Observers::committed(const std::vector<RecordKey>& changed) {
    std::unique_lock lock(queue_mutex_);
    queue_.insert(queue_.end(), changed.begin(), changed.end());
    if (telling_) return;
    telling_ = true;
    while (!queue_.empty()) {
        const std::vector<RecordKey> told = std::exchange(queue_, {});
        lock.unlock();
        try {
            call_all(evaluate(told));
        } catch (...) {  // the observer's, or the store's: the commit stands
            lock.lock();
            telling_ = false;
            throw;
        }
        lock.lock();
    }
    telling_ = false;
}

std::vector<Observers::Call> Observers::evaluate(const std::vector<RecordKey>& written) {
    std::vector<Call> calls;
    const std::scoped_lock lock(registry_->mutex);
    if (registry_->observations.empty()) return calls;
    const std::unordered_set<RecordKey> changed(written.begin(), written.end());
    environment_.read([&](const store::ReadTransaction& tables) {
        const RecordView records(tables, schema_);
        for (const auto& observation : registry_->observations) {
            const bool concerned = std::any_of(changed.begin(), changed.end(), [&](const RecordKey& key) {
                return key.entity == observation->query.entity;
            });
            if (!concerned) continue;
            const auto query = CheckedQuery::check(observation->query, schema_);
            Difference difference = difference_of(*query, tables, records, changed, observation->uids);
            if (difference.added.empty() && difference.changed.empty() && difference.removed.empty())
                continue;
            calls.push_back({observation, std::move(difference)});
        }
    });
    return calls;
}

void Observers::call_all(const std::vector<Call>& calls) {
    for (const Call& call : calls) {
        const std::scoped_lock lock(call.observation->running);
        if (!call.observation->is_over) call.observation->observer(call.difference);
    }
}

}  // namespace fieldsync::device
