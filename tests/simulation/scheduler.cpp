#include "simulation/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "fieldsync/device/commit_points.hpp"
#include "storage/commit_points.hpp"

namespace fieldsync::simulation {

void Scheduler::at(std::int64_t time_us, std::shared_ptr<Life> life, Work work) {
    queue_.push_back({std::max(time_us, now_us_), next_number_++, std::move(life), std::move(work)});
    std::push_heap(queue_.begin(), queue_.end(), is_later);
}

void Scheduler::run_until(std::int64_t time_us, const std::function<bool()>& done) {
    while (!queue_.empty() && queue_.front().time_us <= time_us) {
        std::pop_heap(queue_.begin(), queue_.end(), is_later);
        Item item = std::move(queue_.back());
        queue_.pop_back();
        now_us_ = item.time_us;
        if (item.life && item.life->is_over) continue;
        ++steps_;
        bool killed = false;
        try {
            item.work();
        } catch (const server::storage::Killed&) {
            killed = true;
        } catch (const device::Killed&) {
            killed = true;
        }
        if (killed) item.life->killed();
        if (after_each) after_each();
        if (done && done()) return;
    }
    now_us_ = std::max(now_us_, time_us);
}

void Scheduler::forget_the_dead() {
    std::erase_if(queue_, [](const Item& item) { return item.life && item.life->is_over; });
    std::make_heap(queue_.begin(), queue_.end(), is_later);
}

}  // namespace fieldsync::simulation
