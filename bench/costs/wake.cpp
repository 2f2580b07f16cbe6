//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "costs/cases.hpp"
#include "loop.hpp"

#include <asyncio/barrier.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>

#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/post.hpp>

#include <optional>

// One wake-up, or one wait at a barrier, of coroutines in one thread: as bench/wake.cpp and bench/barrier.cpp have
// them.

namespace {

using namespace asyncio_bench;
using boost::system::error_code;

// `loop(ctx, n)` is a coroutine.
template <class Loop> void repeat(Loop loop, std::size_t n) {
    asio::io_context ctx(1);
    drive(ctx, loop(ctx, n));
}

awaitable<> post_and_resume(asio::io_context& ctx, std::size_t n) {
    for (; n != 0; --n)
        co_await asio::post(ctx.get_executor(), use_awaitable);
}

awaitable<> wake_channel(asio::io_context& ctx, std::size_t n) {
    asio::experimental::channel<executor, void(error_code)> channel(ctx, 1);
    for (; n != 0; --n) {
        asio::post(ctx.get_executor(), [&] { channel.try_send(error_code()); });
        co_await channel.async_receive(use_awaitable);
    }
}

awaitable<> wake_future(asio::io_context& ctx, std::size_t n) {
    block_pool pool;
    std::optional<asyncio::promise<void, executor>> promise;
    for (; n != 0; --n) {
        promise.emplace(std::allocator_arg, pool_allocator<void*>(pool), ctx.get_executor());
        auto const future = promise->get_future();
        asio::post(ctx.get_executor(), [&] { promise->set_value(); });
        co_await future.async_wait(use_awaitable);
    }
}

awaitable<> set_already(asio::io_context& ctx, std::size_t n) {
    asyncio::promise<void, executor> promise(ctx);
    promise.set_value();
    auto const future = promise.get_future();
    for (; n != 0; --n)
        co_await future.async_wait(use_awaitable);
}

// Each of the coroutines waits n times; a repetition is one wait of each.
template <std::ptrdiff_t Parties> void meet(std::size_t n) {
    asio::io_context ctx(1);
    asyncio::basic_barrier<executor> barrier(ctx.get_executor(), Parties);
    auto const party = [&]() -> awaitable<> {
        for (std::size_t i = 0; i != n; ++i)
            co_await barrier.async_wait(use_awaitable);
    };
    for (std::ptrdiff_t i = 0; i != Parties; ++i)
        asio::co_spawn(ctx, party(), [](std::exception_ptr e) {
            if (e)
                std::rethrow_exception(e);
        });
    ctx.run();
}

counted_case const floor_case("wake/boost/post", [](std::size_t n) { repeat(post_and_resume, n); });
counted_case const channel_case("wake/boost/channel", [](std::size_t n) { repeat(wake_channel, n); });
counted_case const future_case("wake/future", [](std::size_t n) { repeat(wake_future, n); });
counted_case const set_already_case("wake/set_already", [](std::size_t n) { repeat(set_already, n); });
counted_case const barrier_2("wake/barrier/2", meet<2>);
counted_case const barrier_16("wake/barrier/16", meet<16>);

} // namespace
