// Observers: who wants to hear what commits change in the results of queries. Owned by the engine. A commit
// is told by the thread that made it, after its transaction; when several threads commit at once, one of them
// tells for all, and a commit made by an observer is told after the one it is being told of. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "fieldsync/device/error.hpp"
#include "fieldsync/device/query.hpp"
#include "query/filter.hpp"
#include "store/environment.hpp"

namespace fieldsync::device {

class Observers {
  public:
    struct Observation;

    Observers(const store::Environment& environment, const schema::Schema& schema);
    ~Observers();

    // Errors: bad_query.
    Result<Subscription> add(Query query, Observer observer);
    // These records were written by a commit of this process.
    void committed(const std::vector<schema::RecordKey>& changed);

  private:
    friend class Subscription::Ending;
    struct Registry;
    struct Call;
    std::vector<Call> evaluate(const std::vector<schema::RecordKey>& written);
    void call_all(const std::vector<Call>& calls);

    const store::Environment& environment_;
    const schema::Schema& schema_;
    std::shared_ptr<Registry> registry_;

    std::mutex queue_mutex_;
    std::vector<schema::RecordKey> queue_;
    bool telling_ = false;
};

}  // namespace fieldsync::device
