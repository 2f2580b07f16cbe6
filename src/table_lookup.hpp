//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SRC_TABLE_LOOKUP_HPP
#define ASYNCIO_SRC_TABLE_LOOKUP_HPP

#include <asyncio/error_table.hpp>

namespace asyncio::detail {

// What the table says of a code on this platform. A category that it knows is answered by it for good: a value without
// a row holds for nothing, and the category isn't asked itself.
struct table_answer {
    bool category_known;
    error_table_row const* row;

    condition_set conditions() const noexcept { return row ? row->conditions : condition_set(); }
};

table_answer lookup_own(int value) noexcept;
table_answer lookup_generic(int value) noexcept;
table_answer lookup_system(int value) noexcept;
table_answer lookup_named(char const* category, int value) noexcept;

} // namespace asyncio::detail

#endif // ASYNCIO_SRC_TABLE_LOOKUP_HPP
