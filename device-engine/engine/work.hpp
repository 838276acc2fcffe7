// Work: one write transaction with everything that works in it. Made anew whenever the transaction runs.
#pragma once

#include "engine/meta.hpp"
#include "outbox/outbox.hpp"
#include "records/confirmed.hpp"
#include "records/records.hpp"
#include "records/scopes.hpp"

namespace fieldsync::device {

struct Work {
    Work(store::WriteTransaction& transaction, const schema::Schema& schema_)
        : tables(transaction),
          schema(schema_),
          meta(transaction),
          records(transaction, schema_),
          confirmed(transaction, records, schema_),
          scopes(transaction, confirmed, schema_),
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
