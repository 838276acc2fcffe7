// What people at their desks do, on the demo data of ten times a thousand leads: 32 keep-alive connections,
// beside Beast alone answering bodies of the same size on as many threads.
#include <map>
#include <stdexcept>

#include "accounts/tokens.hpp"
#include "app/installation.hpp"
#include "baselines/beast.hpp"
#include "demo/demo.hpp"
#include "figures/figures.hpp"
#include "fixtures/environment.hpp"
#include "fixtures/http_load.hpp"
#include "fixtures/served.hpp"
#include "support/fakes.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

constexpr int kScale = 10;
constexpr double kSeconds = 1;
constexpr int kRepetitions = 3;
const int kIoThreads = server::app::ServeOptions().io_threads;

class Office {
  public:
    Office() {
        {
            server::app::InstallationOptions options;
            options.data_dir = directory_.path();
            server::app::Installation installation(options);
            server::demo::seed_demo(installation.database(), installation.write_path(), real_clock(),
                                    real_random(), kScale);
            installation.database().write(
                [&](server::storage::Connection& connection) { look_up(connection); });
        }
        served_ = std::make_unique<Served>(directory_.path());
        const std::string list = "/api/leads";
        make("list", [&](std::int64_t) { return http_request("GET", list, admin_); });
        make("staff_list", [&](std::int64_t) { return http_request("GET", list, staff_); });
        make("get", [&](std::int64_t lead) {
            return http_request("GET", list + "/" + std::to_string(lead), admin_);
        });
        make("visit", [&](std::int64_t lead) {
            return http_request("POST", list + "/" + std::to_string(lead) + "/visits", admin_,
                                R"({"property_id":)" + std::to_string(property_) +
                                    R"(,"visit_date":"2026-05-10","visit_time":"11:30",)"
                                    R"("accompanying_staff":"Office team","notes":"Liked the floor plan."})");
        });
    }

    Answers load(const std::string& kind) { return run_load(of(kind, served_->port())); }
    Answers load_bare(const std::string& kind) {
        auto& size = body_bytes_[kind];
        if (size == 0) size = load(kind).body_bytes;
        const BareBeast bare(size, kIoThreads);
        return run_load(of(kind, bare.port()));
    }
    [[nodiscard]] server::WriteQueue::Counters commits() { return served_->writes().counters(); }

  private:
    void look_up(server::storage::Connection& connection) {
        const auto token = [&](std::string_view email) {
            std::string issued;
            connection.query(
                "SELECT business_id, id FROM \"user\" WHERE email = ?1", {email}, [&](auto& row) {
                    business_ = row.integer(0);
                    issued = server::accounts::issue_token(
                        connection, real_random(), server::BusinessId{row.integer(0)}, row.integer(1),
                        server::accounts::Surface::crm, {}, real_clock().now_us());
                });
            if (issued.empty()) throw std::runtime_error("the demo data has no " + std::string(email));
            return issued;
        };
        admin_ = token("john@example.com");
        staff_ = token("staff01@example.com");
        connection.query("SELECT id FROM lead WHERE business_id = ?1", {business_},
                         [&](auto& row) { leads_.push_back(row.integer(0)); });
        property_ =
            connection
                .integer("SELECT max(id) FROM property WHERE business_id = ?1 AND status = 'published'",
                         {business_})
                .value();
    }

    void make(const std::string& kind, const auto& request_of) {
        for (const std::int64_t lead : leads_) requests_[kind].push_back(request_of(lead));
    }

    // Lead after lead, spread over all.
    Load of(const std::string& kind, std::uint16_t port) {
        return {.port = port,
                .seconds = kSeconds,
                .request = [&requests = requests_.at(kind)](std::size_t n) -> const std::string& {
                    return requests[n * 7'919 % requests.size()];
                }};
    }

    testing::TempDir directory_;
    std::unique_ptr<Served> served_;
    std::string admin_, staff_;
    std::int64_t business_ = 0, property_ = 0;
    std::vector<std::int64_t> leads_;
    std::map<std::string, std::vector<std::string>> requests_;
    std::map<std::string, std::size_t> body_bytes_;
};

void report(benchmark::State& state, const Answers& answers) {
    for ([[maybe_unused]] auto unused : state) state.SetIterationTime(answers.seconds);
    state.counters["answers"] = static_cast<double>(answers.count) / answers.seconds;
    state.counters["p50"] = answers.p50;
    state.counters["p99"] = answers.p99;
}

}  // namespace

Group rest() {
    const Shared<Office> office;
    Group group;
    const auto add = [&](const std::string& kind, const std::string& name, Expected expected,
                         std::optional<double> leader) {
        group.measurements.push_back({"rest_" + kind,
                                      [=](benchmark::State& state) {
                                          Office& at = office();
                                          const auto before = at.commits();
                                          report(state, at.load(kind));
                                          const auto after = at.commits();
                                          state.counters["per_flush"] =
                                              static_cast<double>(after.jobs - before.jobs) /
                                              static_cast<double>(
                                                  std::max<std::uint64_t>(1, after.groups - before.groups));
                                      },
                                      kRepetitions, true});
        group.measurements.push_back(
            {"rest_" + kind + "_raw",
             [=](benchmark::State& state) { report(state, office().load_bare(kind)); }, kRepetitions, true});
        group.figures.push_back({"REST: " + name,
                                 Unit::per_second,
                                 {"rest_" + kind, "answers"},
                                 Reading{"rest_" + kind + "_raw", "answers"},
                                 "Beast, a body of the same size",
                                 expected,
                                 leader});
    };
    add("list", "list of leads, admin", {.ratio = 0.15}, 2'400);
    add("staff_list", "list of leads, staff", {}, {});
    add("get", "get of a lead", {.ratio = 0.30}, 5'700);
    add("visit", "log visit", {}, 2'500);
    group.figures.push_back(
        {"REST: log visit, answers a flush", Unit::count, {"rest_visit", "per_flush"}, {}, "", {.value = 8}});
    group.figures.push_back({"REST: log visit, p99", Unit::milliseconds, {"rest_visit", "p99"}, {}, ""});
    return group;
}

}  // namespace fieldsync::bench
