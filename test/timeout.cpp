//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/timeout.hpp>

#include "support/io_fixture.hpp"
#include "support/sockets.hpp"
#include "support/tracker.hpp"
#include "timeout_manual.hpp"

#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <thread>

// What a timeout reports, and when. Cases of asyncio carry their number there. Not here, because they are about a scope
// that can be asked and moved rather than about one operation: TO-17, TO-22 and TO-23 (rescheduling, its states), TO-25
// (a body that goes on after its cancellation: an operation ends once), TO-19 and TO-20 (the count of cancellations
// that a task has), WF-13 and WF-14 (shield), WF-16 and WF-17 (futures; they are tested with them).

namespace {

using namespace asyncio_test;
using namespace std::chrono_literals;
using asio::awaitable;
using asio::use_awaitable;
using asyncio::errc;
using asyncio::timeout;
using asyncio::timeout_at;
using boost::system::error_code;
using clock = std::chrono::steady_clock;
using manual = manual_operation<error_code, std::size_t>;

constexpr auto soon = 2ms;
constexpr auto late = 1h;

struct timeout_fixture : io_fixture {
    asio::any_io_executor executor = ctx.get_executor();
    manual operation{executor};

    // The signal of a deadline, at once and without a clock: it is emitted when this returns.
    template <class Tracker> void start_expired(Tracker& t) {
        t.start([&](auto handler) { operation.async_run(timeout(0s, std::move(handler))); });
        run_until([&] { return !operation.cancellations().empty(); });
    }
};

using read_tracker = tracker<error_code, std::size_t>;

// Whether it is our own code, and not just any timeout.
bool ours(error_code const& ec) {
    return ec == make_error_code(errc::timed_out);
}

BOOST_FIXTURE_TEST_SUITE(timeout_rules, timeout_fixture)

BOOST_AUTO_TEST_CASE(TO_01_what_takes_too_long_times_out) {
    asio::steady_timer timer(executor, late);
    auto const start = clock::now();
    tracker<error_code> wait(executor);
    wait.start([&](auto handler) { timer.async_wait(timeout(soon, std::move(handler))); });
    run();
    BOOST_TEST(ours(wait.get<0>()));
    BOOST_TEST(wait.get<0>() == errc::timed_out);
    BOOST_TEST(!(wait.get<0>() == errc::cancelled));
    BOOST_TEST((clock::now() - start >= soon));
    BOOST_TEST(!wait.slot_was_occupied());
}

BOOST_AUTO_TEST_CASE(TO_01_at_a_time_point) {
    asio::steady_timer timer(executor, late);
    auto const at = clock::now() + soon;
    tracker<error_code> wait(executor);
    wait.start([&](auto handler) { timer.async_wait(timeout_at(at, std::move(handler))); });
    run();
    BOOST_TEST(ours(wait.get<0>()));
    BOOST_TEST((clock::now() >= at));
}

BOOST_AUTO_TEST_CASE(what_is_in_time_is_not_touched) {
    auto pair = unix_pair(executor);
    asio::write(pair.second, asio::buffer("abc", 3));
    std::array<char, 3> buffer{};
    read_tracker read(executor);
    read.start(
        [&](auto handler) { pair.first.async_read_some(asio::buffer(buffer), timeout(late, std::move(handler))); });
    run();
    BOOST_TEST(!read.get<0>());
    BOOST_TEST(read.get<1>() == 3u);
    BOOST_TEST(!read.slot_was_occupied());
}

BOOST_AUTO_TEST_CASE(TO_04_the_greatest_duration_and_time_are_none) {
    for (int i = 0; i != 4; ++i) {
        read_tracker t(executor);
        t.start([&](auto handler) {
            if (i == 0)
                operation.async_run(timeout(clock::duration::max(), std::move(handler)));
            else if (i == 1)
                operation.async_run(timeout(std::chrono::hours::max(), std::move(handler)));
            else if (i == 2)
                operation.async_run(timeout(std::chrono::duration<double>(1e300), std::move(handler)));
            else
                operation.async_run(timeout_at(clock::time_point::max(), std::move(handler)));
        });
        ctx.restart();
        ctx.poll();
        BOOST_TEST(operation.cancellations().empty());
        operation.complete({}, 1);
        run();
        BOOST_TEST(!t.get<0>());
    }
}

BOOST_AUTO_TEST_CASE(TO_05_zero_negative_and_past_time_out_what_is_not_ready) {
    for (int i = 0; i != 5; ++i) {
        asio::steady_timer timer(executor, late);
        tracker<error_code> wait(executor);
        wait.start([&](auto handler) {
            if (i == 0)
                timer.async_wait(timeout(0s, std::move(handler)));
            else if (i == 1)
                timer.async_wait(timeout(-11s, std::move(handler)));
            else if (i == 2)
                timer.async_wait(timeout(std::chrono::hours::min(), std::move(handler)));
            else if (i == 3)
                timer.async_wait(timeout_at(clock::now() - 1s, std::move(handler)));
            else
                timer.async_wait(timeout_at(clock::time_point::min(), std::move(handler)));
        });
        run();
        BOOST_TEST(ours(wait.get<0>()));
    }
}

BOOST_AUTO_TEST_CASE(WF_01_with_zero_what_is_ready_succeeds) {
    auto pair = unix_pair(executor);
    asio::write(pair.second, asio::buffer("abc", 3));
    std::array<char, 8> buffer{};
    read_tracker read(executor);
    read.start(
        [&](auto handler) { pair.first.async_read_some(asio::buffer(buffer), timeout(0s, std::move(handler))); });
    run();
    BOOST_TEST(!read.get<0>());
    BOOST_TEST(read.get<1>() == 3u);
    // It was started nevertheless, unlike WF-02, where asyncio never runs the coroutine: nothing else could tell.
}

BOOST_AUTO_TEST_CASE(WF_04_with_zero_what_has_failed_keeps_its_error) {
    for (error_code const ec :
         {error_code(asio::error::connection_reset), error_code(asio::error::operation_aborted)}) {
        operation.on_start = [&] { operation.complete(ec, 0); };
        read_tracker t(executor);
        t.start([&](auto handler) { operation.async_run(timeout(0s, std::move(handler))); });
        run();
        BOOST_TEST(t.get<0>() == ec);
        BOOST_TEST(operation.cancellations().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_success_after_the_signal_is_a_success) {
    read_tracker t(executor);
    start_expired(t);
    operation.complete({}, 42);
    run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST(t.get<1>() == 42u);
}

BOOST_AUTO_TEST_CASE(WF_07_an_operation_that_answers_the_signal_with_its_result_gives_that) {
    operation.on_cancel = [&](asio::cancellation_type) { operation.complete({}, 42); };
    read_tracker t(executor);
    start_expired(t);
    run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST(t.get<1>() == 42u);
}

BOOST_AUTO_TEST_CASE(TO_08_another_error_after_the_signal_is_that_error) {
    read_tracker t(executor);
    start_expired(t);
    operation.complete(asio::error::connection_reset, 7);
    run();
    BOOST_TEST(t.get<0>() == asio::error::connection_reset);
    BOOST_TEST(t.get<1>() == 7u);
}

BOOST_AUTO_TEST_CASE(TO_07_another_error_before_the_deadline_is_that_error) {
    read_tracker t(executor);
    t.start([&](auto handler) { operation.async_run(timeout(late, std::move(handler))); });
    operation.complete(asio::error::connection_reset, 7);
    run();
    BOOST_TEST(t.get<0>() == asio::error::connection_reset);
}

BOOST_AUTO_TEST_CASE(the_arguments_pass_through) {
    read_tracker t(executor);
    start_expired(t);
    operation.complete(asio::error::operation_aborted, 1234);
    run();
    BOOST_TEST(ours(t.get<0>()));
    BOOST_TEST(t.get<1>() == 1234u);
}

BOOST_AUTO_TEST_CASE(WF_08_it_ends_when_the_operation_ends) {
    read_tracker t(executor);
    start_expired(t);
    ctx.restart();
    ctx.poll();
    BOOST_TEST(!t.done());
    operation.complete(asio::error::operation_aborted, 0);
    run();
    BOOST_TEST(ours(t.get<0>()));
}

BOOST_AUTO_TEST_CASE(a_cancellation_whatever_its_code_becomes_the_timeout) {
    for (error_code const ec :
         {error_code(asio::error::operation_aborted), error_code(asio::experimental::error::channel_cancelled),
          make_error_code(boost::system::errc::operation_canceled), make_error_code(errc::cancelled)}) {
        manual op(executor);
        read_tracker t(executor);
        t.start([&](auto handler) { op.async_run(timeout(0s, std::move(handler))); });
        run_until([&] { return !op.cancellations().empty(); });
        op.complete(ec, 0);
        run();
        BOOST_TEST(ours(t.get<0>()), ec);
    }
}

BOOST_AUTO_TEST_CASE(TO_10_a_cancellation_of_ones_own_is_not_a_timeout) {
    read_tracker t(executor);
    t.start([&](auto handler) { operation.async_run(timeout(late, std::move(handler))); });
    t.cancel();
    BOOST_TEST(operation.cancellations().size() == 1u);
    operation.complete(asio::error::operation_aborted, 0);
    run();
    BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
    BOOST_TEST(!t.slot_was_occupied());
}

BOOST_AUTO_TEST_CASE(TO_26_cancelled_before_the_deadline_wins) {
    read_tracker t(executor);
    t.start([&](auto handler) { operation.async_run(timeout(soon, std::move(handler))); });
    t.cancel();
    run_until([&] { return operation.cancellations().size() == 2; });
    operation.complete(asio::error::operation_aborted, 0);
    run();
    BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(TO_26_cancelled_after_the_deadline_wins_too) {
    read_tracker t(executor);
    start_expired(t);
    t.cancel();
    BOOST_TEST(operation.cancellations().size() == 2u);
    operation.complete(asio::error::operation_aborted, 0);
    run();
    BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(cancelled_when_the_completion_is_on_its_way_wins_too) {
    read_tracker t(executor);
    start_expired(t);
    operation.complete(asio::error::operation_aborted, 0);
    t.cancel();
    run();
    BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(TO_26_cancelled_between_the_deadline_and_its_signal) {
    // The deadline passes, and its signal is posted, behind a function that cancels.
    read_tracker t(executor);
    t.start([&](auto handler) { operation.async_run(timeout(0s, std::move(handler))); });
    t.cancel();
    run_until([&] { return operation.cancellations().size() == 2; });
    operation.complete(asio::error::operation_aborted, 0);
    run();
    BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(the_parents_types_reach_the_operation) {
    read_tracker t(executor);
    t.start([&](auto handler) { operation.async_run(timeout(late, std::move(handler))); });
    t.cancel(asio::cancellation_type::partial);
    t.cancel(asio::cancellation_type::total);
    BOOST_TEST(
        (operation.cancellations() == std::vector{asio::cancellation_type::partial, asio::cancellation_type::total}));
    operation.complete({}, 0);
    run();
    BOOST_TEST(!t.get<0>());
}

BOOST_AUTO_TEST_CASE(the_deadlines_type_is_terminal_or_what_was_asked_for) {
    read_tracker t(executor);
    start_expired(t);
    operation.complete({}, 0);
    run();

    manual op(executor);
    read_tracker total(executor);
    total.start([&](auto handler) { op.async_run(timeout(0s, asio::cancellation_type::total, std::move(handler))); });
    read_tracker partial(executor);
    manual other(executor);
    partial.start([&](auto handler) {
        other.async_run(timeout_at(clock::now(), asio::cancellation_type::partial, std::move(handler)));
    });
    run_until([&] { return !op.cancellations().empty() && !other.cancellations().empty(); });
    op.complete({}, 0);
    other.complete({}, 0);
    run();
    BOOST_TEST((operation.cancellations() == std::vector{asio::cancellation_type::terminal}));
    BOOST_TEST((op.cancellations() == std::vector{asio::cancellation_type::total}));
    BOOST_TEST((other.cancellations() == std::vector{asio::cancellation_type::partial}));
}

BOOST_AUTO_TEST_CASE(a_type_that_the_operation_ignores_is_no_timeout) {
    auto pair = unix_pair(executor);
    std::array<char, 4> buffer{};
    asio::write(pair.second, asio::buffer("ab", 2));
    read_tracker read(executor);
    read.start([&](auto handler) {
        asio::async_read(pair.first, asio::buffer(buffer),
                         timeout(soon, asio::cancellation_type::total, std::move(handler)));
    });
    // Its deadline is over when a later one of the same context is.
    asio::steady_timer timer(executor, late);
    tracker<error_code> wait(executor);
    wait.start([&](auto handler) { timer.async_wait(timeout(soon + 1ms, std::move(handler))); });
    run_until([&] { return wait.done(); });
    BOOST_TEST(!read.done());
    asio::write(pair.second, asio::buffer("cd", 2));
    run();
    BOOST_TEST(!read.get<0>());
    BOOST_TEST(read.get<1>() == 4u);
}

BOOST_AUTO_TEST_CASE(an_operation_that_completes_inside_its_cancellation_is_tolerated) {
    operation.on_cancel = [&](asio::cancellation_type) { operation.complete_here(asio::error::operation_aborted, 3); };
    std::optional<error_code> result;
    operation.async_run(timeout(0s, [&](error_code ec, std::size_t) { result = ec; }));
    run();
    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(ours(*result));

    asio::cancellation_signal signal;
    result.reset();
    operation.async_run(
        timeout(late, asio::bind_cancellation_slot(signal.slot(), [&](error_code ec, std::size_t) { result = ec; })));
    signal.emit(asio::cancellation_type::terminal);
    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(*result == asio::error::operation_aborted);
    run();
}

BOOST_AUTO_TEST_CASE(an_operation_that_is_abandoned_leaves_nothing) {
    std::optional<error_code> result;
    auto alive = std::make_shared<int>(0);
    operation.async_run(timeout(late, [&, alive](error_code ec, std::size_t) { result = ec; }));
    operation.async_run(timeout(0s, [&, alive](error_code ec, std::size_t) { result = ec; }));
    operation.abandon();
    BOOST_TEST(alive.use_count() == 1);
    run();
    BOOST_TEST(!result.has_value());
    BOOST_TEST(operation.cancellations().empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(timeout_operations, timeout_fixture)

BOOST_AUTO_TEST_CASE(a_read_that_times_out_says_how_much_arrived) {
    auto pair = tcp_pair(executor);
    asio::write(pair.second, asio::buffer("abc", 3));
    std::array<char, 8> buffer{};
    read_tracker read(executor);
    read.start(
        [&](auto handler) { asio::async_read(pair.first, asio::buffer(buffer), timeout(20ms, std::move(handler))); });
    run();
    BOOST_TEST(ours(read.get<0>()));
    BOOST_TEST(read.get<1>() == 3u);
    BOOST_TEST(std::string_view(buffer.data(), 3) == "abc");

    // The stream goes on where the read left it.
    asio::write(pair.second, asio::buffer("defgh", 5));
    read_tracker rest(executor);
    rest.start([&](auto handler) {
        asio::async_read(pair.first, asio::buffer(buffer) + 3, timeout(late, std::move(handler)));
    });
    run();
    BOOST_TEST(!rest.get<0>());
    BOOST_TEST(std::string_view(buffer.data(), 8) == "abcdefgh");
}

BOOST_AUTO_TEST_CASE(data_that_races_with_the_deadline_is_read_or_still_there) {
    for (int i = 0; i != 50; ++i) {
        auto pair = unix_pair(executor);
        char byte = 0;
        auto const at = clock::now() + 200us;
        read_tracker read(executor);
        read.start([&](auto handler) {
            pair.first.async_read_some(asio::buffer(&byte, 1), timeout_at(at, std::move(handler)));
        });
        if (i % 2)
            asio::write(pair.second, asio::buffer("x", 1));
        while (clock::now() < at)
            std::this_thread::yield();
        if (i % 2 == 0)
            asio::write(pair.second, asio::buffer("x", 1));
        run();
        if (read.get<0>()) {
            BOOST_TEST(ours(read.get<0>()));
            BOOST_TEST(read.get<1>() == 0u);
            BOOST_TEST(pair.first.available() == 1u);
        } else {
            BOOST_TEST(read.get<1>() == 1u);
            BOOST_TEST(byte == 'x');
        }
    }
}

BOOST_AUTO_TEST_CASE(a_write_to_a_full_socket_times_out) {
    auto pair = unix_pair(executor);
    fill(pair.first);
    read_tracker write(executor);
    write.start(
        [&](auto handler) { pair.first.async_write_some(asio::buffer("x", 1), timeout(soon, std::move(handler))); });
    run();
    BOOST_TEST(ours(write.get<0>()));
    BOOST_TEST(write.get<1>() == 0u);
}

BOOST_AUTO_TEST_CASE(an_accept_times_out_and_the_acceptor_goes_on) {
    using asio::ip::tcp;
    tcp::acceptor acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    tcp::socket peer(executor);
    tracker<error_code> accept(executor);
    accept.start([&](auto handler) { acceptor.async_accept(peer, timeout(soon, std::move(handler))); });
    run();
    BOOST_TEST(ours(accept.get<0>()));

    tcp::socket client(executor);
    client.connect(acceptor.local_endpoint());
    tracker<error_code> again(executor);
    again.start([&](auto handler) { acceptor.async_accept(peer, timeout(late, std::move(handler))); });
    run();
    BOOST_TEST(!again.get<0>());
}

BOOST_AUTO_TEST_CASE(a_channel_times_out_and_loses_no_message) {
    asio::experimental::channel<void(error_code, std::size_t)> channel(executor, 1);
    read_tracker receive(executor);
    receive.start([&](auto handler) { channel.async_receive(timeout(soon, std::move(handler))); });
    run();
    BOOST_TEST(ours(receive.get<0>()));

    // Receive first: a buffered channel of Asio refuses to be sent to after a receive was cancelled, until the next
    // one.
    read_tracker next(executor);
    next.start([&](auto handler) { channel.async_receive(timeout(late, std::move(handler))); });
    BOOST_TEST(channel.try_send(error_code(), 5u));
    run();
    BOOST_TEST(!next.get<0>());
    BOOST_TEST(next.get<1>() == 5u);

    BOOST_TEST(channel.try_send(error_code(), 6u));
    read_tracker ready(executor);
    ready.start([&](auto handler) { channel.async_receive(timeout(0s, std::move(handler))); });
    run();
    BOOST_TEST(!ready.get<0>());
    BOOST_TEST(ready.get<1>() == 6u);
}

BOOST_AUTO_TEST_CASE(a_closed_channel_is_not_a_timeout) {
    asio::experimental::channel<void(error_code, std::size_t)> channel(executor, 1);
    read_tracker receive(executor);
    receive.start([&](auto handler) { channel.async_receive(timeout(late, std::move(handler))); });
    channel.close();
    run();
    BOOST_TEST(receive.get<0>() == asio::experimental::error::channel_closed);
}

BOOST_AUTO_TEST_CASE(a_budget_is_one_time_point_for_several_operations) {
    auto pair = unix_pair(executor);
    auto const at = clock::now() + 10ms;
    char byte = 0;
    int reads = 0;
    auto coroutine = [&]() -> awaitable<error_code> {
        for (;;) {
            asio::write(pair.second, asio::buffer("x", 1));
            auto [ec, n] = co_await pair.first.async_read_some(asio::buffer(&byte, 1),
                                                               timeout_at(at, asio::as_tuple(use_awaitable)));
            if (ec)
                co_return ec;
            ++reads;
            if (reads == 3)
                co_return co_await [](unix_socket& s, char& b, clock::time_point t) -> awaitable<error_code> {
                    auto [e, m] =
                        co_await s.async_read_some(asio::buffer(&b, 1), timeout_at(t, asio::as_tuple(use_awaitable)));
                    co_return e;
                }(pair.first, byte, at);
        }
    };
    BOOST_TEST(ours(run(coroutine())));
    BOOST_TEST(reads == 3);
    BOOST_TEST((clock::now() >= at));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
