//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "sendfile_support.hpp"
#include "support/allocations.hpp"

#include <asyncio/exceptions.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/system/errc.hpp>

#include <cerrno>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// co_sendfile: suspends only where there is something to wait for.

using namespace asyncio_test;
using asyncio::errc;
namespace posix = boost::system::errc;

namespace {

using result = faulty_system::result;

constexpr sendfile_options no_fallback{.fallback = sendfile_fallback::disabled};
constexpr std::size_t turn = 1024 * 1024;

// The same over a system of the test's own.
template <class Stream, class File>
asio::awaitable<std::size_t> co_send(asyncio::detail::sendfile_system const& system, Stream& stream, File& file,
                                     sendfile_options const& options = {}) {
    return asyncio::detail::co_sendfile_on<asio::any_io_executor>(system, stream,
                                                                  asyncio::detail::make_sendfile_source(file), options,
                                                                  asyncio::detail::throw_sendfile_failure());
}

// A system that takes everything at once.
class fast_system {
public:
    fast_system() {
        system.on_send_file = [](std::size_t, std::size_t& count) { return result(count); };
    }

    faulty_system system;
};

// Gives way, whatever was sent before in this thread: a new turn begins.
asio::awaitable<void> use_up_turn() {
    fast_system const fast;
    auto pair = unix_pair(co_await asio::this_coro::executor);
    temporary_file file("x");
    co_await co_send(fast.system, pair.first, file, {.count = turn});
}

// How many transfers it takes until another handler has its turn.
template <class Send> asio::awaitable<std::size_t> transfers_before_another_handler(Send send) {
    bool others = false;
    auto const other = [&others] { others = true; };
    asio::post(co_await asio::this_coro::executor, other);
    std::size_t n = 0;
    while (!others) {
        co_await send();
        BOOST_TEST_REQUIRE(++n < 1000u);
    }
    co_return n;
}

// [co_sendfile]
asio::awaitable<void> send_all(tcp_socket& socket, std::vector<int> const& files) {
    for (int const file : files)
        co_await asyncio::co_sendfile(socket, file);
}
// [/co_sendfile]

struct failure {
    std::size_t transferred = 0;
    error_code code;
};

// Remembers how it ended, and in what exception.
template <class Exception> asio::awaitable<failure> failing(asio::awaitable<std::size_t> transfer) {
    try {
        co_await std::move(transfer);
    } catch (Exception const& e) {
        BOOST_TEST(std::string_view(e.operation()) == "co_sendfile");
        co_return failure{e.transferred(), e.code()};
    }
    BOOST_FAIL("it did not throw the exception");
    co_return failure();
}

} // namespace

BOOST_AUTO_TEST_SUITE(sendfile_coroutines)

BOOST_FIXTURE_TEST_CASE(what_the_socket_takes_at_once_does_not_suspend, io_fixture) {
    auto const content = pattern(100'000);
    temporary_file file(content);
    auto const body = [&]() -> asio::awaitable<void> {
        for (auto const& [options, size] : {std::pair<sendfile_options, std::size_t>({}, 100'000),
                                            {{.count = 100'000}, 100'000},
                                            {{.offset = 10, .count = 1000}, 1000},
                                            {{.offset = 99'999}, 1},
                                            {no_fallback, 100'000},
                                            {{.count = 0}, 0},
                                            {{.offset = 100'000}, 0}}) {
            auto pair = unix_pair(ctx.get_executor());
            co_await use_up_turn();
            bool others = false;
            auto const other = [&others] { others = true; };
            asio::post(ctx, other);
            BOOST_TEST(co_await asyncio::co_sendfile(pair.first, file, options) == size);
            BOOST_TEST(!others);
            pair.first.close();
            collector received(pair.second);
            received.start();
            while (!received.error())
                co_await asio::post(asio::use_awaitable);
            BOOST_TEST(others);
            BOOST_TEST((received.text() == content.substr(options.offset, size)));
        }
    };
    run(body());
}

BOOST_FIXTURE_TEST_CASE(a_loop_gives_way_about_every_mebibyte, io_fixture) {
    fast_system const fast;
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file("x");
    auto const body = [&]() -> asio::awaitable<void> {
        for (auto const& [count, most] :
             {std::pair<std::size_t, std::size_t>(turn, 1), {turn / 2, 2}, {100'000, 11}, {20'000, 53}}) {
            co_await use_up_turn();
            auto const send = [&, options = sendfile_options{.count = count}] {
                return co_send(fast.system, pair.first, file, options);
            };
            BOOST_TEST(co_await transfers_before_another_handler(send) == most);
        }
    };
    run(body());
}

BOOST_FIXTURE_TEST_CASE(a_loop_of_small_files_gives_way_too, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    auto const body = [&]() -> asio::awaitable<void> {
        for (bool const failing : {false, true}) {
            co_await use_up_turn();
            auto const send = [&]() -> asio::awaitable<void> {
                error_code ec;
                co_await asyncio::co_sendfile(pair.first, -1, {.count = failing ? 1u : 0u}, ec);
                BOOST_TEST(ec.failed() == failing);
            };
            BOOST_TEST(co_await transfers_before_another_handler(send) == 64u);
        }
    };
    run(body());
}

// Of the coroutine that posts. Where the post itself finds no memory, the exception leaves run(), as with any operation
// that a coroutine starts.
BOOST_FIXTURE_TEST_CASE(without_memory_to_give_way_the_count_is_kept, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file("x");
    std::size_t sent = 0;
    fast_system fast;
    fast.system.on_send_file = [&sent](std::size_t, std::size_t& count) {
        sent += count;
        return result(count);
    };
    bool thrown = false, kept = false, others = false;
    auto const other = [&others] { others = true; };
    auto const send = [&](std::size_t n) -> asio::awaitable<void> {
        others = false;
        sent = 0;
        std::size_t count = 0;
        asio::post(ctx, other);
        if (!fail_allocation(n))
            co_return;
        try {
            count = co_await co_send(fast.system, pair.first, file, {.count = turn});
            kept = true;
        } catch (std::bad_alloc const&) {
            thrown = true;
        }
        fail_allocation(0);
        BOOST_TEST(count == sent);
        BOOST_TEST(sent == (kept ? turn : 0));
        BOOST_TEST(!others);
    };
    run(send(1));
    if (!thrown)
        return;
    BOOST_TEST(!kept);
    run(send(2));
    BOOST_TEST(kept);
}

BOOST_FIXTURE_TEST_CASE(a_long_transfer_gives_way_midway, io_fixture) {
    fast_system const fast;
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file("x");
    auto const body = [&]() -> asio::awaitable<void> {
        bool others = false;
        auto const other = [&others] { others = true; };
        asio::post(ctx, other);
        BOOST_TEST(co_await co_send(fast.system, pair.first, file, {.count = turn + 1}) == turn + 1);
        BOOST_TEST(others);
    };
    run(body());
}

BOOST_FIXTURE_TEST_CASE(a_full_socket_suspends_and_resumes, io_fixture) {
    auto const content = pattern(20'000'000);
    temporary_file file(content);
    for (auto const* system :
         {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
        auto pair = tcp_pair(ctx.get_executor());
        bool ended = false;
        auto const body = [&]() -> asio::awaitable<void> {
            BOOST_TEST(co_await co_send(*system, pair.first, file) == content.size());
            ended = true;
            pair.first.close();
        };
        asio::co_spawn(ctx, body(), [](std::exception_ptr e) { BOOST_TEST(!e); });
        ctx.restart();
        ctx.poll(); // until the socket is full
        BOOST_TEST(!ended);
        collector received(pair.second);
        received.start();
        run();
        BOOST_TEST(ended);
        BOOST_TEST((received.text() == content));
    }
}

BOOST_FIXTURE_TEST_CASE(thousands_of_files_arrive_in_order, io_fixture) {
    auto pair = tcp_pair(ctx.get_executor());
    auto const small = pattern(3000);
    auto const large = pattern(100'000, 3000);
    temporary_file const files[] = {temporary_file(small), temporary_file(large)};
    std::vector<int> order;
    std::string expected;
    for (std::size_t i = 0; i < 3000; ++i) {
        bool const is_large = i % 37 == 0;
        order.push_back(files[is_large].get());
        expected += is_large ? large : small;
    }
    collector received(pair.second);
    received.start();
    auto const before = open_descriptors();
    auto const body = [&]() -> asio::awaitable<void> {
        co_await send_all(pair.first, order);
        BOOST_TEST(open_descriptors() == before);
        pair.first.close();
    };
    run(body());
    BOOST_TEST((received.text() == expected));
}

BOOST_FIXTURE_TEST_CASE(nothing_is_sent_before_it_is_awaited, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file(pattern(1000));
    auto const body = [&]() -> asio::awaitable<void> {
        auto transfer = asyncio::co_sendfile(pair.first, file);
        BOOST_TEST(pair.second.available() == 0u);
        BOOST_TEST(co_await std::move(transfer) == 1000u);
        BOOST_TEST(pair.second.available() == 1000u);
    };
    run(body());
}

BOOST_FIXTURE_TEST_CASE(a_failure_is_the_typed_exception, io_fixture) {
    temporary_file file(pattern(100'000));
    faulty_system system;
    system.on_send_file = [](std::size_t, std::size_t&) { return result(-EINVAL); };
    auto pair = unix_pair(ctx.get_executor());
    auto const body = [&]() -> asio::awaitable<void> {
        try {
            co_await co_send(system, pair.first, file, no_fallback);
            BOOST_FAIL("it did not throw");
        } catch (asyncio::sendfile_not_available_error const& e) {
            BOOST_TEST(e.code() == make_error_code(errc::sendfile_not_available));
            BOOST_TEST(std::string_view(e.operation()) == "co_sendfile");
            BOOST_TEST(std::string_view(e.reason()) == "os.sendfile call failed");
            BOOST_TEST(e.native_error() == EINVAL);
            BOOST_TEST(e.transferred() == 0u);
        }
    };
    run(body());
}

BOOST_FIXTURE_TEST_CASE(a_failure_midway_keeps_the_count, io_fixture) {
    temporary_file file(pattern(1'000'000));
    for (bool const waits : {false, true}) {
        faulty_system system;
        system.on_send_file = [waits](std::size_t call, std::size_t& count) {
            count = 1000;
            return call == 4 ? result(-EIO) : call == 2 && waits ? result(-EAGAIN) : result();
        };
        auto pair = unix_pair(ctx.get_executor());
        std::size_t const sent = waits ? 2000 : 3000;
        auto const body = [&]() -> asio::awaitable<void> {
            try {
                co_await co_send(system, pair.first, file, {.count = 500'000});
                BOOST_FAIL("it did not throw");
            } catch (boost::system::system_error const& e) {
                BOOST_TEST(e.code() == posix::io_error);
                std::string const numbers = "co_sendfile: " + std::to_string(sent) + " of 500000 bytes transferred: ";
                BOOST_TEST(std::string_view(e.what()).starts_with(numbers));
            }
            BOOST_TEST(pair.second.available() == sent);
        };
        run(body());
    }
}

BOOST_FIXTURE_TEST_CASE(a_failure_may_be_a_code, io_fixture) {
    auto const content = pattern(20'000'000);
    temporary_file file(content);
    auto pair = tcp_pair(ctx.get_executor());
    auto const body = [&]() -> asio::awaitable<void> {
        error_code ec = asio::error::eof;
        BOOST_TEST(co_await asyncio::co_sendfile(pair.first, file, {.count = 1000}, ec) == 1000u);
        BOOST_TEST(!ec);
        BOOST_TEST(co_await asyncio::co_sendfile(pair.first, -1, {}, ec) == 0u);
        BOOST_TEST(ec == asio::error::bad_descriptor);
        auto const leave = [&pair] { reset(pair.second); };
        asio::post(ctx, leave); // once the socket is full
        std::size_t const sent = co_await asyncio::co_sendfile(pair.first, file, {}, ec);
        BOOST_TEST((ec == asio::error::broken_pipe || ec == asio::error::connection_reset));
        BOOST_TEST(sent != 0u);
        BOOST_TEST(sent < content.size());
        pair.first.close();
        BOOST_TEST(co_await asyncio::co_sendfile(pair.first, file, {}, ec) == 0u);
        BOOST_TEST(ec == asio::error::bad_descriptor);
    };
    run(body());
}

BOOST_FIXTURE_TEST_CASE(a_cancelled_transfer_is_resumed_where_it_stopped, io_fixture) {
    auto const content = pattern(20'000'000);
    temporary_file file(content);
    for (bool const throwing : {true, false}) {
        auto pair = tcp_pair(ctx.get_executor());
        asio::cancellation_signal signal;
        std::size_t sent = 0;
        error_code code;
        auto const body = [&]() -> asio::awaitable<void> {
            if (throwing) {
                auto const f = co_await failing<asyncio::cancelled_error>(asyncio::co_sendfile(pair.first, file));
                sent = f.transferred;
                code = f.code;
            } else {
                sent = co_await asyncio::co_sendfile(pair.first, file, {}, code);
            }
            BOOST_TEST(code == asio::error::operation_aborted);
            co_await asio::this_coro::reset_cancellation_state();
            BOOST_TEST(co_await asyncio::co_sendfile(pair.first, file, {.offset = sent}) == content.size() - sent);
            pair.first.close();
        };
        asio::co_spawn(ctx, body(),
                       asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr e) { BOOST_TEST(!e); }));
        ctx.restart();
        ctx.poll(); // until the socket is full
        BOOST_TEST(sent == 0u);
        signal.emit(asio::cancellation_type::terminal);
        ctx.poll();
        BOOST_TEST(code == errc::cancelled);
        BOOST_TEST(sent != 0u);
        BOOST_TEST(sent < content.size());
        collector received(pair.second);
        received.start();
        run();
        BOOST_TEST((received.text() == content));
    }
}

// As for every awaitable.
BOOST_FIXTURE_TEST_CASE(a_cancelled_coroutine_sends_nothing, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file(pattern(1000));
    asio::cancellation_signal signal;
    auto const body = [&]() -> asio::awaitable<void> {
        co_await asio::post(asio::use_awaitable);
        signal.emit(asio::cancellation_type::terminal);
        co_await asyncio::co_sendfile(pair.first, file);
    };
    std::exception_ptr failure;
    asio::co_spawn(ctx, body(),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) { failure = e; }));
    run();
    BOOST_TEST(asyncio::is_cancelled(failure));
    BOOST_TEST(pair.second.available() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_socket_closed_meanwhile_aborts_the_coroutine, io_fixture) {
    auto pair = tcp_pair(ctx.get_executor());
    temporary_file file(pattern(20'000'000));
    error_code code;
    auto const body = [&]() -> asio::awaitable<void> { co_await asyncio::co_sendfile(pair.first, file, {}, code); };
    asio::co_spawn(ctx, body(), [](std::exception_ptr e) { BOOST_TEST(!e); });
    ctx.poll(); // until the socket is full
    pair.first.close();
    run();
    BOOST_TEST(code == asio::error::operation_aborted);
}

BOOST_FIXTURE_TEST_CASE(another_stream_is_written_to, io_fixture) {
    auto const content = pattern(1'000'000);
    temporary_file file(content);
    asio::readable_pipe reading(ctx);
    asio::writable_pipe writing(ctx);
    asio::connect_pipe(reading, writing);
    collector received(reading);
    received.start();
    auto const body = [&]() -> asio::awaitable<void> {
        BOOST_TEST(co_await asyncio::co_sendfile(writing, file) == content.size());
        auto const f =
            co_await failing<asyncio::sendfile_not_available_error>(asyncio::co_sendfile(writing, file, no_fallback));
        BOOST_TEST(f.code == errc::sendfile_not_available);
        writing.close();
    };
    run(body());
    BOOST_TEST((received.text() == content));
}

BOOST_FIXTURE_TEST_CASE(the_executor_is_the_stream_s_unless_said_otherwise, io_fixture) {
    using executor = asio::io_context::executor_type;
    using socket = asio::basic_stream_socket<asio::local::stream_protocol, executor>;
    socket_pair<socket> pair{socket(ctx), socket(ctx)};
    asio::local::connect_pair(pair.first, pair.second);
    temporary_file file(pattern(1000));
    bool ended = false;
    auto const typed = [&]() -> asio::awaitable<void, executor> {
        BOOST_TEST(co_await asyncio::co_sendfile(pair.first, file) == 1000u);
        ended = true;
    };
    auto const untyped = [&]() -> asio::awaitable<void> {
        BOOST_TEST(co_await asyncio::co_sendfile<asio::any_io_executor>(pair.first, file) == 1000u);
        error_code ec;
        BOOST_TEST(co_await asyncio::co_sendfile<asio::any_io_executor>(pair.first, file, {}, ec) == 1000u);
    };
    asio::co_spawn(ctx, typed(), [](std::exception_ptr e) { BOOST_TEST(!e); });
    run(untyped());
    BOOST_TEST(ended);
    BOOST_TEST(pair.second.available() == 3000u);
}

BOOST_AUTO_TEST_CASE(a_context_that_ends_first_frees_the_coroutine) {
    temporary_file file(pattern(20'000'000));
    for (auto const* system :
         {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
        auto const watch = std::make_shared<int>();
        {
            asio::io_context ctx;
            auto pair = tcp_pair(ctx.get_executor());
            auto const body = [&](std::shared_ptr<int>) -> asio::awaitable<void> {
                co_await co_send(*system, pair.first, file);
                BOOST_FAIL("it went on");
            };
            asio::co_spawn(ctx, body(watch), [](std::exception_ptr) {});
            ctx.poll();
            BOOST_TEST(watch.use_count() != 1);
        }
        BOOST_TEST(watch.use_count() == 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
