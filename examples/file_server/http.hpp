//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_HTTP_HPP
#define FILE_SERVER_HTTP_HPP

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <string_view>

namespace file_server {

namespace http = boost::beast::http;

using request = http::request<http::empty_body>;
using response = http::response<http::string_body>;

/// Beast's string views are its own; the type differs between versions of Boost.
template <class View> std::string_view to_std(View const& view) {
    return {view.data(), view.size()};
}

} // namespace file_server

#endif // FILE_SERVER_HTTP_HPP
