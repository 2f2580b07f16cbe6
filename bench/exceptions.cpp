//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//

// A failing operation, awaited in one frame: what Asio throws for it, and the typed exception in its place. And what
// the exception alone costs.

#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <utility>

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// A stream whose peer is gone: each read ends at once.
class ended_stream {
public:
    ended_stream() : stream(ctx) {
        asio::local::stream_protocol::socket peer(ctx);
        asio::local::connect_pair(stream, peer);
    }

    asio::io_context ctx{1};
    asio::local::stream_protocol::socket stream;
};

template <class Token> asio::awaitable<void> read_and_catch(benchmark::State& state, ended_stream& ended, Token token) {
    char data[10];
    auto const buffer = asio::buffer(data);
    for (auto _ : state) {
        try {
            co_await asio::async_read(ended.stream, buffer, token);
            std::abort();
        } catch (boost::system::system_error const& e) {
            benchmark::DoNotOptimize(e.what());
        }
    }
}

asio::awaitable<void> read_code(benchmark::State& state, ended_stream& ended) {
    char data[10];
    auto const buffer = asio::buffer(data);
    auto const token = asio::as_tuple(asio::use_awaitable);
    for (auto _ : state) {
        auto const [code, n] = co_await asio::async_read(ended.stream, buffer, token);
        if (!code.failed())
            std::abort();
        benchmark::DoNotOptimize(n);
    }
}

template <class Token> void failed_read(benchmark::State& state, Token token) {
    ended_stream ended;
    asio::co_spawn(ended.ctx, read_and_catch(state, ended, token), asio::detached);
    ended.ctx.run();
}
void failed_read_code(benchmark::State& state) {
    ended_stream ended;
    asio::co_spawn(ended.ctx, read_code(state, ended), asio::detached);
    ended.ctx.run();
}
BENCHMARK(failed_read_code)->Name("failed_read/floor_as_tuple");
BENCHMARK_CAPTURE(failed_read, asio_use_awaitable, asio::use_awaitable);
BENCHMARK_CAPTURE(failed_read, ours_throwing_use_awaitable, asyncio::throwing(asio::use_awaitable));
#if BOOST_ASIO_VERSION >= 103100 // before, Asio's own deferred fails to compile under throwing
BENCHMARK_CAPTURE(failed_read, asio_deferred, asio::deferred);
BENCHMARK_CAPTURE(failed_read, ours_throwing_deferred, asyncio::throwing(asio::deferred));
#endif

// Success: one post, with and without the adapter
template <class Token> asio::awaitable<void> post_again(benchmark::State& state, asio::io_context& ctx, Token token) {
    for (auto _ : state) {
        auto const n = co_await asio::async_initiate<Token, void(error_code, std::size_t)>(
            [&ctx](auto handler) {
                asio::post(ctx, [h = std::move(handler)]() mutable { std::move(h)(error_code(), std::size_t(1)); });
            },
            token);
        benchmark::DoNotOptimize(n);
    }
}
template <class Token> void success(benchmark::State& state, Token token) {
    asio::io_context ctx(1);
    asio::co_spawn(ctx, post_again(state, ctx, token), asio::detached);
    ctx.run();
}
BENCHMARK_CAPTURE(success, asio_use_awaitable, asio::use_awaitable);
BENCHMARK_CAPTURE(success, ours_throwing_use_awaitable, asyncio::throwing(asio::use_awaitable));

// The code as Asio reports it, with the place where it was made
error_code located_eof() {
    static constexpr auto here = BOOST_CURRENT_LOCATION;
    return error_code(error_code(asio::error::eof), &here);
}

template <class Throw> void throw_and_catch(benchmark::State& state, Throw throws) {
    auto code = located_eof();
    for (auto _ : state) {
        try {
            benchmark::DoNotOptimize(code);
            throws(code);
        } catch (boost::system::system_error const& e) {
            benchmark::DoNotOptimize(e.what());
        }
    }
}
BENCHMARK_CAPTURE(throw_and_catch, boost_system_error,
                  [](error_code const& code) { throw boost::system::system_error(code); });
BENCHMARK_CAPTURE(throw_and_catch, ours_throw_error, [](error_code const& code) { asyncio::throw_error(code); });
BENCHMARK_CAPTURE(throw_and_catch, boost_pointer, [](error_code const& code) {
    std::rethrow_exception(std::make_exception_ptr(boost::system::system_error(code)));
});
BENCHMARK_CAPTURE(throw_and_catch, ours_pointer,
                  [](error_code const& code) { std::rethrow_exception(asyncio::make_exception(code)); });
BENCHMARK_CAPTURE(throw_and_catch, ours_pointer_with_details, [](error_code const& code) {
    asyncio::error_details details;
    details.operation = "async_read_exactly";
    details.transferred = 3;
    details.expected = 10;
    std::rethrow_exception(asyncio::make_exception(code, details));
});

void make_pointer_boost(benchmark::State& state) {
    auto code = located_eof();
    for (auto _ : state) {
        benchmark::DoNotOptimize(code);
        auto exception = std::make_exception_ptr(boost::system::system_error(code));
        benchmark::DoNotOptimize(exception);
    }
}
void make_pointer_ours(benchmark::State& state) {
    auto code = located_eof();
    for (auto _ : state) {
        benchmark::DoNotOptimize(code);
        auto exception = asyncio::make_exception(code);
        benchmark::DoNotOptimize(exception);
    }
}
BENCHMARK(make_pointer_boost)->Name("make_pointer/boost_system_error");
BENCHMARK(make_pointer_ours)->Name("make_pointer/ours");

} // namespace
