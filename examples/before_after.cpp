//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// What a failure means, asked without this library and with it: the same answers for the same codes.
#include <asyncio/errc.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/channel_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

#include <iostream>
#include <string_view>
#include <system_error>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

enum class verdict { quiet, retry, torn, other };

// [before_codes]
verdict before(error_code const& ec) {
    if (ec == asio::error::operation_aborted || ec == asio::experimental::error::channel_cancelled
        || ec == std::errc::operation_canceled)
        return verdict::quiet;
    if (ec == asio::error::timed_out || ec == beast::error::timeout || ec == std::errc::timed_out)
        return verdict::retry;
    if (ec == asio::error::eof || ec == asio::ssl::error::stream_truncated || ec == http::error::partial_message)
        return verdict::torn;
    return verdict::other;
}
// [/before_codes]

// [after_codes]
verdict after(error_code const& ec) {
    if (ec == asyncio::errc::cancelled)
        return verdict::quiet;
    if (ec == asyncio::errc::timed_out)
        return verdict::retry;
    if (ec == asyncio::errc::incomplete_read)
        return verdict::torn;
    return verdict::other;
}
// [/after_codes]

} // namespace

int main() {
    error_code const codes[] = {
        asio::error::operation_aborted,
        asio::experimental::error::channel_cancelled,
        make_error_code(boost::system::errc::operation_canceled),
        asio::error::timed_out,
        beast::error::timeout,
        make_error_code(boost::system::errc::timed_out),
        asio::error::eof,
        asio::ssl::error::stream_truncated,
        http::error::partial_message,
        asio::error::connection_refused,
    };
    int different = 0;
    for (auto const& code : codes) {
        bool const same = before(code) == after(code);
        std::cout << (same ? "same       " : "different  ") << code << '\n';
        different += same ? 0 : 1;
    }
    return different;
}
