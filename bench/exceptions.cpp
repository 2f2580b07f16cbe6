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

#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/version.hpp>
#include <boost/system/system_error.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <utility>

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// The code of a real read whose peer has left, with the place where Asio made it.
error_code located_eof() {
    asio::io_context ctx;
    asio::local::stream_protocol::socket reader(ctx), writer(ctx);
    asio::local::connect_pair(reader, writer);
    writer.close();
    error_code got;
    char byte;
    reader.async_read_some(asio::buffer(&byte, 1), [&](error_code code, std::size_t) { got = code; });
    ctx.run();
    if (got != asio::error::eof)
        std::abort();
    return got;
}

// Completes through the context with a code and a number, as a read does.
class initiate_read {
public:
    using executor_type = asio::io_context::executor_type;

    explicit initiate_read(executor_type executor) noexcept : executor_(executor) {}
    executor_type get_executor() const noexcept { return executor_; }

    template <class Handler> void operator()(Handler handler, error_code code) const {
        asio::post(executor_, asio::append(std::move(handler), code, std::size_t(3)));
    }

private:
    executor_type executor_;
};
template <class Token> auto async_one_read(asio::io_context& ctx, error_code code, Token const& token) {
    return asio::async_initiate<Token const, void(error_code, std::size_t)>(initiate_read(ctx.get_executor()), token,
                                                                            code);
}

template <class Token>
asio::awaitable<void> read_and_catch(benchmark::State& state, asio::io_context& ctx, Token token) {
    auto const code = located_eof();
    for (auto _ : state) {
        try {
            co_await async_one_read(ctx, code, token);
            std::abort();
        } catch (boost::system::system_error const& e) {
            benchmark::DoNotOptimize(e.what());
        }
    }
}

asio::awaitable<void> read_code(benchmark::State& state, asio::io_context& ctx) {
    auto const code = located_eof();
    auto const token = asio::as_tuple(asio::use_awaitable);
    for (auto _ : state) {
        auto const [got, n] = co_await async_one_read(ctx, code, token);
        if (!got.failed())
            std::abort();
        benchmark::DoNotOptimize(n);
    }
}

template <class Token> asio::awaitable<void> read_again(benchmark::State& state, asio::io_context& ctx, Token token) {
    for (auto _ : state) {
        auto const n = co_await async_one_read(ctx, error_code(), token);
        benchmark::DoNotOptimize(n);
    }
}

template <class Token> void failed_read(benchmark::State& state, Token token) {
    asio::io_context ctx(1);
    asio::co_spawn(ctx, read_and_catch(state, ctx, token), asio::detached);
    ctx.run();
}
void failed_read_code(benchmark::State& state) {
    asio::io_context ctx(1);
    asio::co_spawn(ctx, read_code(state, ctx), asio::detached);
    ctx.run();
}
template <class Token> void good_read(benchmark::State& state, Token token) {
    asio::io_context ctx(1);
    asio::co_spawn(ctx, read_again(state, ctx, token), asio::detached);
    ctx.run();
}
BENCHMARK(failed_read_code)->Name("failed_read/floor_as_tuple");
BENCHMARK_CAPTURE(failed_read, asio_use_awaitable, asio::use_awaitable);
BENCHMARK_CAPTURE(failed_read, ours_throwing_use_awaitable, asyncio::throwing(asio::use_awaitable));
#if BOOST_ASIO_VERSION >= 103100 // before, Asio's own deferred fails to compile under throwing
BENCHMARK_CAPTURE(failed_read, asio_deferred, asio::deferred);
BENCHMARK_CAPTURE(failed_read, ours_throwing_deferred, asyncio::throwing(asio::deferred));
#endif
BENCHMARK_CAPTURE(good_read, asio_use_awaitable, asio::use_awaitable);
BENCHMARK_CAPTURE(good_read, ours_throwing_use_awaitable, asyncio::throwing(asio::use_awaitable));

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
