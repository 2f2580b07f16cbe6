//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// A future: a worker thread that knows nothing of Asio gives a coroutine its result.
#include <asyncio/exceptions.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <utility>

namespace asio = boost::asio;
using asyncio::throwing;

// [future]
// A library with threads and callbacks of its own.
std::jthread query(std::string question, asyncio::promise<std::string> answer) {
    return std::jthread([question = std::move(question), answer = std::move(answer)]() mutable {
        if (question.empty())
            return;                               // nobody will answer: the promise is broken
        answer.try_set_value(question + "? 42."); // false if it was cancelled meanwhile
    });
}

asio::awaitable<std::string> ask(std::string question) {
    asyncio::promise<std::string> answer(co_await asio::this_coro::executor);
    auto const future = answer.get_future();
    std::jthread const worker = query(std::move(question), std::move(answer));
    co_return co_await future.async_get(throwing(asio::use_awaitable));
}
// [/future]

asio::awaitable<int> run() {
    int good = 0;
    auto const answer = co_await ask("Six times seven");
    std::cout << answer << '\n';
    good += answer == "Six times seven? 42." ? 1 : 0;
    try {
        co_await ask("");
    } catch (asyncio::broken_promise_error const& e) {
        std::cout << e.what() << '\n';
        ++good;
    }
    co_return good;
}

int main() {
    asio::io_context io;
    int good = 0;
    asio::co_spawn(io, run(), [&good](std::exception_ptr const& exception, int result) {
        if (exception)
            std::rethrow_exception(exception);
        good = result;
    });
    io.run();
    return good == 2 ? 0 : 1;
}
