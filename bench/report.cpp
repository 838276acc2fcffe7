#include "report.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <cstdio>

namespace fieldsync::bench {
namespace {

std::string_view name_of(Unit unit) {
    switch (unit) {
        case Unit::microseconds:
            return "us";
        case Unit::milliseconds:
            return "ms";
        case Unit::kilobytes:
            return "KB";
        case Unit::megabytes:
            return "MB";
        case Unit::per_second:
            return "/s";
        case Unit::megabytes_per_second:
            return "MB/s";
        case Unit::fewer:
        case Unit::count:
            break;
    }
    return "";
}

std::string formatted(double value) {
    char text[32];
    const double size = std::fabs(value);
    const int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string formatted(const std::optional<double>& value, Unit unit) {
    if (!value) return "-";
    const std::string_view name = name_of(unit);
    return formatted(*value) + (name.empty() || name.front() == '/' ? "" : " ") + std::string(name);
}

std::string formatted(const Expected& expected, Unit unit) {
    std::string text = expected.value ? formatted(expected.value, unit) : "";
    if (expected.ratio) text += (text.empty() ? "x " : ", x ") + formatted(*expected.ratio);
    return text.empty() ? "-" : text;
}

std::string verdict(const Row& row) {
    if (!row.error.empty()) return row.error;
    const auto passes = row.passes(), leads = row.leads();
    std::string text = !passes ? "" : *passes ? "pass" : "MISS";
    if (leads) text += text.empty() ? (*leads ? "leads" : "behind") : (*leads ? ", leads" : ", behind");
    return text.empty() ? "-" : text;
}

void print_line(std::ostream& out, const std::string& name, const std::string& ours,
                const std::string& baseline, const std::string& ratio, const std::string& floor,
                const std::string& leader, const std::string& verdict_text, const std::string& baseline_is) {
    char line[512];
    std::snprintf(line, sizeof line, "%-44s %12s %12s %7s %14s %12s  %-13s %s", name.c_str(), ours.c_str(),
                  baseline.c_str(), ratio.c_str(), floor.c_str(), leader.c_str(), verdict_text.c_str(),
                  baseline_is.c_str());
    out << line << std::endl;
}

boost::json::value json_of(const std::optional<double>& value) {
    return value ? boost::json::value(*value) : boost::json::value();
}

}  // namespace

void print_header(std::ostream& out) {
    print_line(out, "figure", "ours", "baseline", "ratio", "floor", "leader", "", "the baseline is");
}

void print_row(std::ostream& out, const Row& row) {
    const Figure& figure = row.figure;
    print_line(out, figure.name, formatted(row.ours, figure.unit), formatted(row.baseline, figure.unit),
               row.ratio() ? formatted(*row.ratio()) : "-", formatted(figure.expected, figure.unit),
               formatted(figure.leader, figure.unit), verdict(row), figure.baseline_is);
}

void print_json(std::ostream& out, const std::vector<Row>& rows) {
    boost::json::array all;
    for (const Row& row : rows) {
        const Figure& figure = row.figure;
        boost::json::object object{{"name", figure.name},
                                   {"unit", std::string(name_of(figure.unit))},
                                   {"ours", json_of(row.ours)},
                                   {"baseline", json_of(row.baseline)},
                                   {"baseline_is", figure.baseline_is},
                                   {"ratio", json_of(row.ratio())},
                                   {"floor", json_of(figure.expected.value)},
                                   {"floor_ratio", json_of(figure.expected.ratio)},
                                   {"leader", json_of(figure.leader)}};
        if (const auto passes = row.passes()) object["passes"] = *passes;
        if (const auto leads = row.leads()) object["leads"] = *leads;
        if (!row.error.empty()) object["error"] = row.error;
        all.push_back(std::move(object));
    }
    out << all << std::endl;
}

}  // namespace fieldsync::bench
