// Messages to bytes and back: a full push of visits, a full chunk of records.
#include <stdexcept>

#include "baselines/msgpack.hpp"
#include "fieldsync/sync/codec.hpp"
#include "figures/figures.hpp"
#include "fixtures/site.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

constexpr std::size_t kSets = 500, kRecords = 1'000;

sync::Message push_of_visits(Site& site) {
    Pusher anna(site, site.world.anna);
    sync::Push push;
    for (std::size_t i = 0; i < kSets; ++i) push.change_sets.push_back(anna.request({site.visit(i)}).set);
    return push;
}

sync::Message chunk_of_clients(Site& site) {
    sync::Chunk chunk;
    chunk.cursor = {schema::Seq{1'000}, 1};
    sync::SnapshotPart part;
    part.read_at = chunk.head = chunk.cursor.seq;
    for (std::size_t i = 0; i < kRecords; ++i) {
        const schema::Change client = site.new_client();
        schema::Record record{client.entity, client.uid, static_cast<std::int64_t>(i),
                              chunk.head,    client.uid, {}};
        for (const schema::FieldChange& field : client.fields) record.fields.set(field.field, field.value);
        part.records.push_back(std::move(record));
    }
    chunk.parts.push_back(std::move(part));
    return chunk;
}

struct Sample {
    explicit Sample(sync::Message sample) : message(std::move(sample)) {
        sync::encode(message, bytes);
        tree = std::make_unique<MsgpackTree>(bytes);
    }
    sync::Message message;
    std::string bytes;
    std::unique_ptr<MsgpackTree> tree;
};

struct Samples {
    Site site;
    Sample push{push_of_visits(site)}, chunk{chunk_of_clients(site)};
};

std::size_t encoded(const Sample& sample) {
    std::string out;
    sync::encode(sample.message, out);
    return out.size();
}

std::size_t decoded(const Sample& sample) {
    const auto message = sync::decode_message(sample.bytes);
    if (!message) throw std::runtime_error(message.error().what);
    return message->index();
}

}  // namespace

Group codec() {
    const Shared<Samples> samples;
    Group group;
    const auto add = [&](const std::string& name, Sample Samples::*sample, auto work) {
        group.measurements.push_back(
            {name, [=](benchmark::State& state) {
                 const Sample& given = samples().*sample;
                 time_each(state, [&] { return work(given); });
                 state.SetBytesProcessed(static_cast<std::int64_t>(given.bytes.size()) * state.iterations());
             }});
    };
    const auto add_kind = [&](const std::string& kind, const std::string& what, Sample Samples::*sample) {
        add("encode_" + kind, sample, encoded);
        add("encode_" + kind + "_raw", sample, [](const Sample& given) { return given.tree->pack(); });
        add("decode_" + kind, sample, decoded);
        add("decode_" + kind + "_raw", sample,
            [](const Sample& given) { return unpack_msgpack(given.bytes); });
        const auto figure = [&](const std::string& way, const std::string& raw) {
            const std::string name = way + "_" + kind;
            group.figures.push_back({"protocol: " + way + " " + what,
                                     Unit::megabytes_per_second,
                                     {name, kBytes},
                                     Reading{name + "_raw", kBytes},
                                     raw});
        };
        figure("encode", "msgpack, packing a tree");
        figure("decode", "msgpack, unpacking to a tree");
    };
    add_kind("push", "a push of 500 visits", &Samples::push);
    add_kind("chunk", "a chunk of 1,000 records", &Samples::chunk);
    return group;
}

}  // namespace fieldsync::bench
