//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Neither the handler has an executor nor the initiation: no context could own the deadline.
// expect: neither the handler nor the operation's initiation has an executor
#include <asyncio/timeout.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace asio = boost::asio;
using boost::system::error_code;

void start(asio::io_context& context) {
    auto const initiation = [](auto handler) { asio::post([h = std::move(handler)]() mutable { h(error_code()); }); };
    auto const handler = [](error_code) {};
#if defined(FAIL)
    (void)context;
    auto token = asyncio::timeout(std::chrono::seconds(1), handler);
#else
    auto token = asyncio::timeout(std::chrono::seconds(1), asio::bind_executor(context, handler));
#endif
    asio::async_initiate<decltype(token), void(error_code)>(initiation, token);
}
