//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// A barrier: three workers do a phase each, and go on together.
#include <asyncio/barrier.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <iostream>

namespace asio = boost::asio;
using asyncio::throwing;

// [barrier]
asio::awaitable<void> work(asyncio::barrier& barrier, int phases, int& sum, int& reports) {
    for (int phase = 1; phase <= phases; ++phase) {
        sum += phase;
        auto const index = co_await barrier.async_wait(throwing(asio::use_awaitable));
        if (index == 0) { // exactly one of them
            std::cout << "after phase " << phase << ": " << sum << '\n';
            ++reports;
        }
    }
}
// [/barrier]

int main() {
    asio::io_context io;
    asyncio::barrier barrier(io, 3);
    int sum = 0;
    int reports = 0;
    for (int worker = 0; worker < 3; ++worker)
        asio::co_spawn(io, work(barrier, 2, sum, reports), [](std::exception_ptr const& exception) {
            if (exception)
                std::rethrow_exception(exception);
        });
    io.run();
    return sum == 9 && reports == 2 ? 0 : 1;
}
