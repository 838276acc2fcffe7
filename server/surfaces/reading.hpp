// Answers that are read from the database, off the I/O thread where reads may block.
#pragma once

#include <utility>

#include "http/handler.hpp"
#include "storage/read_bridge.hpp"

namespace fieldsync::server::surfaces {

// What `read` returns, an http::Answer; `full()`, a Response, when too many wait. Neither throws. Both own what
// they use.
template <class Read, class Full>
http::Answer answer_by_reading(storage::ReadBridge& reads, Read read, Full full) {
    if (reads.runs_in_place()) return read();
    return http::Deferred([&reads, read = std::move(read), full = std::move(full)](const http::Done& done) {
        const bool is_taken = reads.run([read, done] {
            http::Answer answer = read();
            if (auto* response = std::get_if<http::Response>(&answer)) return done(std::move(*response));
            std::get<http::Deferred>(answer)(done);
        });
        if (!is_taken) done(full());
    });
}

}  // namespace fieldsync::server::surfaces
