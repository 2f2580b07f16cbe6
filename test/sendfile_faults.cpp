//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "sendfile_support.hpp"

#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/errc.hpp>

#include <algorithm>
#include <cerrno>

// What the kernel does seldom, done by a system that a test puts in its place; and cancellation at every suspension.

using namespace asyncio_test;
using asyncio::errc;
namespace posix = boost::system::errc;

namespace {

using result = faulty_system::result;

// Every odd call fails with the error, and the others move a small and odd number of bytes.
auto now_and_then(int error, std::size_t most) {
    return [error, most](std::size_t call, std::size_t& count) {
        count = std::min(count, most);
        return call % 2 == 1 ? result(-error) : result();
    };
}

auto always(int error) {
    return [error](std::size_t, std::size_t&) { return result(-error); };
}

auto at_call(std::size_t n, int error) {
    return [n, error](std::size_t call, std::size_t&) { return call == n ? result(-error) : result(); };
}

constexpr sendfile_fallback either[] = {sendfile_fallback::allowed, sendfile_fallback::disabled};

} // namespace

BOOST_AUTO_TEST_SUITE(sendfile_faults)

BOOST_AUTO_TEST_CASE(SF_22_interruptions_full_sockets_and_short_counts_go_unnoticed) {
    auto const content = pattern(1'000'000);
    temporary_file file(content);
    for (int const error : {EINTR, EAGAIN}) {
        for (std::size_t const size : {9'999u, 1'000'000u}) {
            for (bool const native : {true, false}) {
                io_fixture io;
                auto pair = tcp_pair(io.ctx.get_executor());
                faulty_system system;
                system.on_send_file = native ? std::function(now_and_then(error, 7777)) : std::function(always(ENOSYS));
                system.on_send = now_and_then(error, 3333);
                if (error == EINTR)
                    system.on_read = now_and_then(error, 5555);
                auto const out = send_and_receive(io, pair, file, {.count = size}, system);
                BOOST_TEST(!out.ec);
                BOOST_TEST(out.sent == size);
                BOOST_TEST((out.received == content.substr(0, size)));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_error_midway_is_reported_as_itself_with_the_bytes_sent) {
    auto const content = pattern(2'000'000);
    temporary_file file(content);
    for (int const error : {EIO, ECONNRESET, EINVAL, ENOSYS, ENOTCONN}) {
        for (auto const fallback : either) {
            io_fixture io;
            auto pair = unix_pair(io.ctx.get_executor());
            faulty_system system;
            system.on_send_file = at_call(3, error);
            auto const out = send_and_receive(io, pair, file, {.fallback = fallback}, system);
            BOOST_TEST(out.ec == error_code(error, boost::system::system_category()));
            BOOST_TEST(out.sent != 0u);
            BOOST_TEST((out.received == content.substr(0, out.sent)));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_error_of_the_fallback_midway_is_reported_as_itself) {
    auto const content = pattern(2'000'000);
    temporary_file file(content);
    for (bool const reading : {true, false}) {
        io_fixture io;
        auto pair = unix_pair(io.ctx.get_executor());
        faulty_system system;
        system.on_send_file = always(EINVAL);
        (reading ? system.on_read : system.on_send) = at_call(3, EIO);
        auto const out = send_and_receive(io, pair, file, {}, system);
        BOOST_TEST(out.ec == posix::io_error);
        BOOST_TEST(out.sent != 0u);
        BOOST_TEST((out.received == content.substr(0, out.sent)));
    }
}

BOOST_FIXTURE_TEST_CASE(what_goes_in_one_call_takes_no_other, io_fixture) {
    for (std::size_t const size : {100'000u, 1024u * 1024}) {
        temporary_file file(pattern(10 + size));
        for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {size}}) {
            for (auto const fallback : either) {
                auto pair = unix_pair(ctx.get_executor());
                faulty_system system;
                system.on_send_file = [&](std::size_t, std::size_t& n) {
                    BOOST_TEST(n == size); // not beyond the end
                    return result(n);
                };
                transfer t(ctx.get_executor());
                start(t, pair.first, file, {10, count, fallback}, system);
                run();
                BOOST_TEST(t.get<1>() == size);
                BOOST_TEST(system.send_file_calls == 1u);
                BOOST_TEST(system.size_calls == (count ? 0u : 1u));
                BOOST_TEST(system.read_calls == 0u);
                BOOST_TEST(system.send_calls == 0u);
            }
        }
    }
}

// asyncio makes "not available" of each, as long as nothing was sent.
BOOST_AUTO_TEST_CASE(SF_20_only_a_refusal_is_not_available) {
    temporary_file file(pattern(100'000));
    for (int const error : {EPIPE, ECONNRESET, ENOTCONN, EBADF, EIO, ENOMEM}) {
        for (auto const fallback : either) {
            io_fixture io;
            auto pair = unix_pair(io.ctx.get_executor());
            faulty_system system;
            system.on_send_file = always(error);
            auto const out = send_and_receive(io, pair, file, {.fallback = fallback}, system);
            BOOST_TEST(out.ec == error_code(error, boost::system::system_category()));
            BOOST_TEST(out.sent == 0u);
            BOOST_TEST(system.read_calls == 0u);
        }
    }
}

BOOST_AUTO_TEST_CASE(SF_05_what_the_kernel_refuses_is_read_and_written) {
    auto const content = pattern(3'000'000);
    temporary_file file(content);
    for (int const error : {EINVAL, ENOSYS, EOPNOTSUPP, ESPIPE}) {
        for (auto const& [offset, count] :
             {std::pair<std::size_t, std::size_t>(0, 3'000'000), {1000, 2000}, {1000, 2'000'000}}) {
            io_fixture io;
            auto pair = tcp_pair(io.ctx.get_executor());
            faulty_system system;
            system.on_send_file = always(error);
            auto const out = send_and_receive(io, pair, file, {offset, count}, system);
            BOOST_TEST(!out.ec);
            BOOST_TEST(system.send_file_calls <= 1u);
            BOOST_TEST(out.sent == count);
            BOOST_TEST((out.received == content.substr(offset, count)));
            BOOST_TEST(file.position() == 0u);
        }
    }
}

BOOST_AUTO_TEST_CASE(SF_07_a_refusal_without_the_fallback_says_why) {
    temporary_file file(pattern(100'000));
    for (auto const& [error, reason] : {std::pair(EINVAL, "os.sendfile call failed"),
                                        {ESPIPE, "os.sendfile call failed"},
                                        {EOPNOTSUPP, "os.sendfile call failed"},
                                        {ENOSYS, "os.sendfile() is not available"}}) {
        for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {10}, {50'000}}) {
            asio::io_context ctx;
            auto pair = unix_pair(ctx.get_executor());
            faulty_system system;
            system.on_send_file = always(error);
            auto future = asyncio::detail::async_sendfile_on(
                system, pair.first, file, {0, count, sendfile_fallback::disabled}, asyncio::throwing(asio::use_future));
            run(ctx);
            BOOST_CHECK_EXCEPTION(future.get(), asyncio::sendfile_not_available_error,
                                  ([&, number = error, text = reason](auto const& e) {
                                      BOOST_TEST(e.code() == make_error_code(errc::sendfile_not_available));
                                      BOOST_TEST(e.operation() == std::string_view("async_sendfile"));
                                      BOOST_TEST(e.reason() == std::string_view(text));
                                      BOOST_TEST(e.native_error() == number);
                                      BOOST_TEST(e.transferred() == 0u);
                                      BOOST_TEST((e.details().expected == count));
                                      return true;
                                  }));
            BOOST_TEST(system.send_calls == 0u);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_exception_knows_what_was_sent_and_the_number_of_the_error) {
    temporary_file file(pattern(2'000'000));
    asio::io_context ctx;
    auto pair = unix_pair(ctx.get_executor());
    collector received(pair.second);
    received.start();
    faulty_system system;
    system.on_send_file = [](std::size_t call, std::size_t& count) {
        count = std::min<std::size_t>(count, 1000);
        return call == 3 ? result(-EIO) : result();
    };
    auto future = asyncio::detail::async_sendfile_on(system, pair.first, file, {.count = 1'500'000},
                                                     asyncio::throwing(asio::use_future));
    run_until(ctx, [&] { return system.send_file_calls == 3; });
    pair.first.close();
    run(ctx);
    BOOST_CHECK_EXCEPTION(future.get(), boost::system::system_error, [](auto const& e) {
        std::string_view const what = e.what();
        return e.code() == posix::io_error && what.starts_with("async_sendfile: 2000 of 1500000 bytes transferred: ");
    });
}

BOOST_AUTO_TEST_CASE(SF_28_a_cancelled_transfer_is_resumed_where_it_stopped) {
    auto const content = pattern(20'000'000);
    temporary_file file(content);
    file.seek(33);
    for (auto const type : {asio::cancellation_type::terminal, asio::cancellation_type::partial}) {
        for (auto const* system :
             {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
            io_fixture io;
            auto pair = tcp_pair(io.ctx.get_executor());
            transfer first(io.ctx.get_executor());
            start(first, pair.first, file, {}, *system);
            io.ctx.poll(); // until the socket is full
            BOOST_TEST(!first.done());
            first.cancel(asio::cancellation_type::total); // which it can't be any more
            io.ctx.poll();
            BOOST_TEST(!first.done());
            first.cancel(type);
            io.run();
            BOOST_TEST(first.get<0>() == asio::error::operation_aborted);
            BOOST_TEST(first.get<0>() == errc::cancelled);
            auto const n = first.get<1>();
            BOOST_TEST(n != 0u);
            BOOST_TEST(n < content.size());
            BOOST_TEST(file.position() == 33u);

            auto const rest = send_and_receive(io, pair, file, {.offset = n}, *system);
            BOOST_TEST(!rest.ec);
            BOOST_TEST(n + rest.sent == content.size());
            BOOST_TEST((rest.received == content));
        }
    }
}

BOOST_AUTO_TEST_CASE(SF_23_a_cancellation_before_the_first_byte_of_any_type) {
    temporary_file file(pattern(100'000));
    for (auto const type :
         {asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total}) {
        for (std::uint64_t const count : {100u, 100'000u}) {
            io_fixture io;
            auto pair = unix_pair(io.ctx.get_executor());
            auto const before = fill(pair.first);
            transfer t(io.ctx.get_executor());
            start(t, pair.first, file, {.count = count});
            io.ctx.poll();
            t.cancel(type);
            io.run();
            BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
            BOOST_TEST(t.get<1>() == 0u);
            collector received(pair.second); // nothing came, and the socket isn't watched any more
            received.start();
            pair.first.close();
            io.run();
            BOOST_TEST(received.text().size() == before);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_wait_that_has_ended_when_the_cancellation_comes_sends_no_more, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file(pattern(10'000'000));
    faulty_system system;
    system.on_send_file = at_call(3, EAGAIN); // the socket is writable: the wait ends at once
    transfer t(ctx.get_executor());
    start(t, pair.first, file, {.count = 100'000'000}, system);
    auto const calls = system.send_file_calls;
    asio::post(t.executor(), [&] { t.cancel(); });
    run();
    BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
    BOOST_TEST(system.send_file_calls == calls);
}

BOOST_FIXTURE_TEST_CASE(a_long_transfer_gives_way_and_is_cancelled_there, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file("x");
    faulty_system system; // a socket that is never full
    system.on_send_file = [](std::size_t, std::size_t& count) { return result(count); };
    transfer t(ctx.get_executor());
    start(t, pair.first, file, {.count = std::uint64_t(1) << 40}, system);
    bool others = false;
    asio::post(ctx, [&] { others = true; });
    run_until([&] { return others; });
    BOOST_TEST(!t.done());
    t.cancel(asio::cancellation_type::partial);
    run();
    BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
    BOOST_TEST(t.get<1>() >= 1024u * 1024);
    BOOST_TEST(t.get<1>() % (256 * 1024) == 0u);
    BOOST_TEST(t.get<1>() <= 4u * 1024 * 1024);
}

BOOST_FIXTURE_TEST_CASE(a_result_that_is_on_its_way_is_not_lost_to_a_cancellation, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file(pattern(1000));
    transfer t(ctx.get_executor());
    start(t, pair.first, file);
    t.cancel();
    run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST(t.get<1>() == 1000u);
}

BOOST_AUTO_TEST_CASE(a_socket_closed_meanwhile_aborts) {
    temporary_file file(pattern(20'000'000));
    for (bool const waiting : {true, false}) {
        io_fixture io;
        auto pair = tcp_pair(io.ctx.get_executor());
        faulty_system system;
        if (!waiting)
            system.on_send_file = [](std::size_t, std::size_t& count) { return result(count); };
        transfer t(io.ctx.get_executor());
        start(t, pair.first, file, {}, system);
        if (waiting)
            io.ctx.poll();
        pair.first.close();
        io.run();
        BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
        BOOST_TEST(t.get<1>() != 0u);
        BOOST_TEST(t.get<1>() < 20'000'000u);
    }
}

BOOST_AUTO_TEST_CASE(every_allocation_may_fail) {
    auto const content = pattern(20'000'000);
    temporary_file file(content);
    for (auto const* system :
         {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
        auto const failures = with_each_allocation_failing([&](memory_log& log) {
            asio::io_context ctx;
            auto pair = tcp_pair(ctx.get_executor());
            collector received(pair.second);
            std::optional<error_code> ec;
            std::size_t sent = 0;
            bool thrown = false;
            auto handler = asio::bind_allocator(test_allocator<>(log), [&](error_code e, std::size_t n) {
                BOOST_TEST(log.live() == 0u);
                ec = e;
                sent = n;
                pair.first.close();
            });
            try {
                asyncio::detail::async_sendfile_on(*system, pair.first, file, {}, std::move(handler));
                received.start();
                run(ctx);
            } catch (std::bad_alloc const&) {
                thrown = true;
            }
            BOOST_TEST(log.live() == 0u);
            if (!log.failed()) {
                BOOST_TEST((ec && !*ec));
                BOOST_TEST((received.text() == content));
            } else if (!thrown) { // the fallback's buffer
                BOOST_TEST((ec == posix::not_enough_memory));
                BOOST_TEST(sent == 0u);
            } else {
                BOOST_TEST(!ec);
            }
        });
        BOOST_TEST(failures > 1u);
    }
}

// What needs no waiting is sent before anything is allocated. If then there is no memory for the way to the handler,
// the initiation throws.
BOOST_AUTO_TEST_CASE(the_allocation_of_an_immediate_result_may_fail) {
    auto const content = pattern(30'000);
    temporary_file file(content);
    auto const failures = with_each_allocation_failing([&](memory_log& log) {
        asio::io_context ctx;
        // Not any_io_executor, which doesn't pass the handler's allocator on.
        using socket = asio::basic_stream_socket<asio::local::stream_protocol, asio::io_context::executor_type>;
        socket_pair<socket> pair{socket(ctx), socket(ctx)};
        asio::local::connect_pair(pair.first, pair.second);
        std::optional<std::size_t> sent;
        bool thrown = false;
        auto handler = asio::bind_allocator(test_allocator<>(log), [&](error_code ec, std::size_t n) {
            BOOST_TEST(log.live() == 0u);
            BOOST_TEST(!ec);
            sent = n;
        });
        try {
            asyncio::async_sendfile(pair.first, file, std::move(handler));
            run(ctx);
        } catch (std::bad_alloc const&) {
            thrown = true;
        }
        BOOST_TEST(log.live() == 0u);
        BOOST_TEST(thrown == log.failed());
        BOOST_TEST(sent.has_value() == !thrown);
        BOOST_TEST(pair.second.available() == content.size());
    });
    BOOST_TEST(failures == 1u);
}

BOOST_AUTO_TEST_CASE(a_context_that_ends_first_frees_everything) {
    temporary_file file(pattern(20'000'000));
    for (auto const* system :
         {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
        memory_log log;
        {
            asio::io_context ctx;
            auto pair = tcp_pair(ctx.get_executor());
            auto handler =
                asio::bind_allocator(test_allocator<>(log), [](error_code, std::size_t) { BOOST_FAIL("called"); });
            asyncio::detail::async_sendfile_on(*system, pair.first, file, {}, std::move(handler));
            ctx.poll();
            BOOST_TEST(log.live() != 0u);
        }
        BOOST_TEST(log.live() == 0u);
    }
}

BOOST_AUTO_TEST_SUITE_END()
