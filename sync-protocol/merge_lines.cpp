// Three-way merge of texts by lines, after S. Khanna, K. Kunal, B. C. Pierce: A Formal Investigation of Diff3
// (2007). Both sides are compared with the base; runs of differing lines (hunks) that overlap make one region
// of the base, and a region changed by both must have become the same text in both. Unlike theirs, hunks that
// only touch do not overlap: the place of each is plain.
//
//   base      a b c d e          current's hunks    [1,2)→x          regions   [1,2) current alone
//   current   a x c d e          incoming's hunks   [2,3)→  [5,5)→f            [2,3) incoming alone
//   incoming  a b d e f                                                        [5,5) incoming alone
//   merged    a x d e f
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fieldsync/sync/limits.hpp"
#include "fieldsync/sync/merge.hpp"

namespace fieldsync::sync {
namespace {

using Lines = std::vector<std::string_view>;

// Between line breaks: a text that ends in one has an empty last line, so that the break at the end is merged
// as a line is. The empty text has no lines.
Lines split(std::string_view text) {
    Lines out;
    if (text.empty()) return out;
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', begin)) {
        out.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    out.push_back(text.substr(begin));
    return out;
}

std::string join(const Lines& lines) {
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) out += '\n';
        out += lines[i];
    }
    return out;
}

// Lines [begin, end) of the base became lines [side_begin, side_end) of this side.
struct Hunk {
    std::size_t begin, end, side_begin, side_end;
};

// For [i][j]: how many lines base[i..] and side[j..] have in common, in order.
class CommonLines {
  public:
    CommonLines(const std::vector<int>& base, const std::vector<int>& side)
        : columns_(side.size() + 1), counts_((base.size() + 1) * columns_) {
        for (std::size_t i = base.size(); i-- > 0;)
            for (std::size_t j = side.size(); j-- > 0;)
                cell(i, j) = base[i] == side[j] ? static_cast<std::uint16_t>(cell(i + 1, j + 1) + 1)
                                                : std::max(cell(i + 1, j), cell(i, j + 1));
    }
    std::uint16_t& cell(std::size_t i, std::size_t j) { return counts_[i * columns_ + j]; }

  private:
    std::size_t columns_;
    std::vector<std::uint16_t> counts_;
};
static_assert(limits::merge_lines_max <= UINT16_MAX);

// Appends a differing line pair's step to the last hunk, or begins one.
void extend(std::vector<Hunk>& hunks, std::size_t at, std::size_t side_at, std::size_t lines,
            std::size_t side_lines) {
    if (hunks.empty() || hunks.back().end != at || hunks.back().side_end != side_at)
        hunks.push_back({at, at, side_at, side_at});
    hunks.back().end += lines;
    hunks.back().side_end += side_lines;
}

std::vector<Hunk> differences(const Lines& base, const Lines& side) {
    const auto [base_at, side_at] = std::ranges::mismatch(base, side);
    const auto start = static_cast<std::size_t>(base_at - base.begin());
    std::size_t base_end = base.size();
    std::size_t side_end = side.size();
    while (base_end > start && side_end > start && base[base_end - 1] == side[side_end - 1])
        --base_end, --side_end;

    // Equal lines get equal numbers: the table compares numbers only.
    std::unordered_map<std::string_view, int> numbers;
    const auto numbered = [&](const Lines& lines, std::size_t end) {
        std::vector<int> out;
        for (std::size_t i = start; i < end; ++i)
            out.push_back(numbers.try_emplace(lines[i], static_cast<int>(numbers.size())).first->second);
        return out;
    };
    const std::vector<int> ours = numbered(base, base_end);
    const std::vector<int> theirs = numbered(side, side_end);
    CommonLines common(ours, theirs);

    std::vector<Hunk> hunks;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < ours.size() || j < theirs.size()) {
        if (i < ours.size() && j < theirs.size() && ours[i] == theirs[j]) {
            ++i, ++j;
        } else if (j == theirs.size() ||
                   (i < ours.size() && common.cell(i + 1, j) >= common.cell(i, j + 1))) {
            extend(hunks, start + i, start + j, 1, 0);
            ++i;
        } else {
            extend(hunks, start + i, start + j, 0, 1);
            ++j;
        }
    }
    return hunks;
}

// One side's hunks, walked in step with the other's.
class Side {
  public:
    Side(const Lines& base, const Lines& lines) : lines_(lines), hunks_(differences(base, lines)) {}

    [[nodiscard]] const Hunk* next() const { return at_ < hunks_.size() ? &hunks_[at_] : nullptr; }
    // Takes the hunks that overlap [begin, end), and widens it to hold them.
    bool take_overlapping(std::size_t begin, std::size_t& end) {
        bool took = false;
        for (const Hunk* hunk = next(); hunk != nullptr && overlaps(*hunk, begin, end); hunk = next()) {
            end = std::max(end, hunk->end);
            ++at_;
            took = true;
        }
        return took;
    }
    void take() { ++at_; }
    void begin_region() { region_ = at_; }
    [[nodiscard]] bool changed_region() const { return region_ < at_; }

    // This side's lines for base [begin, end): its hunks of the region, and the base between them.
    [[nodiscard]] Lines region(const Lines& base, std::size_t begin, std::size_t end) const {
        Lines out;
        for (std::size_t i = region_; i < at_; ++i) {
            append(out, base, begin, hunks_[i].begin);
            append(out, lines_, hunks_[i].side_begin, hunks_[i].side_end);
            begin = hunks_[i].end;
        }
        append(out, base, begin, end);
        return out;
    }

    static void append(Lines& out, const Lines& from, std::size_t begin, std::size_t end) {
        out.insert(out.end(), from.begin() + static_cast<std::ptrdiff_t>(begin),
                   from.begin() + static_cast<std::ptrdiff_t>(end));
    }

  private:
    // Lines in common; or two insertions at one place; or an insertion inside.
    static bool overlaps(const Hunk& hunk, std::size_t begin, std::size_t end) {
        if (hunk.begin == begin && hunk.end == hunk.begin && end == begin) return true;
        return hunk.begin < end && begin < hunk.end;
    }

    const Lines& lines_;
    std::vector<Hunk> hunks_;
    std::size_t at_ = 0;
    std::size_t region_ = 0;  // the first hunk of the present region
};

// Which side's next hunk comes first: at one place an insertion before what replaces lines.
bool is_first(const Hunk& hunk, const Hunk* other) {
    return other == nullptr || hunk.begin < other->begin ||
           (hunk.begin == other->begin && hunk.end <= other->end);
}

}  // namespace

std::size_t merge_cells(std::string_view base, std::string_view current, std::string_view incoming) {
    if (current == incoming || base == incoming || base == current) return 0;
    const auto lines = [](std::string_view text) {
        return static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    };
    return lines(base) * (lines(current) + lines(incoming));
}

std::optional<std::string> merge_lines(std::string_view base, std::string_view current,
                                       std::string_view incoming) {
    if (current == incoming || base == incoming) return std::string(current);
    if (base == current) return std::string(incoming);

    const Lines base_lines = split(base);
    const Lines current_lines = split(current);
    const Lines incoming_lines = split(incoming);
    if (std::max({base_lines.size(), current_lines.size(), incoming_lines.size()}) > limits::merge_lines_max)
        return std::nullopt;

    Side ours(base_lines, current_lines);
    Side theirs(base_lines, incoming_lines);
    Lines out;
    std::size_t copied = 0;  // lines of the base that are dealt with
    while (ours.next() != nullptr || theirs.next() != nullptr) {
        ours.begin_region();
        theirs.begin_region();
        const bool ours_first = ours.next() != nullptr && is_first(*ours.next(), theirs.next());
        Side& first = ours_first ? ours : theirs;
        const std::size_t begin = first.next()->begin;
        std::size_t end = first.next()->end;
        first.take();
        while (ours.take_overlapping(begin, end) || theirs.take_overlapping(begin, end)) {
        }

        Side::append(out, base_lines, copied, begin);
        const Lines changed = first.region(base_lines, begin, end);
        if (ours.changed_region() && theirs.changed_region()) {
            const Lines other = (ours_first ? theirs : ours).region(base_lines, begin, end);
            if (changed != other) return std::nullopt;
        }
        Side::append(out, changed, 0, changed.size());
        copied = end;
    }
    Side::append(out, base_lines, copied, base_lines.size());
    return join(out);
}

}  // namespace fieldsync::sync
