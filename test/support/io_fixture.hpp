//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SUPPORT_IO_FIXTURE_HPP
#define ASYNCIO_ERRC_TEST_SUPPORT_IO_FIXTURE_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>

namespace asyncio_test {

namespace asio = boost::asio;

// How long a test waits for what must happen. It ends a test that hangs; nothing is measured against it.
inline constexpr std::chrono::seconds patience{30};

[[noreturn]] inline void give_up(char const* what, std::source_location where) {
    BOOST_FAIL(where.file_name() << ":" << where.line() << ": " << what);
    throw std::logic_error(what); // BOOST_FAIL throws, but doesn't say so to the compiler
}

// Runs the context until it is out of work.
inline std::size_t run(asio::io_context& ctx, std::source_location where = std::source_location::current()) {
    ctx.restart();
    auto const ran = ctx.run_for(patience);
    if (!ctx.stopped())
        give_up("the io_context still has work", where);
    return ran;
}

// Runs handlers until the predicate holds. Fails at once when there is nothing left to run.
template <class Predicate>
void run_until(asio::io_context& ctx, Predicate predicate,
               std::source_location where = std::source_location::current()) {
    auto const deadline = std::chrono::steady_clock::now() + patience;
    while (!predicate()) {
        ctx.restart();
        if (ctx.run_one_until(deadline) == 0 && !predicate())
            give_up(ctx.stopped() ? "out of work, and it isn't so" : "waited, and it isn't so", where);
    }
}

// Runs what is ready, again and again, until the predicate holds: for what the kernel or another thread brings about,
// and no handler tells.
template <class Predicate>
void poll_until(asio::io_context& ctx, Predicate predicate,
                std::source_location where = std::source_location::current()) {
    auto const deadline = std::chrono::steady_clock::now() + patience;
    while (!predicate()) {
        ctx.restart();
        if (ctx.poll() == 0)
            std::this_thread::yield();
        if (std::chrono::steady_clock::now() > deadline)
            give_up("waited, and it isn't so", where);
    }
}

// Runs a coroutine to its end, and the context until it is out of work. Gives its result, or throws what it throws.
template <class T>
T run(asio::io_context& ctx, asio::awaitable<T> coroutine,
      std::source_location where = std::source_location::current()) {
    std::exception_ptr failure;
    if constexpr (std::is_void_v<T>) {
        bool returned = false;
        asio::co_spawn(ctx, std::move(coroutine), [&](std::exception_ptr e) {
            returned = true;
            failure = e;
        });
        run(ctx, where);
        if (failure)
            std::rethrow_exception(failure);
        if (!returned)
            give_up("the coroutine never ended", where);
    } else {
        std::optional<T> result;
        asio::co_spawn(ctx, std::move(coroutine), [&](std::exception_ptr e, T value) {
            failure = e;
            result.emplace(std::move(value));
        });
        run(ctx, where);
        if (failure)
            std::rethrow_exception(failure);
        if (!result)
            give_up("the coroutine never ended", where);
        return std::move(*result);
    }
}

// A context for a test, and the proof that the test left nothing behind: what is still pending or waiting to run when
// it ends fails it.
class io_fixture {
public:
    explicit io_fixture(int concurrency_hint = 1) : ctx(concurrency_hint), exceptions_(std::uncaught_exceptions()) {}
    io_fixture(io_fixture const&) = delete;
    io_fixture& operator=(io_fixture const&) = delete;

    ~io_fixture() {
        // After a failed requirement there is no point, and handlers would meet a test that is gone.
        if (std::uncaught_exceptions() != exceptions_)
            return;
        ctx.restart();
        BOOST_CHECK_MESSAGE(ctx.poll() == 0, "the test left handlers that were ready to run");
        BOOST_CHECK_MESSAGE(ctx.stopped(), "the test left operations that are still pending");
    }

    std::size_t run(std::source_location where = std::source_location::current()) {
        return asyncio_test::run(ctx, where);
    }
    template <class T>
    T run(asio::awaitable<T> coroutine, std::source_location where = std::source_location::current()) {
        return asyncio_test::run(ctx, std::move(coroutine), where);
    }
    template <class Predicate>
    void run_until(Predicate predicate, std::source_location where = std::source_location::current()) {
        asyncio_test::run_until(ctx, std::move(predicate), where);
    }
    template <class Predicate>
    void poll_until(Predicate predicate, std::source_location where = std::source_location::current()) {
        asyncio_test::poll_until(ctx, std::move(predicate), where);
    }

    asio::io_context ctx;

private:
    int exceptions_;
};

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_SUPPORT_IO_FIXTURE_HPP
