// Work: one write transaction with everything that works in it. Made anew whenever the transaction runs.
#pragma once

#include "engine/meta.hpp"
#include "outbox/outbox.hpp"
#include "records/confirmed.hpp"
#include "records/records.hpp"
#include "records/scopes.hpp"

namespace fieldsync::device {

struct Work {
    Work(store::WriteTransaction& transaction, const schema::Schema& of_the_program)
        : tables(transaction),
          schema(of_the_program),
          meta(transaction),
          records(transaction, schema),
          confirmed(transaction, records, schema),
          scopes(transaction, confirmed, schema),
          outbox(transaction, meta) {}
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    store::WriteTransaction& tables;
    const schema::Schema& schema;
    Meta meta;
    Records records;
    Confirmed confirmed;
    Scopes scopes;
    Outbox outbox;
};

}  // namespace fieldsync::device
