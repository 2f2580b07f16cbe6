//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// An executor that runs things anywhere has no context that could own the deadline; nor is there another one.
// expect: neither the handler's executor nor the operation's has an execution context
#include <asyncio/timeout.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>

namespace asio = boost::asio;

#if defined(FAIL)
using executor_type = asio::system_executor;
#else
using executor_type = asio::io_context::executor_type;
#endif
using clock_type = std::chrono::steady_clock;
using timer = asio::basic_waitable_timer<clock_type, asio::wait_traits<clock_type>, executor_type>;

void wait(timer& t) {
    t.async_wait(asyncio::timeout(std::chrono::seconds(1), [](boost::system::error_code) {}));
}
