#include "http/target.hpp"

#include <algorithm>
#include <boost/url/encoding_opts.hpp>
#include <boost/url/pct_string_view.hpp>
#include <cstdint>
#include <utility>

namespace fieldsync::server::http {
namespace {

/// Well-formed as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i++]);
        if (lead < 0x80) continue;
        const int continuation_bytes = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
        if (continuation_bytes == 0 || lead > 0xF4) return false;
        std::uint32_t code_point = lead & (0x3Fu >> continuation_bytes);
        for (int n = 0; n < continuation_bytes; ++n) {
            if (i == text.size()) return false;
            const auto byte = static_cast<unsigned char>(text[i++]);
            if ((byte & 0xC0) != 0x80) return false;
            code_point = code_point << 6 | (byte & 0x3Fu);
        }
        if (continuation_bytes == 2 &&
            (code_point < 0x800 || (code_point >= 0xD800 && code_point < 0xE000))) {
            return false;
        }
        if (continuation_bytes == 3 && (code_point < 0x10000 || code_point > 0x10FFFF)) return false;
    }
    return true;
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::optional<std::string> decode(std::string_view encoded, bool plus_is_space) {
    const auto checked = boost::urls::make_pct_string_view({encoded.data(), encoded.size()});
    if (!checked) return std::nullopt;
    boost::urls::encoding_opts options;
    options.space_as_plus = plus_is_space;
    std::string decoded = checked->decode(options);
    if (!is_utf8(decoded)) return std::nullopt;
    return decoded;
}

std::optional<Fields> parse_query(std::string_view query) {
    Fields fields;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        std::optional<std::string> name = decode(pair.substr(0, equals), true);
        std::optional<std::string> value =
            decode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
        // Line breaks are fine in a search text, a NUL byte is not: C libraries end there.
        if (!name || !value || name->find('\0') != std::string::npos ||
            value->find('\0') != std::string::npos) {
            return std::nullopt;
        }
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

/// The part of an absolute form that an origin form has: "http://host/path" → "/path".
std::string_view origin_form(std::string_view target) {
    const std::size_t scheme = target.find("://");
    if (target.starts_with('/') || scheme == std::string_view::npos) return target;
    const std::size_t path = target.find_first_of("/?", scheme + 3);
    return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace

std::vector<std::string> split_path(std::string_view path) {
    std::vector<std::string> segments;
    if (!path.starts_with('/')) return segments;
    for (path.remove_prefix(1);;) {
        const std::size_t slash = path.find('/');
        segments.emplace_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

std::optional<Target> parse_target(std::string_view target) {
    if (target == "*") return Target{"*", {}, {}};
    target = origin_form(target);
    if (target.find('#') != std::string_view::npos) return std::nullopt;
    const std::size_t question = target.find('?');
    const std::string_view path = target.substr(0, question);
    if (!path.starts_with('/')) return std::nullopt;

    Target result;
    for (const std::string& encoded : split_path(path)) {
        std::optional<std::string> segment = decode(encoded, false);
        if (!segment || has_control_character(*segment) || *segment == "." || *segment == "..")
            return std::nullopt;
        result.path += '/';
        result.path += *segment;
        result.segments.push_back(std::move(*segment));
    }
    if (question != std::string_view::npos) {
        std::optional<Fields> query = parse_query(target.substr(question + 1));
        if (!query) return std::nullopt;
        result.query = std::move(*query);
    }
    return result;
}

}  // namespace fieldsync::server::http
