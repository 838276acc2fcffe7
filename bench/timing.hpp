// Short ways to write a measurement down.
#pragma once

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

namespace fieldsync::bench {

// The body of a single measurement (figure.hpp): `work` once, timed, which did so many items.
template <class F>
void time_once(benchmark::State& state, std::size_t items, F&& work) {
    for ([[maybe_unused]] auto unused : state) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        state.SetIterationTime(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(items) * state.iterations());
}

// The body of a repeated one.
template <class F>
void time_each(benchmark::State& state, F&& work) {
    for ([[maybe_unused]] auto unused : state) benchmark::DoNotOptimize(work());
}

// A fixture of a group: made when a measurement first asks, gone with the group.
template <class T>
class Shared {
  public:
    T& operator()() const {
        if (!*made_) *made_ = std::make_unique<T>();
        return **made_;
    }

  private:
    std::shared_ptr<std::unique_ptr<T>> made_ = std::make_shared<std::unique_ptr<T>>();
};

}  // namespace fieldsync::bench
