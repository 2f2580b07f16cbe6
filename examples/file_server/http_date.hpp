//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_HTTP_DATE_HPP
#define FILE_SERVER_HTTP_DATE_HPP

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace file_server {

/// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string format_http_date(std::time_t time);

/// Reads a date in any of the three forms that RFC 9110 wants a recipient to know; empty if it is none of them.
std::optional<std::time_t> parse_http_date(std::string_view text);

} // namespace file_server

#endif // FILE_SERVER_HTTP_DATE_HPP
