//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/io_fixture.hpp"
#include "support/sockets.hpp"
#include "support/tracker.hpp"
#include "timeout_manual.hpp"

#include <asyncio/error_details.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/version.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#if __has_include(<boost/asio/any_completion_handler.hpp>)
#include <boost/asio/any_completion_handler.hpp>
#endif

#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

// timeout over every kind of completion token, and around whole coroutines.

namespace {

using namespace asyncio_test;
using namespace std::chrono_literals;
using asio::awaitable;
using asio::use_awaitable;
using asyncio::errc;
using asyncio::throwing;
using asyncio::timeout;
using asyncio::timeout_at;
using boost::system::error_code;
using boost::system::system_error;
using clock = std::chrono::steady_clock;

constexpr auto soon = 2ms;
constexpr auto late = 1h;

struct token_fixture : io_fixture {
    asio::any_io_executor executor = ctx.get_executor();
    asio::steady_timer timer{executor, late};

    // Runs the coroutine and gives the exception that came out of it.
    std::exception_ptr failure(awaitable<void> coroutine) {
        std::exception_ptr result;
        asio::co_spawn(ctx, std::move(coroutine), [&](std::exception_ptr e) { result = e; });
        run();
        return result;
    }
};

template <class Exception> bool holds(std::exception_ptr const& e) {
    try {
        if (e)
            std::rethrow_exception(e);
    } catch (Exception const&) {
        return true;
    } catch (...) {
    }
    return false;
}

BOOST_FIXTURE_TEST_SUITE(timeout_tokens, token_fixture)

BOOST_AUTO_TEST_CASE(a_callback) {
    error_code result;
    timer.async_wait(timeout(soon, [&](error_code ec) { result = ec; }));
    run();
    BOOST_TEST(result == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(a_handler_that_can_only_be_moved) {
    error_code result;
    timer.async_wait(timeout(soon, [&, only = std::make_unique<int>(1)](error_code ec) {
        BOOST_TEST(*only == 1);
        result = ec;
    }));
    run();
    BOOST_TEST(result == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(use_awaitable_throws_what_it_throws) {
    auto coroutine = [](asio::steady_timer& t) -> awaitable<void> {
        co_await t.async_wait(timeout(soon, use_awaitable));
    };
    auto const e = failure(coroutine(timer));
    BOOST_TEST(holds<system_error>(e));
    BOOST_TEST(asyncio::to_error_code(e) == make_error_code(errc::timed_out));
}

BOOST_AUTO_TEST_CASE(throwing_inside_and_outside) {
    auto inside = [](asio::steady_timer& t) -> awaitable<void> {
        co_await t.async_wait(timeout(soon, throwing(use_awaitable)));
    };
    auto outside = [](asio::steady_timer& t) -> awaitable<void> {
        co_await t.async_wait(throwing(timeout(soon, use_awaitable)));
    };
    BOOST_TEST(holds<asyncio::timeout_error>(failure(inside(timer))));
    BOOST_TEST(holds<asyncio::timeout_error>(failure(outside(timer))));
}

BOOST_AUTO_TEST_CASE(throwing_tells_how_much_arrived_either_way) {
    auto pair = unix_pair(executor);
    auto coroutine = [](unix_socket& s, bool inside) -> awaitable<void> {
        char buffer[8];
        if (inside)
            co_await asio::async_read(s, asio::buffer(buffer), timeout(soon, throwing(use_awaitable)));
        else
            co_await asio::async_read(s, asio::buffer(buffer), throwing(timeout(soon, use_awaitable)));
    };
    for (bool const inside : {true, false}) {
        asio::write(pair.second, asio::buffer("abc", 3));
        try {
            std::rethrow_exception(failure(coroutine(pair.first, inside)));
        } catch (asyncio::timeout_error const& e) {
            BOOST_TEST(e.transferred() == 3u);
            BOOST_TEST(e.code() == make_error_code(errc::timed_out));
        }
    }
}

// An operation that records details with its failure, as ours do.
struct recording_initiation {
    using executor_type = asio::any_io_executor;
    executor_type get_executor() const noexcept { return executor; }
    template <class Handler> void operator()(Handler&& handler) const {
        struct completion {
            std::decay_t<Handler> handler;
            void operator()() {
                error_code const ec = asio::error::operation_aborted;
                asyncio::record_error(handler, ec, 3, [](asyncio::error_details& d) {
                    d.operation = "async_test";
                    d.expected = 8;
                });
                std::move(handler)(ec, std::size_t(3));
            }
        };
        // Behind the signal of a deadline that has passed.
        asio::post(executor, [e = executor, c = completion{std::forward<Handler>(handler)}]() mutable {
            asio::post(e, std::move(c));
        });
    }
    asio::any_io_executor executor;
};
template <class Token> auto async_recording(asio::any_io_executor e, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(recording_initiation{std::move(e)}, token);
}

BOOST_AUTO_TEST_CASE(details_stay_with_an_error_that_becomes_a_timeout) {
    auto coroutine = [](asio::any_io_executor e, bool inside) -> awaitable<void> {
        if (inside)
            co_await async_recording(e, timeout(0s, throwing(use_awaitable)));
        else
            co_await async_recording(e, throwing(timeout(0s, use_awaitable)));
    };
    for (bool const inside : {true, false}) {
        try {
            std::rethrow_exception(failure(coroutine(executor, inside)));
        } catch (asyncio::timeout_error const& e) {
            BOOST_TEST(e.operation() == std::string("async_test"));
            BOOST_TEST(e.details().expected.value_or(0) == 8u);
            BOOST_TEST(e.transferred() == 3u);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_deferred_operation_has_its_time_from_when_it_is_started) {
    auto operation = timer.async_wait(timeout(soon, asio::deferred));
    auto const at = clock::now() + 3 * soon;
    while (clock::now() < at) {
    }
    error_code result;
    manual_operation<error_code> first(executor);
    std::move(operation)([&](error_code ec) { result = ec; });
    ctx.poll();
    BOOST_TEST(!result);
    run();
    BOOST_TEST(result == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(use_future_as_tuple_redirect_error_detached) {
    auto future = timer.async_wait(timeout(soon, asio::use_future));
    run();
    try {
        future.get();
        BOOST_ERROR("no exception");
    } catch (system_error const& e) {
        BOOST_TEST(e.code() == errc::timed_out);
    }

    auto coroutine = [](asio::steady_timer& t) -> awaitable<int> {
        int timeouts = 0;
        auto [ec] = co_await t.async_wait(timeout(soon, asio::as_tuple(use_awaitable)));
        timeouts += ec == errc::timed_out;
        auto [outer] = co_await t.async_wait(asio::as_tuple(timeout(soon, use_awaitable)));
        timeouts += outer == errc::timed_out;
        error_code redirected;
        co_await t.async_wait(timeout(soon, asio::redirect_error(use_awaitable, redirected)));
        timeouts += redirected == errc::timed_out;
        // Outside, it takes the error before the timeout sees it.
        co_await t.async_wait(asio::redirect_error(timeout(soon, use_awaitable), redirected));
        timeouts += redirected == errc::cancelled;
        co_return timeouts;
    };
    BOOST_TEST(run(coroutine(timer)) == 4);

    timer.async_wait(timeout(soon, asio::detached));
    run();
}

// Its executor runs things anywhere, and so the operation's is where the deadline is.
BOOST_AUTO_TEST_CASE(use_future_keeps_every_rule) {
    using operation = manual_operation<error_code, std::size_t>;
    auto const code_of = [](std::future<std::size_t>& f) {
        try {
            f.get();
        } catch (system_error const& e) {
            return e.code();
        }
        return error_code();
    };
    auto const signalled = [this](operation& op) { run_until([&] { return !op.cancellations().empty(); }); };

    for (auto const d : {clock::duration(late), clock::duration::max()}) {
        operation op(executor);
        auto in_time = op.async_run(timeout(d, asio::use_future));
        op.complete({}, 5);
        run();
        BOOST_TEST(in_time.get() == 5u);
        auto failed = op.async_run(timeout(d, asio::use_future));
        op.complete(asio::error::connection_reset, 0);
        run();
        BOOST_TEST(code_of(failed) == asio::error::connection_reset);
        auto cancelled = op.async_run(timeout(d, asio::use_future));
        op.complete(asio::error::operation_aborted, 0);
        run();
        BOOST_TEST(code_of(cancelled) == asio::error::operation_aborted);
        BOOST_TEST(op.cancellations().empty());
    }
    for (auto const d : {clock::duration(soon), clock::duration(0), clock::duration(-1s)}) {
        operation timed(executor);
        auto timed_out = timed.async_run(timeout(d, asio::use_future));
        signalled(timed);
        timed.complete(asio::error::operation_aborted, 0);
        run();
        BOOST_TEST(code_of(timed_out) == make_error_code(errc::timed_out));

        operation slow(executor);
        auto succeeded = slow.async_run(timeout_at(clock::now() + d, asio::use_future));
        signalled(slow);
        slow.complete({}, 7);
        run();
        BOOST_TEST(succeeded.get() == 7u);

        operation broken(executor);
        auto failed = broken.async_run(timeout(d, asio::use_future));
        signalled(broken);
        broken.complete(asio::error::connection_reset, 0);
        run();
        BOOST_TEST(code_of(failed) == asio::error::connection_reset);
    }
    // The last deadline left no work behind, whatever thread got the result.
    BOOST_TEST(ctx.stopped());
}

BOOST_AUTO_TEST_CASE(with_system_executor_the_operations_own_has_the_deadline) {
    manual_operation<error_code> op(executor);
    bool here = false;
    op.on_cancel = [&](asio::cancellation_type) {
        here = ctx.get_executor().running_in_this_thread();
        op.complete(asio::error::operation_aborted);
    };
    for (auto const d : {clock::duration(soon), clock::duration(0)}) {
        std::promise<error_code> result;
        here = false;
        op.async_run(
            timeout(d, asio::bind_executor(asio::system_executor(), [&](error_code ec) { result.set_value(ec); })));
        run();
        BOOST_TEST(result.get_future().get() == make_error_code(errc::timed_out));
        BOOST_TEST(here);
    }
}

BOOST_AUTO_TEST_CASE(throwing_in_every_place) {
    auto coroutine = [](asio::steady_timer& t, int order) -> awaitable<void> {
        switch (order) {
        case 0: co_await t.async_wait(timeout(soon, throwing(timeout(late, use_awaitable)))); break;
        case 1: co_await t.async_wait(timeout(late, throwing(timeout(soon, use_awaitable)))); break;
        case 2: co_await t.async_wait(throwing(timeout(soon, timeout(late, use_awaitable)))); break;
        case 3: co_await t.async_wait(throwing(timeout(late, timeout(soon, use_awaitable)))); break;
        case 4: co_await t.async_wait(timeout(soon, timeout(late, throwing(use_awaitable)))); break;
        case 5: co_await t.async_wait(throwing(timeout(soon, throwing(use_awaitable)))); break;
        case 6: {
            auto [e] = co_await t.async_wait(timeout(soon, throwing(asio::as_tuple(use_awaitable))));
            std::rethrow_exception(e);
        }
        default: {
            auto [e] = co_await t.async_wait(throwing(timeout(soon, asio::as_tuple(use_awaitable))));
            std::rethrow_exception(e);
        }
        }
    };
    for (int order = 0; order != 8; ++order)
        BOOST_TEST(holds<asyncio::timeout_error>(failure(coroutine(timer, order))), "order " << order);
}

BOOST_AUTO_TEST_CASE(a_token_can_be_used_again_and_anew) {
    auto const token = timeout(soon, asio::use_future);
    for (int i = 0; i != 2; ++i) {
        auto future = timer.async_wait(token);
        run();
        BOOST_CHECK_THROW(future.get(), system_error);
    }
}

BOOST_AUTO_TEST_CASE(a_partial_one_adapts_a_token) {
    auto const limit = timeout(soon);
    error_code result;
    timer.async_wait(limit([&](error_code ec) { result = ec; }));
    run();
    BOOST_TEST(result == errc::timed_out);
    auto const at = timeout_at(clock::now() + soon, asio::cancellation_type::total);
    timer.async_wait(at([&](error_code ec) { result = ec; }));
    run();
    BOOST_TEST(result == errc::timed_out);
}

#if BOOST_ASIO_VERSION >= 103100
BOOST_AUTO_TEST_CASE(a_partial_one_is_a_token) {
    auto coroutine = [](asio::steady_timer& t) -> awaitable<int> {
        int timeouts = 0;
        try {
            co_await t.async_wait(timeout(soon));
        } catch (system_error const& e) {
            timeouts += e.code() == errc::timed_out;
        }
        try {
            co_await (t.async_wait() | timeout(soon));
        } catch (system_error const& e) {
            timeouts += e.code() == errc::timed_out;
        }
        auto tuple =
            asio::as_tuple_t<asio::use_awaitable_t<>>::as_default_on(asio::steady_timer(t.get_executor(), late));
        auto [ec] = co_await tuple.async_wait(timeout(soon));
        timeouts += ec == errc::timed_out;
        co_return timeouts;
    };
    BOOST_TEST(run(coroutine(timer)) == 3);
}
#endif

#if __has_include(<boost/asio/any_completion_handler.hpp>)
BOOST_AUTO_TEST_CASE(an_erased_handler) {
    error_code result;
    asio::any_completion_handler<void(error_code)> handler([&](error_code ec) { result = ec; });
    timer.async_wait(timeout(soon, std::move(handler)));
    run();
    BOOST_TEST(result == errc::timed_out);
}
#endif

BOOST_AUTO_TEST_CASE(an_initiation_without_an_executor_uses_the_handlers) {
    // As lambdas in user code are.
    auto initiation = [this](auto handler) { timer.async_wait(std::move(handler)); };
    error_code result;
    auto token = timeout(soon, asio::bind_executor(executor, [&](error_code ec) { result = ec; }));
    asio::async_initiate<decltype(token), void(error_code)>(initiation, token);
    run();
    BOOST_TEST(result == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(a_signature_without_an_error_is_just_cancelled) {
    manual_operation<int, std::string> op(executor);
    op.on_cancel = [&](asio::cancellation_type) { op.complete(1, "stopped"); };
    std::string result;
    op.async_run(timeout(soon, [&](int, std::string s) { result = std::move(s); }));
    run();
    BOOST_TEST(result == "stopped");
}

BOOST_AUTO_TEST_CASE(the_inner_of_two_expires) {
    auto coroutine = [](asio::steady_timer& t) -> awaitable<int> {
        auto [a] = co_await t.async_wait(timeout(late, timeout(soon, asio::as_tuple(use_awaitable))));
        auto [b] = co_await t.async_wait(timeout(soon, timeout(late, asio::as_tuple(use_awaitable))));
        auto [c] = co_await t.async_wait(timeout(0s, timeout(0s, asio::as_tuple(use_awaitable))));
        co_return (a == errc::timed_out) + (b == errc::timed_out) + (c == errc::timed_out);
    };
    BOOST_TEST(run(coroutine(timer)) == 3);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(timeout_coroutines, token_fixture)

awaitable<void> sleep(asio::steady_timer& t) {
    co_await t.async_wait(use_awaitable);
}

BOOST_AUTO_TEST_CASE(TO_02_inside_it_is_a_cancellation_outside_a_timeout) {
    error_code inside;
    auto body = [](asio::steady_timer& t, error_code& seen) -> awaitable<void> {
        try {
            co_await t.async_wait(use_awaitable);
        } catch (system_error const& e) {
            seen = e.code();
            throw;
        }
    };
    std::exception_ptr outside;
    asio::co_spawn(ctx, body(timer, inside), timeout(soon, [&](std::exception_ptr e) { outside = e; }));
    run();
    BOOST_TEST(inside == asio::error::operation_aborted);
    BOOST_TEST(holds<asyncio::timeout_error>(outside));
}

BOOST_AUTO_TEST_CASE(WF_05_a_whole_coroutine_is_bounded_and_cleans_up) {
    bool cleaned = false;
    auto body = [](asio::steady_timer& t, bool& c) -> awaitable<int> {
        std::shared_ptr<bool> const guard(&c, [](bool* p) { *p = true; });
        co_await t.async_wait(use_awaitable);
        co_return 1;
    };
    auto caller = [](asio::steady_timer& t, bool& c, decltype(body)& b) -> awaitable<bool> {
        try {
            co_await asio::co_spawn(co_await asio::this_coro::executor, b(t, c),
                                    timeout(soon, throwing(use_awaitable)));
        } catch (asyncio::timeout_error const&) {
            co_return c;
        }
        co_return false;
    };
    BOOST_TEST(run(caller(timer, cleaned, body)));
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_is_in_time_gives_its_value) {
    auto body = []() -> awaitable<int> {
        co_await asio::post(use_awaitable);
        co_return 42;
    };
    auto caller = [](decltype(body)& b) -> awaitable<int> {
        co_return co_await asio::co_spawn(co_await asio::this_coro::executor, b(), timeout(late, use_awaitable));
    };
    BOOST_TEST(run(caller(body)) == 42);
}

BOOST_AUTO_TEST_CASE(WF_07_a_coroutine_that_swallows_the_cancellation_gives_its_value) {
    auto body = [](asio::steady_timer& t) -> awaitable<int> {
        try {
            co_await t.async_wait(use_awaitable);
        } catch (system_error const&) {
        }
        co_return 42;
    };
    std::optional<int> result;
    std::exception_ptr failed;
    asio::co_spawn(ctx, body(timer), timeout(soon, [&](std::exception_ptr e, int value) {
                       failed = e;
                       result = value;
                   }));
    run();
    BOOST_TEST(!failed);
    BOOST_TEST(result.value_or(0) == 42);
}

BOOST_AUTO_TEST_CASE(TO_08_a_coroutine_that_turns_the_cancellation_into_another_exception) {
    auto body = [](asio::steady_timer& t) -> awaitable<void> {
        try {
            co_await t.async_wait(use_awaitable);
        } catch (system_error const&) {
            throw std::runtime_error("mine");
        }
    };
    std::exception_ptr failed;
    asio::co_spawn(ctx, body(timer), timeout(soon, [&](std::exception_ptr e) { failed = e; }));
    run();
    BOOST_TEST(holds<std::runtime_error>(failed));
    BOOST_TEST(!holds<asyncio::error>(failed));
}

BOOST_AUTO_TEST_CASE(TO_28_a_cancellation_of_its_own_passes_before_the_deadline_and_is_the_timeout_after) {
    auto at_once = []() -> awaitable<void> {
        throw asyncio::cancelled_error("mine");
        co_return;
    };
    std::exception_ptr failed;
    asio::co_spawn(ctx, at_once(), timeout(late, [&](std::exception_ptr e) { failed = e; }));
    run();
    BOOST_TEST(holds<asyncio::cancelled_error>(failed));

    auto later = [](asio::steady_timer& t) -> awaitable<void> {
        try {
            co_await t.async_wait(use_awaitable);
        } catch (system_error const&) {
        }
        throw asyncio::cancelled_error("mine");
    };
    asio::co_spawn(ctx, later(timer), timeout(soon, [&](std::exception_ptr e) { failed = e; }));
    run();
    BOOST_TEST(holds<asyncio::timeout_error>(failed));

    auto own_timeout = []() -> awaitable<void> {
        throw asyncio::timeout_error("mine");
        co_return;
    };
    asio::co_spawn(ctx, own_timeout(), timeout(late, [&](std::exception_ptr e) { failed = e; }));
    run();
    BOOST_TEST(holds<asyncio::timeout_error>(failed));
}

BOOST_AUTO_TEST_CASE(WF_08_the_timeout_comes_after_the_cleanup) {
    bool cleaned = false;
    auto body = [](asio::steady_timer& t, bool& c) -> awaitable<void> {
        error_code ec;
        co_await t.async_wait(asio::redirect_error(use_awaitable, ec));
        co_await asio::this_coro::reset_cancellation_state();
        co_await asio::post(use_awaitable);
        c = true;
        throw system_error(ec);
    };
    for (auto const d : {clock::duration(soon), clock::duration(0)}) {
        cleaned = false;
        std::exception_ptr failed;
        asio::co_spawn(ctx, body(timer, cleaned), timeout(d, [&](std::exception_ptr e) {
                           BOOST_TEST(cleaned);
                           failed = e;
                       }));
        run();
        BOOST_TEST(holds<asyncio::timeout_error>(failed));
    }
}

BOOST_AUTO_TEST_CASE(WF_10_what_the_cleanup_throws_is_the_error) {
    auto body = [](asio::steady_timer& t) -> awaitable<void> {
        error_code ec;
        co_await t.async_wait(asio::redirect_error(use_awaitable, ec));
        BOOST_TEST(ec == asio::error::operation_aborted);
        co_await asio::this_coro::reset_cancellation_state();
        co_await asio::post(use_awaitable);
        throw std::runtime_error("mine");
    };
    for (auto const d : {clock::duration(soon), clock::duration(0)}) {
        std::exception_ptr failed;
        asio::co_spawn(ctx, body(timer), timeout(d, [&](std::exception_ptr e) { failed = e; }));
        run();
        BOOST_TEST(holds<std::runtime_error>(failed));
        BOOST_TEST(!holds<asyncio::error>(failed));
    }
}

BOOST_AUTO_TEST_CASE(WF_11_cancelling_the_caller_cancels_the_coroutine) {
    for (auto const d : {clock::duration(60s), clock::duration::max()}) {
        asio::cancellation_signal signal;
        std::exception_ptr failed;
        asio::co_spawn(
            ctx, sleep(timer),
            timeout(d, asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) { failed = e; })));
        ctx.restart();
        ctx.poll();
        signal.emit(asio::cancellation_type::terminal);
        run();
        BOOST_TEST(asyncio::is_cancelled(failed));
        BOOST_TEST(!holds<asyncio::timeout_error>(failed));
    }
}

BOOST_AUTO_TEST_CASE(TO_11_who_handled_a_timeout_goes_on) {
    auto body = [](asio::steady_timer& t) -> awaitable<bool> {
        try {
            co_await asio::co_spawn(co_await asio::this_coro::executor, sleep(t), timeout(soon, use_awaitable));
        } catch (asyncio::timeout_error const&) {
        }
        t.expires_after(soon);
        co_await t.async_wait(use_awaitable);
        co_return (co_await asio::this_coro::cancellation_state).cancelled() == asio::cancellation_type::none;
    };
    BOOST_TEST(run(body(timer)));
}

struct nested_result {
    error_code inner, outer;
};
awaitable<void> inner_scope(asio::steady_timer& t, clock::duration d, error_code& seen) {
    try {
        co_await asio::co_spawn(co_await asio::this_coro::executor, sleep(t), timeout(d, use_awaitable));
    } catch (system_error const& e) {
        seen = e.code();
        throw;
    }
}

BOOST_AUTO_TEST_CASE(TO_16_of_two_scopes_the_one_that_expired_says_so) {
    for (bool const inner_expires : {true, false}) {
        nested_result result;
        auto const inner = inner_expires ? clock::duration(soon) : clock::duration(late);
        auto const outer = inner_expires ? clock::duration(late) : clock::duration(soon);
        asio::co_spawn(ctx, inner_scope(timer, inner, result.inner),
                       timeout(outer, [&](std::exception_ptr e) { result.outer = asyncio::to_error_code(e); }));
        run();
        BOOST_TEST((result.inner == errc::timed_out) == inner_expires);
        BOOST_TEST((result.inner == errc::cancelled) == !inner_expires);
        BOOST_TEST(result.outer == errc::timed_out);
    }
}

BOOST_AUTO_TEST_CASE(TO_13_the_outer_expires_while_the_loop_is_busy) {
    nested_result result;
    asio::co_spawn(ctx, inner_scope(timer, 1h, result.inner),
                   timeout(2ms, [&](std::exception_ptr e) { result.outer = asyncio::to_error_code(e); }));
    asio::post(ctx, [] {
        auto const until = clock::now() + 6ms;
        while (clock::now() < until) {
        }
    });
    run();
    BOOST_TEST(result.inner == errc::cancelled);
    BOOST_TEST(result.outer == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(TO_14_both_expire_while_the_loop_is_busy) {
    nested_result result;
    asio::co_spawn(ctx, inner_scope(timer, 2ms, result.inner),
                   timeout(4ms, [&](std::exception_ptr e) { result.outer = asyncio::to_error_code(e); }));
    ctx.restart();
    ctx.poll();
    auto const until = clock::now() + 8ms;
    while (clock::now() < until) {
    }
    run();
    BOOST_TEST((result.inner == errc::timed_out || result.inner == errc::cancelled));
    BOOST_TEST(result.outer == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(beside_other_adapters_of_the_language) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer other(executor, late);
    auto body = [](asio::steady_timer& a, asio::steady_timer& b) -> awaitable<bool> {
        auto result = co_await (a.async_wait(timeout(soon, asio::as_tuple(use_awaitable)))
                                || b.async_wait(asio::as_tuple(use_awaitable)));
        co_return result.index() == 0 && std::get<0>(std::get<0>(result)) == errc::timed_out;
    };
    BOOST_TEST(run(body(timer, other)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
