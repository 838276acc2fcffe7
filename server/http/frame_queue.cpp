#include "http/frame_queue.hpp"

#include <utility>

namespace fieldsync::server::http {

FrameQueue::Push FrameQueue::push(Frame frame) {
    const std::lock_guard lock(mutex_);
    if (close_) return Push::closed;
    const std::size_t size = frame->size();
    if (size <= bytes_max_ && bytes_ <= bytes_max_ - size) {
        bytes_ += size;
        waiting_.push_back(std::move(frame));
        return Push::queued;
    }
    // What is being written stays; the rest would only delay the close frame.
    drop_waiting();
    overflowed_ = true;
    close_ = CloseReason{close_policy_error, "slow reader", true};
    return Push::overflowed;
}

FrameQueue::Frame FrameQueue::pop() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return nullptr;
    Frame frame = std::move(waiting_.front());
    waiting_.pop_front();
    return frame;
}

void FrameQueue::written(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    bytes_ -= bytes;
}

bool FrameQueue::request_close(CloseReason reason) {
    const std::lock_guard lock(mutex_);
    if (close_) return false;
    close_ = std::move(reason);
    return true;
}

std::optional<CloseReason> FrameQueue::close_requested() const {
    const std::lock_guard lock(mutex_);
    return close_;
}

bool FrameQueue::overflowed() const {
    const std::lock_guard lock(mutex_);
    return overflowed_;
}

std::size_t FrameQueue::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

CloseReason FrameQueue::finish(CloseReason reason) {
    const std::lock_guard lock(mutex_);
    drop_waiting();
    if (!close_) close_ = std::move(reason);
    return *close_;
}

void FrameQueue::drop_waiting() {
    for (const Frame& frame : waiting_) bytes_ -= frame->size();
    waiting_.clear();
}

}  // namespace fieldsync::server::http
