//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Backwards, so that a name that one header takes from another by accident, or that two define, is found.
// clang-format off
#include <asyncio/timeout.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/stream_reader.hpp>
#include <asyncio/sendfile.hpp>
#include <asyncio/read_exactly.hpp>
#include <asyncio/promise.hpp>
#include <asyncio/future.hpp>
#include <asyncio/barrier.hpp>
#include <asyncio.hpp>
// clang-format on

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(include_order)

BOOST_AUTO_TEST_CASE(waits_under_a_deadline_compile_whichever_header_came_first) {
    asio::io_context context;
    asyncio::promise<int> promise(context.get_executor());
    asyncio::barrier barrier(context.get_executor(), 1);

    int value = 0;
    std::exception_ptr failure;
    promise.get_future().async_get(asyncio::timeout(1h, [&](std::exception_ptr e, int v) {
        failure = e;
        value = v;
    }));
    error_code tripped = asio::error::would_block;
    barrier.async_wait(asyncio::timeout(1h, [&](error_code ec, auto) { tripped = ec; }));
    promise.set_value(42);
    context.run();

    BOOST_TEST(!failure);
    BOOST_TEST(value == 42);
    BOOST_TEST(!tripped);
}

BOOST_AUTO_TEST_SUITE_END()
