//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/allocations.hpp"
#include "support/fault_stream.hpp"
#include "support/io_fixture.hpp"
#include "support/memory.hpp"
#include "support/sockets.hpp"
#include "support/tracker.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

// The tools that the other tests rely on.

using namespace asyncio_test;
using boost::system::error_code;

BOOST_AUTO_TEST_SUITE(tools)

BOOST_FIXTURE_TEST_CASE(a_tracker_follows_an_operation_to_its_end, io_fixture) {
    auto pair = tcp_pair(ctx.get_executor());
    std::array<char, 4> buffer;
    tracker<error_code, std::size_t> read(ctx.get_executor());
    read.start([&](auto handler) { asio::async_read(pair.first, asio::buffer(buffer), std::move(handler)); });
    BOOST_TEST(!read.done());
    asio::write(pair.second, asio::buffer("abcd", 4));
    run();
    BOOST_TEST(!read.get<0>());
    BOOST_TEST(read.get<1>() == 4u);
    BOOST_TEST(read.executor().submissions() != 0u);
    BOOST_TEST(read.memory().allocations() != 0u);
}

BOOST_FIXTURE_TEST_CASE(a_tracker_cancels, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    std::array<char, 4> buffer;
    tracker<error_code, std::size_t> read(ctx.get_executor());
    read.start([&](auto handler) { asio::async_read(pair.first, asio::buffer(buffer), std::move(handler)); });
    asio::write(pair.second, asio::buffer("ab", 2));
    poll_until([&] { return pair.first.available() == 0; });
    read.cancel();
    run();
    BOOST_TEST(read.get<0>() == asio::error::operation_aborted);
    BOOST_TEST(read.get<1>() == 2u);
}

BOOST_FIXTURE_TEST_CASE(the_executor_knows_where_it_runs, io_fixture) {
    tracking_executor const one(ctx.get_executor());
    tracking_executor const other(ctx.get_executor());
    bool in_one = false, in_other = true;
    asio::post(one, [&] {
        in_one = one.running_here();
        in_other = other.running_here();
    });
    run();
    BOOST_TEST(in_one);
    BOOST_TEST(!in_other);
    BOOST_TEST(!one.running_here());
}

BOOST_FIXTURE_TEST_CASE(run_until_stops_when_it_is_so, io_fixture) {
    int ran = 0;
    for (int i = 0; i != 3; ++i)
        asio::post(ctx, [&] { ++ran; });
    run_until([&] { return ran == 2; });
    BOOST_TEST(ran == 2);
    run();
    BOOST_TEST(ran == 3);
}

BOOST_FIXTURE_TEST_CASE(a_coroutine_gives_its_result, io_fixture) {
    auto coroutine = [](int value) -> asio::awaitable<int> {
        co_await asio::post(asio::use_awaitable);
        co_return value + 1;
    };
    BOOST_TEST(run(coroutine(41)) == 42);
}

BOOST_AUTO_TEST_CASE(each_allocation_fails_once) {
    std::vector<std::size_t> reached;
    auto const failures = with_each_allocation_failing([&](memory_log& log) {
        std::size_t done = 0;
        try {
            std::vector<int, test_allocator<int>> first{test_allocator<int>(log)}, second{test_allocator<int>(log)};
            first.push_back(1);
            ++done;
            second.push_back(1);
            ++done;
        } catch (std::bad_alloc const&) {
        }
        reached.push_back(done);
        BOOST_TEST(log.live() == 0u);
        BOOST_TEST(log.live_bytes() == 0u);
    });
    BOOST_TEST(failures == 2u);
    BOOST_TEST(reached == (std::vector<std::size_t>{0, 1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_way_to_take_memory_is_counted) {
    struct alignas(64) wide {
        char c[64];
    };
    allocation_probe const probe;
    auto const by_new = std::make_unique<int>(1);
    auto const by_aligned_new = std::make_unique<wide>();
    // Volatile, since a compiler may leave out what is only taken and given back.
    void* volatile by_malloc = std::malloc(10);
    void* volatile by_calloc = std::calloc(1, 10);
    auto const counted = probe.count();
    std::free(by_malloc);
    std::free(by_calloc);
    BOOST_TEST(counted == 4u);
    BOOST_TEST((by_new && by_aligned_new));
}

BOOST_FIXTURE_TEST_CASE(a_fault_stream_reads_short_and_fails_when_told, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    fault_stream<unix_socket> stream(std::move(pair.first));
    stream.reads.max_bytes = 2;
    stream.reads.fail_call = 3;
    stream.reads.failure = asio::error::connection_reset;
    asio::write(pair.second, asio::buffer("abcdef", 6));

    std::array<char, 6> buffer{};
    tracker<error_code, std::size_t> read(ctx.get_executor());
    read.start([&](auto handler) { asio::async_read(stream, asio::buffer(buffer), std::move(handler)); });
    run();
    BOOST_TEST(read.get<0>() == asio::error::connection_reset);
    BOOST_TEST(read.get<1>() == 4u);
    BOOST_TEST(std::string_view(buffer.data(), 4) == "abcd");
    BOOST_TEST(stream.reads.calls == 3u);

    stream.writes.max_bytes = 1;
    tracker<error_code, std::size_t> write(ctx.get_executor());
    write.start([&](auto handler) { asio::async_write(stream, asio::buffer("xyz", 3), std::move(handler)); });
    run();
    BOOST_TEST(!write.get<0>());
    BOOST_TEST(stream.writes.calls == 3u);
}

BOOST_FIXTURE_TEST_CASE(a_full_socket_takes_no_more, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    BOOST_TEST(fill(pair.first) != 0u);
    tracker<error_code, std::size_t> write(ctx.get_executor());
    write.start([&](auto handler) { pair.first.async_write_some(asio::buffer("x", 1), std::move(handler)); });
    ctx.restart();
    ctx.poll();
    BOOST_TEST(!write.done());
    pair.second.close();
    run();
    BOOST_TEST(write.get<0>() == asio::error::broken_pipe);
}

BOOST_FIXTURE_TEST_CASE(a_reset_connection_is_no_end_of_stream, io_fixture) {
    auto pair = tcp_pair(ctx.get_executor());
    reset(pair.first);
    std::array<char, 1> buffer;
    error_code ec;
    pair.second.read_some(asio::buffer(buffer), ec);
    BOOST_TEST(ec == asio::error::connection_reset);
}

BOOST_AUTO_TEST_SUITE_END()
