//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_LISTING_HPP
#define FILE_SERVER_LISTING_HPP

#include "descriptor.hpp"

#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>

namespace file_server {

/// Makes the HTML page that lists a directory. Names that begin with a dot are left out.
///
/// @param directory The directory; its position is used up.
/// @param path The directory's path relative to the root, decoded, for the title.
std::string make_listing(descriptor directory, std::string_view path, boost::system::error_code& error);

} // namespace file_server

#endif // FILE_SERVER_LISTING_HPP
