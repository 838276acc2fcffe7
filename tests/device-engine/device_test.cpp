#include "device_test.hpp"

#include <stdlib.h>

#include "records/index_key.hpp"
#include "store_check.hpp"

namespace fieldsync::testing {

void check_store(const std::filesystem::path& store, const schema::Schema& schema) {
    for (const std::string& fault : faults_of_store(store, schema)) ADD_FAILURE() << fault;
}

TempDirectory::TempDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "fieldsync-device-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
}

TempDirectory::~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

DeviceTest::DeviceTest() {
    open();
}

void DeviceTest::TearDown() {
    close();
    if (std::filesystem::exists(options().path)) check_store(options().path, *schema_);
}

void DeviceTest::open() {
    auto opened = device::Engine::open(options());
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    engine_ = std::move(*opened);
}

void DeviceTest::begin_as(const device::Account& account) {
    ASSERT_TRUE(engine_->sign_in(account).has_value());
    apply(world_.everything(100));
}

device::LocalWrite DeviceTest::write(std::vector<Change> changes) {
    clock_.advance_ms(1);
    auto written = engine_->write(changes);
    if (written.has_value()) return std::move(*written);
    std::string errors;
    for (const auto& error : written.error().errors) errors += "; " + schema::message_of(error);
    ADD_FAILURE() << written.error().word << ": " << written.error().message << errors;
    return {};
}

device::Error DeviceTest::refusal(std::vector<Change> changes) {
    auto written = engine_->write(changes);
    if (written.has_error()) return written.error();
    ADD_FAILURE() << "the write was not refused";
    return {};
}

Value DeviceTest::shown(schema::EntityNumber entity, const Uid& uid, FieldNumber field) {
    const auto record = engine_->get({entity, uid});
    if (!record) return {};
    return device::shown_value(*record, *schema_->at(entity).field(field));
}

std::size_t DeviceTest::count(schema::EntityNumber entity) {
    device::Query query;
    query.entity = entity;
    return *engine_->count(query);
}

Change DeviceTest::note(const Uid& uid, std::string text) {
    return insert_of(entity::note, uid, {{field::note_lead, world_.lead}, {field::note, std::move(text)}});
}

}  // namespace fieldsync::testing
