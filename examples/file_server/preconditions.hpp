//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_PRECONDITIONS_HPP
#define FILE_SERVER_PRECONDITIONS_HPP

#include "http.hpp"

#include <ctime>
#include <string>

#include <sys/stat.h>

namespace file_server {

/// What tells one version of a file from another.
struct validators {
    /// A strong entity tag, from the time of modification in nanoseconds and the size.
    std::string etag;
    std::time_t modified = 0;
};

validators make_validators(struct stat const& status);

enum class precondition { holds, not_modified, failed };

/// Evaluates `If-Match`, `If-Unmodified-Since`, `If-None-Match` and `If-Modified-Since`, in the order of RFC 9110.
precondition check_preconditions(request const& req, validators const& file);

/// Whether a `Range` field counts: there is no `If-Range`, or it names this version of the file.
bool if_range_holds(request const& req, validators const& file);

} // namespace file_server

#endif // FILE_SERVER_PRECONDITIONS_HPP
