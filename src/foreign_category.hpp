//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SRC_FOREIGN_CATEGORY_HPP
#define ASYNCIO_SRC_FOREIGN_CATEGORY_HPP

#include <asyncio/errc.hpp>

#include <system_error>

namespace asyncio::detail {

// Asks a category that the table doesn't know whether it declares its code equivalent to the condition.
bool declares(std::error_code const& code, errc condition) noexcept;
bool declares(boost::system::error_code const& code, errc condition) noexcept;

} // namespace asyncio::detail

#endif // ASYNCIO_SRC_FOREIGN_CATEGORY_HPP
