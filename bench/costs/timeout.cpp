//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "costs/cases.hpp"

#include <asyncio/timeout.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/version.hpp>
#include <boost/asio/write.hpp>
#if BOOST_ASIO_VERSION >= 103100
#include <boost/asio/cancel_after.hpp>
#endif

#include <array>
#include <chrono>
#include <exception>

// Reads of a byte that is there, in a coroutine: bare, with a timeout, and with what else there is. "alone": no other
// timer is pending; "busy": an earlier one is.

namespace {

namespace asio = boost::asio;
using namespace asyncio_bench;
using asio::local::stream_protocol;

constexpr std::chrono::seconds limit{30};

template <class Executor> using token = asio::use_awaitable_t<Executor>;
template <class Executor> using stream = asio::basic_stream_socket<stream_protocol, Executor>;

struct bare {
    template <class Executor> static auto read(stream<Executor>& s, asio::mutable_buffer b) {
        return s.async_read_some(b, token<Executor>());
    }
};
struct timed {
    template <class Executor> static auto read(stream<Executor>& s, asio::mutable_buffer b) {
        return s.async_read_some(b, asyncio::timeout(limit, token<Executor>()));
    }
};
#if BOOST_ASIO_VERSION >= 103100
struct cancelled_after {
    template <class Executor> static auto read(stream<Executor>& s, asio::mutable_buffer b) {
        return s.async_read_some(b, asio::cancel_after(limit, token<Executor>()));
    }
};
#endif

template <class How, class Executor>
asio::awaitable<void, Executor> reads(stream<Executor>& s, stream<Executor>& peer, std::size_t n) {
    static constexpr std::array<char, 1024> data{};
    char byte = 0;
    for (std::size_t i = 0; i != n; ++i) {
        if (i % data.size() == 0)
            asio::write(peer, asio::buffer(data));
        co_await How::template read<Executor>(s, asio::mutable_buffer(&byte, 1));
    }
}

template <class How, class Executor, bool Busy> void read_n(std::size_t n) {
    asio::io_context context(1);
    asio::steady_timer other(context);
    if (Busy) {
        other.expires_after(limit / 2);
        other.async_wait(asio::detached);
    }
    stream<Executor> s(context), peer(context);
    asio::local::connect_pair(s, peer);
    asio::co_spawn(context.get_executor(), reads<How, Executor>(s, peer, n),
                   [&](std::exception_ptr) { other.cancel(); });
    context.run();
}

using any = asio::any_io_executor;
using own = asio::io_context::executor_type;

counted_case const bare_any("timeout/read/bare", read_n<bare, any, false>);
counted_case const alone_any("timeout/read/alone", read_n<timed, any, false>);
counted_case const busy_any("timeout/read/busy", read_n<timed, any, true>);
counted_case const bare_own("timeout/read_io_context/bare", read_n<bare, own, false>);
counted_case const alone_own("timeout/read_io_context/alone", read_n<timed, own, false>);
counted_case const busy_own("timeout/read_io_context/busy", read_n<timed, own, true>);
#if BOOST_ASIO_VERSION >= 103100
counted_case const after_alone("timeout/cancel_after/alone", read_n<cancelled_after, any, false>);
counted_case const after_busy("timeout/cancel_after/busy", read_n<cancelled_after, any, true>);
counted_case const after_alone_own("timeout/cancel_after_io_context/alone", read_n<cancelled_after, own, false>);
counted_case const after_busy_own("timeout/cancel_after_io_context/busy", read_n<cancelled_after, own, true>);
#endif

} // namespace
