//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_TEXT_HPP
#define FILE_SERVER_TEXT_HPP

#include <optional>
#include <string>
#include <string_view>

namespace file_server {

/// Decodes `%41` and the like; empty if an escape is malformed or stands for NUL.
std::optional<std::string> percent_decode(std::string_view text);

/// Encodes a path for a URL: all but unreserved characters and `/`.
std::string percent_encode(std::string_view path);

/// Escapes text for an HTML document, attribute values included.
std::string html_escape(std::string_view text);

/// Escapes text for a quoted field of a log line, so that a request can't forge one.
std::string log_escape(std::string_view text);

/// Without the blanks around it.
std::string_view trim(std::string_view text);

/// Whether the two are the same but for the case of ASCII letters.
bool iequals(std::string_view a, std::string_view b);

} // namespace file_server

#endif // FILE_SERVER_TEXT_HPP
