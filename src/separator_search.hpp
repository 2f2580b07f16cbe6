//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SRC_SEPARATOR_SEARCH_HPP
#define ASYNCIO_SRC_SEPARATOR_SEARCH_HPP

#include <asyncio/separators.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace asyncio::detail {

struct separator_match {
    std::size_t begin;
    std::size_t end;
};

// The match in the text that ends first; of those that end there, the shortest. The separators must be valid.
//
// Takes time linear in where the match ends, or in the text where there is none: what follows a match isn't looked at,
// or a long text with many records would be searched to its end for each of them.
std::optional<separator_match> find_separator(std::string_view text, separators const& wanted) noexcept;

} // namespace asyncio::detail

#endif // ASYNCIO_SRC_SEPARATOR_SEARCH_HPP
