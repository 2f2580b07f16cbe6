//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "wake.hpp"

#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/post.hpp>

#include <optional>
#include <utility>

// Waking one coroutine: a posted function sets, the coroutine waits. And waiting for what is set already.
//
// Compare the rows of one run: `--benchmark_repetitions=15 --benchmark_enable_random_interleaving=true
// --benchmark_report_aggregates_only=true`.

namespace asyncio_bench {

namespace {

using boost::system::error_code;
using channel = asio::experimental::channel<executor, void(error_code)>;
using concurrent_channel = asio::experimental::concurrent_channel<executor, void(error_code)>;
using promise = asyncio::promise<void, executor>;

void floor_post(benchmark::State& state) {
    asio::io_context ctx(1);
    auto const loop = [&]() -> awaitable<> {
        allocation_counter counter(state);
        for (auto _ : state) {
            co_await asio::post(ctx.get_executor(), use_awaitable);
            counter.step();
        }
    };
    drive(ctx, loop());
}
BENCHMARK(floor_post);

// A peer has `set()` and `wait()`, and is used for all iterations.
template <class Event> void wake(benchmark::State& state) {
    asio::io_context ctx(1);
    auto const loop = [&]() -> awaitable<> {
        Event event(ctx.get_executor());
        allocation_counter counter(state);
        for (auto _ : state) {
            asio::post(ctx.get_executor(), [&] { event.set(); });
            co_await event.wait();
            counter.step();
        }
    };
    drive(ctx, loop());
}

template <class Channel> class channel_event {
public:
    explicit channel_event(executor const& ex) : channel_(ex, 1) {}
    void set() { channel_.try_send(error_code()); }
    auto wait() { return channel_.async_receive(use_awaitable); }

private:
    Channel channel_;
};

class timer_event {
public:
    explicit timer_event(executor const& ex) : timer_(ex, timer::time_point::max()) {}
    void set() { timer_.cancel(); }
    auto wait() { return timer_.async_wait(asio::as_tuple(use_awaitable)); }

private:
    timer timer_;
};

BENCHMARK(wake<channel_event<channel>>)->Name("wake/channel");
BENCHMARK(wake<channel_event<concurrent_channel>>)->Name("wake/concurrent_channel");
BENCHMARK(wake<timer_event>)->Name("wake/timer_cancel");

// A future is used once: each iteration makes its own, in memory that is used again.
template <class Executor> void wake_future(benchmark::State& state) {
    asio::io_context ctx(1);
    Executor const ex = ctx.get_executor();
    auto const loop = [&]() -> asio::awaitable<void, Executor> {
        block_pool pool;
        allocation_counter counter(state);
        std::optional<asyncio::promise<void, Executor>> p;
        for (auto _ : state) {
            p.emplace(std::allocator_arg, pool_allocator<void*>(pool), ex);
            auto const future = p->get_future();
            asio::post(ctx.get_executor(), [&] { p->set_value(); });
            co_await future.async_wait(asio::use_awaitable_t<Executor>());
            counter.step();
        }
    };
    asio::co_spawn(ex, loop(), [](std::exception_ptr e) {
        if (e)
            std::rethrow_exception(e);
    });
    ctx.run();
}
BENCHMARK(wake_future<executor>)->Name("wake/future");
BENCHMARK(wake_future<asio::any_io_executor>)->Name("wake/future_any_io_executor");

void set_channel(benchmark::State& state) {
    asio::io_context ctx(1);
    auto const loop = [&]() -> awaitable<> {
        channel_event<channel> event(ctx.get_executor());
        for (auto _ : state) {
            event.set();
            co_await event.wait();
        }
    };
    drive(ctx, loop());
}
BENCHMARK(set_channel)->Name("set_already/channel");

void set_future(benchmark::State& state) {
    asio::io_context ctx(1);
    auto const loop = [&]() -> awaitable<> {
        promise p(ctx.get_executor());
        p.set_value();
        auto const future = p.get_future();
        allocation_counter counter(state);
        for (auto _ : state) {
            co_await future.async_wait(use_awaitable);
            counter.step();
        }
    };
    drive(ctx, loop());
}
BENCHMARK(set_future)->Name("set_already/future");

} // namespace
} // namespace asyncio_bench
