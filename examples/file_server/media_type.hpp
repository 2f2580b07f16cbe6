//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_MEDIA_TYPE_HPP
#define FILE_SERVER_MEDIA_TYPE_HPP

#include <string_view>

namespace file_server {

/// The media type for a file name, by its extension; `application/octet-stream` where it says nothing.
std::string_view media_type(std::string_view name);

} // namespace file_server

#endif // FILE_SERVER_MEDIA_TYPE_HPP
