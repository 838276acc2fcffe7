#include "cli/table.hpp"

#include <algorithm>

#include "fieldsync/schema/value.hpp"

namespace fieldsync::cli {
namespace {

constexpr std::string_view kGap = "  ";

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

void make_printable(std::string& text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
}

}  // namespace

std::size_t width_of(std::string_view text) {
    const std::int64_t characters = schema::count_characters(text);
    return characters < 0 ? text.size() : static_cast<std::size_t>(characters);
}

std::string cut(std::string_view text, std::size_t width) {
    if (width_of(text) <= width) return std::string(text);
    if (width == 0) return {};
    std::size_t end = 0;
    for (std::size_t kept = 0; end < text.size(); ++end)
        if (!continues(text[end]) && kept++ == width - 1) break;
    return std::string(text.substr(0, end)) + "…";
}

Table::Table(std::vector<std::string> headings) {
    add(std::move(headings));
}

void Table::add(std::vector<std::string> cells) {
    std::for_each(cells.begin(), cells.end(), make_printable);
    rows_.push_back(std::move(cells));
}

std::string Table::print(std::optional<std::size_t> width) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 == row.size()) break;
            line.append(widths[i] - width_of(row[i]), ' ');
            line += kGap;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += (width ? cut(line, *width) : line) + "\n";
    }
    return out;
}

}  // namespace fieldsync::cli
