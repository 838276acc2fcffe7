// What an Engine is made of, and the one way its parts commit.
#pragma once

#include "engine/session.hpp"
#include "engine/work.hpp"
#include "fieldsync/device/engine.hpp"
#include "query/observers.hpp"
#include "store/environment.hpp"

namespace fieldsync::device {

class Commits {
  public:
    Commits(store::Environment& environment, Observers& observers, const schema::Schema& schema)
        : environment_(environment), observers_(observers), schema_(schema) {}

    // `step` may run several times, as in Environment::write; it returns whether to commit. Observers hear of
    // it.
    bool run(const std::function<bool(Work&)>& step);

  private:
    store::Environment& environment_;
    Observers& observers_;
    const schema::Schema& schema_;
};

struct Engine::Parts {
    Parts(const EngineOptions& given, std::unique_ptr<store::Environment> opened)
        : options(given),
          environment(std::move(opened)),
          observers(*environment, *options.schema),
          commits(*environment, observers, *options.schema),
          session(*environment, commits, *options.schema, *options.clock, *options.random) {}

    EngineOptions options;
    std::unique_ptr<store::Environment> environment;
    Observers observers;
    Commits commits;
    Session session;
};

// The device's clock with the server's offset: microseconds since 1970.
inline std::int64_t corrected_now_us(sync::Clock& clock, const MetaView& meta) {
    return clock.now_us() + meta.offset_us();
}

}  // namespace fieldsync::device
