//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/fault_stream.hpp"
#include "support/io_fixture.hpp"
#include "support/sockets.hpp"
#include "support/tracker.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/read_exactly.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
#include <boost/asio/bind_immediate_executor.hpp>
#include <boost/asio/system_executor.hpp>
#endif

#include <array>
#include <chrono>
#include <list>
#include <string>
#include <vector>

using namespace asyncio_test;
using asyncio::errc;
using boost::system::error_code;

namespace {

struct exact_fixture : io_fixture {
    using read_tracker = tracker<error_code, std::size_t>;

    exact_fixture() : sockets(unix_pair(ctx.get_executor())), stream(std::move(sockets.first)) {}

    void send(std::string_view bytes) { asio::write(sockets.second, asio::buffer(bytes)); }

    template <class Buffers> void start(read_tracker& t, Buffers const& buffers) {
        t.start([&](auto handler) { asyncio::async_read_exactly(stream, buffers, std::move(handler)); });
    }

    socket_pair<unix_socket> sockets;
    fault_stream<unix_socket> stream;
};

} // namespace

BOOST_AUTO_TEST_SUITE(read_exactly)

BOOST_AUTO_TEST_CASE(the_buffers_are_filled_whatever_their_shape_and_that_of_the_pieces) {
    std::string const data = "0123456789abcdefghijklmnopqrstuvwxyz";
    for (std::size_t piece : {1u, 2u, 3u, 7u, 100u})
        for (std::size_t part : {1u, 2u, 5u, 36u}) {
            exact_fixture f;
            f.stream.reads.max_bytes = piece;
            std::string target(data.size(), '.');
            std::list<asio::mutable_buffer> buffers;
            for (std::size_t at = 0; at < target.size(); at += part) {
                buffers.push_back(asio::buffer(&target[at], std::min(part, target.size() - at)));
                buffers.emplace_back(); // an empty one
            }
            f.send(data);
            exact_fixture::read_tracker t(f.ctx.get_executor());
            f.start(t, buffers);
            f.run();
            BOOST_TEST(!t.get<0>());
            BOOST_TEST(t.get<1>() == data.size());
            BOOST_TEST(target == data);
        }
}

BOOST_AUTO_TEST_CASE(a_socket_takes_several_buffers_in_one_call) {
    exact_fixture f;
    auto& socket = f.stream.next_layer();
    std::string target(40, '.');
    std::vector<asio::mutable_buffer> buffers;
    for (char& c : target)
        buffers.push_back(asio::buffer(&c, 1)); // more than one call takes
    std::string const data(40, 'x');
    f.send(data);
    exact_fixture::read_tracker t(f.ctx.get_executor());
    t.start([&](auto handler) { asyncio::async_read_exactly(socket, buffers, std::move(handler)); });
    f.run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST(target == data);
}

BOOST_AUTO_TEST_CASE(nothing_is_read_at_once_and_without_a_look_at_the_stream) {
    exact_fixture f;
    exact_fixture::read_tracker t(f.ctx.get_executor());
    f.start(t, asio::mutable_buffer());
    BOOST_TEST(!t.done());
    f.run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST(f.stream.reads.calls == 0u);
}

BOOST_AUTO_TEST_CASE(the_end_is_an_incomplete_read_with_all_that_is_known) {
    exact_fixture f;
    f.send("abc");
    f.sockets.second.close();
    std::array<char, 10> buffer{};
    auto const read = [&]() -> asio::awaitable<void> {
        try {
            co_await asyncio::async_read_exactly(f.stream, asio::buffer(buffer),
                                                 asyncio::throwing(asio::use_awaitable));
            BOOST_ERROR("no exception");
        } catch (asyncio::incomplete_read_error const& e) {
            BOOST_TEST(e.code() == make_error_code(errc::incomplete_read));
            BOOST_TEST(e.partial() == "abc");
            BOOST_TEST(*e.expected() == 10u);
            BOOST_TEST(e.transferred() == 3u);
            BOOST_TEST(
                std::string(e.what()).starts_with("async_read_exactly: 3 bytes read on a total of 10 expected bytes"));
        }
    };
    f.run(read());
}

BOOST_AUTO_TEST_CASE(the_partial_bytes_come_out_of_several_buffers) {
    exact_fixture f;
    f.send("abcd");
    f.sockets.second.close();
    std::array<char, 3> a{};
    std::array<char, 3> b{};
    std::array<asio::mutable_buffer, 2> const buffers{asio::buffer(a), asio::buffer(b)};
    auto future = asyncio::async_read_exactly(f.stream, buffers, asyncio::throwing(asio::use_future));
    f.run();
    BOOST_CHECK_EXCEPTION(future.get(), asyncio::incomplete_read_error,
                          [](auto const& e) { return e.partial() == "abcd" && e.expected() == 6u; });
}

BOOST_DATA_TEST_CASE_F(exact_fixture, a_cancel_at_each_suspension_tells_what_is_in_the_buffers,
                       boost::unit_test::data::make({1u, 2u}) // terminal, partial

                           * boost::unit_test::data::xrange(4),
                       type, arrived) {
    std::array<char, 4> buffer{};
    read_tracker t(ctx.get_executor());
    start(t, asio::buffer(buffer));
    for (std::size_t i = 0; i < static_cast<std::size_t>(arrived); ++i) {
        send("x");
        poll_until([&] { return stream.reads.calls == i + 2; });
    }
    t.cancel(static_cast<asio::cancellation_type>(type));
    run();
    BOOST_TEST(t.get<0>() == errc::cancelled);
    BOOST_TEST(t.get<1>() == static_cast<std::size_t>(arrived));
}

BOOST_AUTO_TEST_CASE(a_timeout_tells_what_is_in_the_buffers_in_either_order_of_adapters) {
    auto const read = [](exact_fixture& f, auto token) -> asio::awaitable<void> {
        std::array<char, 4> buffer{};
        try {
            co_await asyncio::async_read_exactly(f.stream, asio::buffer(buffer), token);
            BOOST_ERROR("no exception");
        } catch (asyncio::timeout_error const& e) {
            BOOST_TEST(e.transferred() == 3u);
            BOOST_TEST(e.operation() == "async_read_exactly");
            BOOST_TEST(std::string_view(buffer.data(), 3) == "abc");
        }
    };
    constexpr std::chrono::seconds at_once(0); // starts, and cancels what has to wait
    {
        exact_fixture f;
        f.send("abc");
        f.run(read(f, asyncio::timeout(at_once, asyncio::throwing(asio::use_awaitable))));
    }
    exact_fixture f;
    f.send("abc");
    f.run(read(f, asyncio::throwing(asyncio::timeout(at_once, asio::use_awaitable))));
}

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
BOOST_AUTO_TEST_CASE(an_immediate_executor_gets_a_read_of_nothing_inside_the_initiation) {
    exact_fixture f;
    bool done = false;
    asyncio::async_read_exactly(
        f.stream, asio::mutable_buffer(),
        asio::bind_immediate_executor(asio::system_executor(),
                                      [&](error_code ec, std::size_t n) { done = !ec && n == 0; }));
    BOOST_TEST(done);
}
#endif

BOOST_AUTO_TEST_CASE(a_total_cancellation_is_not_supported_as_bytes_have_moved) {
    exact_fixture f;
    std::array<char, 2> buffer{};
    exact_fixture::read_tracker t(f.ctx.get_executor());
    f.start(t, asio::buffer(buffer));
    t.cancel(asio::cancellation_type::total);
    f.ctx.poll();
    BOOST_TEST(!t.done());
    f.send("ab");
    f.run();
    BOOST_TEST(!t.get<0>());
}

BOOST_AUTO_TEST_CASE(a_failure_of_any_call_keeps_its_code_and_the_count) {
    for (std::size_t call = 1; call <= 4; ++call) {
        exact_fixture f;
        f.stream.reads.max_bytes = 1;
        f.stream.reads.fail_call = call;
        f.stream.reads.failure = asio::error::connection_reset;
        f.send("abcd");
        std::array<char, 4> buffer{};
        exact_fixture::read_tracker t(f.ctx.get_executor());
        f.start(t, asio::buffer(buffer));
        f.run();
        BOOST_TEST(t.get<0>() == asio::error::connection_reset);
        BOOST_TEST(t.get<1>() == call - 1);
    }
}

BOOST_AUTO_TEST_CASE(without_memory_it_fails_at_once) {
    auto const failures = with_each_allocation_failing([](memory_log& log) {
        exact_fixture f;
        std::array<char, 2> buffer{};
        bool done = false;
        bool thrown = false;
        f.send("ab");
        try {
            asyncio::async_read_exactly(
                f.stream.next_layer(), asio::buffer(buffer),
                asio::bind_allocator(test_allocator<>(log), [&](error_code ec, std::size_t) { done = !ec; }));
        } catch (std::bad_alloc const&) {
            thrown = true;
        }
        f.run();
        BOOST_TEST(done != thrown);
        BOOST_TEST(log.live() == 0u);
    });
    BOOST_TEST(failures != 0u);
}

BOOST_AUTO_TEST_CASE(the_blocking_form_says_the_same) {
    exact_fixture f;
    auto& socket = f.stream.next_layer();
    std::array<char, 4> buffer{};
    f.send("abcdef");
    BOOST_TEST(asyncio::read_exactly(socket, asio::buffer(buffer)) == 4u);
    f.sockets.second.close();
    error_code ec;
    BOOST_TEST(asyncio::read_exactly(socket, asio::buffer(buffer), ec) == 2u);
    BOOST_TEST(ec == make_error_code(errc::incomplete_read));
    BOOST_CHECK_EXCEPTION(
        asyncio::read_exactly(socket, asio::buffer(buffer)), asyncio::incomplete_read_error,
        [](auto const& e) { return e.transferred() == 0 && e.operation() == std::string("read_exactly"); });
}

BOOST_AUTO_TEST_CASE(lazy_and_tuple_tokens) {
    exact_fixture f;
    std::array<char, 2> buffer{};
    f.send("abcd");
    auto const read = [&]() -> asio::awaitable<void> {
        auto operation = asyncio::async_read_exactly(f.stream, asio::buffer(buffer), asio::deferred);
        BOOST_TEST(co_await std::move(operation) == 2u);
        auto const [ec, n] =
            co_await asyncio::async_read_exactly(f.stream, asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
        BOOST_TEST((!ec && n == 2));
    };
    f.run(read());
}

BOOST_AUTO_TEST_SUITE_END()
