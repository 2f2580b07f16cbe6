//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "separator_search.hpp"

#include <algorithm>
#include <cstring>

namespace asyncio::detail {
namespace {

constexpr auto npos = std::string_view::npos;

// Up to this length a search for the last byte, by the fastest code there is, and a look at the bytes before it beats a
// general algorithm; the cost for the worst text, nothing but last bytes, stays within a small constant per byte.
constexpr std::size_t few_bytes = 4;

// How far several separators are searched in turn before the next stretch: far enough that a typical record takes one
// stretch, and doubling, so that the sum stays linear.
constexpr std::size_t first_stretch = 256;

std::size_t find_short(std::string_view text, std::string_view wanted) noexcept {
    std::size_t const before = wanted.size() - 1;
    char const* const begin = text.data();
    char const* const end = begin + text.size();
    for (char const* at = begin + std::min(before, text.size()); at != end; ++at) {
        at = static_cast<char const*>(std::memchr(at, wanted.back(), static_cast<std::size_t>(end - at)));
        if (!at)
            return npos;
        if (std::memcmp(at - before, wanted.data(), before) == 0)
            return static_cast<std::size_t>(at - before - begin);
    }
    return npos;
}

std::size_t find_one(std::string_view text, std::string_view wanted) noexcept {
    if (wanted.size() > text.size())
        return npos;
    if (wanted.size() <= few_bytes)
        return find_short(text, wanted);
#if defined(__unix__) || defined(__APPLE__)
    auto const* const at = static_cast<char const*>(::memmem(text.data(), text.size(), wanted.data(), wanted.size()));
    return at ? static_cast<std::size_t>(at - text.data()) : npos;
#else
    return text.find(wanted);
#endif
}

// Each match limits the search for the next separator to what would end before it.
std::optional<separator_match> find_in(std::string_view text, separators const& wanted) noexcept {
    std::optional<separator_match> best;
    for (std::size_t i = 0, count = wanted.count(); i != count; ++i) {
        std::string_view const one = wanted[i];
        std::size_t const at = find_one(best ? text.substr(0, best->end - 1) : text, one);
        if (at != npos)
            best = separator_match{at, at + one.size()};
    }
    return best;
}

} // namespace

std::optional<separator_match> find_separator(std::string_view text, separators const& wanted) noexcept {
    if (wanted.count() == 1) {
        std::string_view const one = wanted[0];
        std::size_t const at = find_one(text, one);
        if (at == npos)
            return {};
        return separator_match{at, at + one.size()};
    }

    // What matches in a stretch and ends within it ends before anything that the next stretch can find.
    std::size_t const overlap = wanted.longest() - 1;
    std::size_t stretch = std::max(first_stretch, 4 * overlap);
    for (std::size_t from = 0; from < text.size(); stretch *= 2) {
        std::string_view const part = text.substr(from, stretch);
        if (auto match = find_in(part, wanted))
            return separator_match{from + match->begin, from + match->end};
        if (part.size() < stretch)
            break;
        from += part.size() - overlap;
    }
    return {};
}

} // namespace asyncio::detail
