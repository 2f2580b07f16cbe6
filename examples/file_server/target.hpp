//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_TARGET_HPP
#define FILE_SERVER_TARGET_HPP

#include <optional>
#include <string>
#include <string_view>

namespace file_server {

/// What a request's target asks for.
struct target {
    /// Relative to the root: decoded, no empty, `.` or `..` segments, no slash at either end; empty for the root
    /// itself.
    std::string path;

    /// Whether the target named a directory, by a slash (or a dot segment) at its end.
    bool directory = false;
};

/// Reads a request's target: a path, or the absolute form that proxies send; a query is cut off.
///
/// Empty for a malformed one, and for one that leaves the root.
std::optional<target> parse_target(std::string_view text);

} // namespace file_server

#endif // FILE_SERVER_TARGET_HPP
