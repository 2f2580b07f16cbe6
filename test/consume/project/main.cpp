//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdio>
#include <exception>

namespace asio = boost::asio;

// Uses what is in the headers and what is in the library, and exits with 0 if both are there and right.

asio::awaitable<void> wait(asio::steady_timer& timer) {
    co_await timer.async_wait(asyncio::throwing(asio::use_awaitable));
}

int main() {
    asio::io_context ctx;
    asio::steady_timer timer(ctx, std::chrono::hours(1));
    std::exception_ptr failure;
    asio::co_spawn(ctx, wait(timer), [&](std::exception_ptr e) { failure = e; });
    ctx.poll();
    timer.cancel();
    ctx.run();

    try {
        if (failure)
            std::rethrow_exception(failure);
        std::puts("nothing was thrown");
    } catch (asyncio::cancelled_error const& e) {
        if (e.code() == asyncio::errc::cancelled && e.code() == asio::error::operation_aborted)
            return 0;
        std::puts(e.what());
    } catch (std::exception const& e) {
        std::printf("another exception: %s\n", e.what());
    }
    return 1;
}
