#include "loopback/fleet.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <future>

#include "accounts/tokens.hpp"
#include "fieldsync/sync/codec.hpp"
#include "transport/http_call.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::testing {
TestDevice::TestDevice(Fleet& the_fleet, const Uid& user, const std::filesystem::path& store_path,
                       std::int64_t clock_ahead_ms, const schema::Schema& schema)
    : fleet(the_fleet),
      clock(Fleet::real_now_us() + clock_ahead_ms * 1000),
      path(store_path),
      schema_(&schema),
      random_(std::hash<std::string>{}(store_path.string())) {
    open();
    sign_in(user);
}

void TestDevice::open() {
    device::EngineOptions options;
    options.path = path;
    options.clock = &clock;
    options.random = &random_;
    options.schema = schema_;
    options.map_size_first = std::size_t{1} << 20;
    auto opened = device::Engine::open(options);
    if (!opened) throw std::runtime_error(opened.error().message);
    engine = std::move(*opened);
}

void TestDevice::open_as(const schema::Schema& schema) {
    close();
    schema_ = &schema;
    open();
}

void TestDevice::sign_in(const Uid& user) {
    device::Account account;
    account.server_url = fleet.url();
    account.token = fleet.token(user, engine->device());
    account.user = user;
    account.business = fleet.world.business_uid;
    account.user_type = fleet.world.text(entity::user, user, "user_type");
    account.user_name = fleet.world.text(entity::user, user, "name");
    ASSERT_TRUE(engine->sign_in(account));
}

device::SyncResult TestDevice::sync(bool verify) {
    device::SyncCall call;
    call.server_url = fleet.url();
    call.verify = verify;
    return device::sync(*engine, call,
                        fleet.carried == Carried::http ? device::Carrier::http : device::Carrier::websocket);
}

void TestDevice::push_only() {
    sync::SessionStore& store = engine->session_store();
    std::string body;
    sync::append_framed(store.hello(), body);
    sync::append_framed(sync::Push{store.outbox(0, 1 << 20, 100)}, body);
    device::HttpCaller caller(*device::parse_address(fleet.url()));
    const auto answer = caller.post("/sync/v1/exchange", "application/x-fieldsync", std::move(body));
    const auto messages = sync::decode_framed(answer.body, 100);
    ASSERT_TRUE(messages) << answer.status;
    for (const sync::Message& message : *messages)
        if (const auto* receipts = std::get_if<sync::Receipts>(&message))
            store.store_receipts(receipts->receipts);
}

void TestDevice::sync_well() {
    const device::SyncResult result = sync();
    EXPECT_EQ(result.end, device::SyncEnd::done) << result.message;
}

device::LocalWrite TestDevice::write(std::vector<Change> changes) {
    auto written = engine->write(changes);
    if (!written) {
        ADD_FAILURE() << written.error().word << ": " << written.error().message;
        for (const auto& error : written.error().errors) ADD_FAILURE() << schema::message_of(error);
        return {};
    }
    return std::move(*written);
}

Value TestDevice::value(schema::EntityNumber entity, const Uid& uid, const std::string& field) const {
    const auto record = engine->get(schema::RecordKey{entity, uid});
    const Value* held = record ? record->fields.get(fleet.schema.at(entity).field(field)->number) : nullptr;
    return held == nullptr ? Value{} : *held;
}

std::string TestDevice::text(schema::EntityNumber entity, const Uid& uid, const std::string& field) const {
    const Value held = value(entity, uid, field);
    const auto* text = std::get_if<std::string>(&held);
    return text == nullptr ? std::string() : *text;
}

bool TestDevice::has(schema::EntityNumber entity, const Uid& uid) const {
    return engine->get(schema::RecordKey{entity, uid}).has_value();
}

std::size_t TestDevice::count(schema::EntityNumber entity) const {
    device::Query query;
    query.entity = entity;
    return *engine->count(query);
}

std::int64_t Fleet::real_now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Fleet::Fleet(Carried how, const schema::Schema& the_schema)
    : carried(how), schema(the_schema), world(real_now_us() - 3'600'000'000) {
    start();
}

Fleet::~Fleet() = default;

void Fleet::start() {
    Server started = start_server(port_, world.place.uri());
    server = std::move(started.application);
    port_ = started.port;
}

Fleet::Server Fleet::start_server(std::uint16_t port, const std::string& database, int io_threads) {
    app::ServeOptions options;
    options.installation.data_dir = world.dir.path();
    options.installation.database = database;
    options.io_threads = io_threads;
    options.listen = {"127.0.0.1:" + std::to_string(port)};
    options.drain_ms = 2'000;
    Server started{std::make_unique<app::Application>(options, schema), 0};
    started.port = started.application->start().front();
    return started;
}

void Fleet::back_up() {
    server.reset();
    world.close();
    world.place.back_up();
    world.open();
    start();
}

void Fleet::restore() {
    server.reset();
    world.close();
    world.place.restore();
    world.open();
    start();
}

void Fleet::restart() {
    server.reset();
    start();
}

std::unique_ptr<TestDevice> Fleet::device(const Uid& user, std::int64_t clock_ahead_ms) {
    return device(user, clock_ahead_ms, schema);
}

std::unique_ptr<TestDevice> Fleet::device(const Uid& user, std::int64_t clock_ahead_ms,
                                          const schema::Schema& of_the_app) {
    const auto path = world.dir.path() / ("device-" + std::to_string(++devices_));
    return std::make_unique<TestDevice>(*this, user, path, clock_ahead_ms, of_the_app);
}

std::string Fleet::token(const Uid& user, const Uid& device) {
    const auto record = world.find(entity::user, user);
    return world.database->write([&](storage::Connection& connection) {
        return accounts::issue_token(connection, world.random, world.business, record->id,
                                     accounts::Surface::sync, device, real_now_us());
    });
}

WriteOutcome Fleet::rest_at(app::Application& which, const Uid& user, std::vector<Change> changes) {
    WriteRequest request;
    request.business = world.business;
    request.author = user;
    request.set.uid = world.new_uid();
    request.set.made_at_us = real_now_us();
    request.set.hlc = sync::Hlc::at(request.set.made_at_us / 1000);
    request.set.changes = std::move(changes);
    std::promise<WriteOutcome> answered;
    const bool taken = which.writes().submit(
        std::move(request), [&](const WriteOutcome& outcome) { answered.set_value(outcome); },
        [&](const WriteFailure& failure) {
            answered.set_exception(std::make_exception_ptr(std::runtime_error(failure.reason)));
        });
    if (!taken) throw std::runtime_error("the queue is full");
    return answered.get_future().get();
}

void Fleet::set_plan(const std::string& slug) {
    world.clock.set(real_now_us());
    world.system({world.update(entity::business, world.business_uid, {{"plan", slug}})});
}

void Fleet::expect_agreement(const std::vector<TestDevice*>& devices) {
    for (TestDevice* device : devices) {
        const device::SyncResult result = device->sync(true);
        ASSERT_EQ(result.end, device::SyncEnd::done) << result.message;
        ASSERT_TRUE(result.verified) << "no answer to verify";
        EXPECT_TRUE(result.verified->comparable);
        EXPECT_TRUE(result.verified->diverged.empty())
            << device->path.filename() << " differs in " << result.verified->diverged.size()
            << " scopes, first " << result.verified->diverged.front().to_string();
        EXPECT_EQ(device->engine->status().pending, 0U) << device->path.filename();
        EXPECT_EQ(device->engine->status().ignored_changes, 0U) << device->path.filename();
    }
}

}  // namespace fieldsync::testing
