//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "byte_range.hpp"

#include "text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace file_server {
namespace {

// Digits only. A number that is too large for its type is beyond the end of any file, and stays so.
std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end != text.data() + text.size())
        return {};
    if (error == std::errc::result_out_of_range)
        return std::numeric_limits<std::uint64_t>::max();
    if (error != std::errc())
        return {};
    return value;
}

} // namespace

range_kind parse_range(std::string_view field, std::uint64_t size, byte_range& part) {
    part = {0, size};
    constexpr std::string_view unit = "bytes=";
    if (!iequals(field.substr(0, unit.size()), unit))
        return range_kind::whole;
    auto const spec = trim(field.substr(unit.size()));
    auto const dash = spec.find('-');
    if (dash == spec.npos)
        return range_kind::whole;
    auto const first_text = spec.substr(0, dash);
    auto const last_text = spec.substr(dash + 1);

    if (first_text.empty()) {
        auto const suffix = parse_number(last_text);
        if (!suffix)
            return range_kind::whole;
        if (*suffix == 0 || size == 0)
            return range_kind::unsatisfiable;
        part.count = std::min(*suffix, size);
        part.offset = size - part.count;
        return range_kind::part;
    }

    auto const first = parse_number(first_text);
    auto const last =
        last_text.empty() ? std::optional(std::numeric_limits<std::uint64_t>::max()) : parse_number(last_text);
    if (!first || !last || *first > *last)
        return range_kind::whole;
    if (*first >= size)
        return range_kind::unsatisfiable;
    part.offset = *first;
    part.count = std::min(*last, size - 1) - *first + 1;
    return range_kind::part;
}

} // namespace file_server
