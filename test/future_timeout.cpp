//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/io_fixture.hpp"

#include <asyncio/barrier.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

// Waits under `timeout` and `throwing`, in either order.

using namespace asyncio_test;
using asyncio::errc;
using asyncio::throwing;
using asyncio::timeout;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr auto soon = 1ms;
constexpr auto never = 1h;

struct fixture : io_fixture {
    // Calls `use(token)` with a token for each order of the two around a handler, and gives what the handler got.
    template <class Use> void each_order(std::chrono::nanoseconds limit, Use use) {
        for (bool const timeout_first : {true, false}) {
            BOOST_TEST_CONTEXT((timeout_first ? "timeout(throwing)" : "throwing(timeout)")) {
                exception = nullptr;
                calls = 0;
                auto const handler = [this](std::exception_ptr e, auto&&...) {
                    exception = e;
                    ++calls;
                };
                auto const token = asio::bind_cancellation_slot(signal.slot(), handler);
                if (timeout_first)
                    use(timeout(limit, throwing(token)));
                else
                    use(throwing(timeout(limit, token)));
            }
        }
    }

    error_code code() const {
        BOOST_TEST(calls == 1);
        return asyncio::to_error_code(exception);
    }

    asio::cancellation_signal signal;
    std::exception_ptr exception;
    int calls = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(waits_with_a_deadline)

BOOST_FIXTURE_TEST_CASE(a_wait_that_times_out_leaves_the_result_alone, fixture) {
    each_order(soon, [this](auto token) {
        asyncio::promise<int> promise(ctx);
        promise.get_future().async_wait(std::move(token));
        run();
        BOOST_TEST(code() == errc::timed_out);
        BOOST_CHECK_THROW(std::rethrow_exception(exception), asyncio::timeout_error);
        BOOST_TEST(!promise.done());
        promise.set_value(1);
    });
}

BOOST_FIXTURE_TEST_CASE(a_consumer_that_times_out_takes_nothing, fixture) {
    each_order(soon, [this](auto token) {
        asyncio::promise<std::unique_ptr<int>> promise(ctx);
        promise.get_future().async_get(std::move(token));
        run();
        BOOST_TEST(code() == errc::timed_out);
        promise.set_value(std::make_unique<int>(1));
        BOOST_TEST(*promise.get_future().take() == 1);
    });
}

BOOST_FIXTURE_TEST_CASE(a_result_in_time_is_told, fixture) {
    each_order(never, [this](auto token) {
        asyncio::promise<int> promise(ctx);
        promise.get_future().async_wait(std::move(token));
        promise.set_value(1);
        run();
        BOOST_TEST(calls == 1);
        BOOST_TEST((exception == nullptr));
    });
}

BOOST_FIXTURE_TEST_CASE(a_result_that_is_there_wins_over_a_deadline_that_is_past, fixture) {
    each_order(0ns, [this](auto token) {
        asyncio::promise<int> promise(ctx);
        promise.set_value(1);
        promise.get_future().async_wait(std::move(token));
        run();
        BOOST_TEST(calls == 1);
        BOOST_TEST((exception == nullptr));
    });
}

BOOST_FIXTURE_TEST_CASE(the_exception_that_was_set_comes_through, fixture) {
    each_order(never, [this](auto token) {
        asyncio::promise<int> promise(ctx);
        promise.get_future().async_wait(std::move(token));
        auto const set = std::make_exception_ptr(std::out_of_range("as it was"));
        promise.set_exception(set);
        run();
        BOOST_TEST(calls == 1);
        BOOST_TEST((exception == set));
    });
}

BOOST_FIXTURE_TEST_CASE(a_cancellation_by_the_caller_is_no_timeout, fixture) {
    each_order(never, [this](auto token) {
        asyncio::promise<int> promise(ctx);
        promise.get_future().async_wait(std::move(token));
        signal.emit(asio::cancellation_type::terminal);
        run();
        BOOST_TEST(code() == asio::error::operation_aborted);
        BOOST_CHECK_THROW(std::rethrow_exception(exception), asyncio::cancelled_error);
        promise.set_value(1);
    });
}

BOOST_FIXTURE_TEST_CASE(cancelling_the_future_is_no_timeout, fixture) {
    each_order(never, [this](auto token) {
        asyncio::promise<int> promise(ctx);
        promise.get_future().async_wait(std::move(token));
        promise.cancel("no longer wanted");
        run();
        BOOST_TEST(code() == make_error_code(errc::cancelled));
        BOOST_CHECK_THROW(std::rethrow_exception(exception), asyncio::cancelled_error);
    });
}

BOOST_FIXTURE_TEST_CASE(BA_19_a_party_that_times_out_leaves_the_barrier_whole, fixture) {
    each_order(soon, [this](auto token) {
        asyncio::barrier barrier(ctx, 2);
        barrier.async_wait(std::move(token));
        run();
        BOOST_TEST(code() == errc::timed_out);
        BOOST_TEST(barrier.waiting() == 0);
        BOOST_TEST(!barrier.broken());
    });
}

BOOST_FIXTURE_TEST_CASE(a_broken_barrier_is_no_timeout, fixture) {
    each_order(never, [this](auto token) {
        asyncio::barrier barrier(ctx, 2);
        barrier.async_wait(std::move(token));
        barrier.abort();
        run();
        BOOST_TEST(code() == errc::broken_barrier);
        try {
            std::rethrow_exception(exception);
        } catch (asyncio::broken_barrier_error const& e) {
            BOOST_TEST(std::string(e.what()).find("Abort or reset of barrier") != std::string::npos);
        }
    });
}

namespace {

// [give_up]
asio::awaitable<void> wait_or_give_up(asyncio::future<int> future, std::chrono::milliseconds limit) {
    auto [ec] = co_await future.async_wait(asyncio::timeout(limit, asio::as_tuple(asio::use_awaitable)));
    if (ec == errc::timed_out || ec == asio::error::operation_aborted)
        future.try_cancel(); // all other waiters are told, and the producers are refused
}
// [/give_up]

} // namespace

BOOST_FIXTURE_TEST_CASE(who_gives_up_may_cancel_the_future_as_asyncio_does, io_fixture) {
    asyncio::promise<int> promise(ctx);
    error_code other;
    promise.get_future().async_wait([&](error_code ec) { other = ec; });
    run(wait_or_give_up(promise.get_future(), soon));
    BOOST_TEST(other == make_error_code(errc::cancelled));
    BOOST_TEST(!promise.try_set_value(1));
}

// A loop that looks at something else from time to time.
BOOST_FIXTURE_TEST_CASE(a_result_is_waited_for_with_many_timeouts, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const wait = [](asyncio::promise<int>& p) -> asio::awaitable<int> {
        auto const future = p.get_future();
        int timeouts = 0;
        for (;;) {
            auto const limit = timeouts < 3 ? std::chrono::nanoseconds(soon) : std::chrono::nanoseconds(never);
            auto [ec] = co_await future.async_wait(timeout(limit, asio::as_tuple(asio::use_awaitable)));
            if (ec != errc::timed_out)
                break;
            if (++timeouts == 3)
                asio::post(co_await asio::this_coro::executor, [&p] { p.set_value(1); });
        }
        co_return timeouts;
    };
    BOOST_TEST(run(wait(promise)) == 3);
    BOOST_TEST(promise.get_future().result() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
