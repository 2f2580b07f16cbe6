//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SRC_ERROR_TABLE_ROWS_HPP
#define ASYNCIO_SRC_ERROR_TABLE_ROWS_HPP

#include <asyncio/error_table.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <future>

// The table itself: data to be read and reviewed row by row.
namespace asyncio::detail::rows {

constexpr condition_set timed_out{errc::timed_out};
constexpr condition_set cancelled{errc::cancelled};
constexpr condition_set invalid_state{errc::invalid_state};
constexpr condition_set sendfile_not_available{errc::sendfile_not_available};
constexpr condition_set incomplete_read{errc::incomplete_read, errc::eof};
constexpr condition_set limit_overrun{errc::limit_overrun};
constexpr condition_set broken_barrier{errc::broken_barrier};
constexpr condition_set eof{errc::eof};
constexpr condition_set broken_promise{errc::broken_promise};
constexpr condition_set other_exception{errc::other_exception};
constexpr condition_set none{};

constexpr bool ends = true; // a program meets it when it stops
constexpr bool fails = false;

constexpr int value_of(errc e) {
    return static_cast<int>(e);
}
constexpr int value_of(std::future_errc e) {
    return static_cast<int>(e);
}

// Numbers are the owners' own, written out, so that none of their headers is needed.
constexpr auto any = platform::any;
constexpr auto posix = platform::posix;
constexpr auto windows = platform::windows;

constexpr error_table_row as_read[] = {
    // This library
    {"asyncio", value_of(errc::timed_out), any, "errc::timed_out", timed_out, fails, "the condition's own code"},
    {"asyncio", value_of(errc::cancelled), any, "errc::cancelled", cancelled, ends, "the condition's own code"},
    {"asyncio", value_of(errc::invalid_state), any, "errc::invalid_state", invalid_state, fails,
     "the condition's own code"},
    {"asyncio", value_of(errc::sendfile_not_available), any, "errc::sendfile_not_available", sendfile_not_available,
     fails, "the condition's own code"},
    {"asyncio", value_of(errc::incomplete_read), any, "errc::incomplete_read", incomplete_read, fails,
     "the condition's own code; Python's IncompleteReadError is an EOFError"},
    {"asyncio", value_of(errc::limit_overrun), any, "errc::limit_overrun", limit_overrun, fails,
     "the condition's own code"},
    {"asyncio", value_of(errc::broken_barrier), any, "errc::broken_barrier", broken_barrier, fails,
     "the condition's own code"},
    {"asyncio", value_of(errc::eof), any, "errc::eof", eof, ends, "the condition's own code"},
    {"asyncio", value_of(errc::broken_promise), any, "errc::broken_promise", broken_promise, fails,
     "the condition's own code"},
    {"asyncio", value_of(errc::other_exception), any, "errc::other_exception", other_exception, fails,
     "the condition's own code"},

    // The operating system, and POSIX through both libraries
    {"generic", ETIMEDOUT, any, "errc::timed_out", timed_out, fails, "POSIX's own; Python's TimeoutError too"},
    {"generic", ECANCELED, any, "errc::operation_canceled", cancelled, ends, "POSIX's own"},
    {"system", ETIMEDOUT, posix, "asio::error::timed_out", timed_out, fails, "the kernel gave a connection up"},
    {"system", ECANCELED, posix, "asio::error::operation_aborted", cancelled, ends, "Asio's cancellation"},
    {"system", 121, windows, "ERROR_SEM_TIMEOUT", timed_out, fails, "a socket's own timeout, under a strange text"},
    {"system", 258, windows, "WAIT_TIMEOUT", timed_out, fails, "a wait that ran out"},
    {"system", 995, windows, "ERROR_OPERATION_ABORTED", cancelled, ends, "Asio's cancellation"},
    {"system", 1223, windows, "ERROR_CANCELLED", cancelled, ends, "has no POSIX mapping of its own"},
    {"system", 1460, windows, "ERROR_TIMEOUT", timed_out, fails, "a wait that ran out"},
    {"system", 10060, windows, "WSAETIMEDOUT", timed_out, fails, "the kernel gave a connection up"},

    // Asio
    {"asio.misc", 2, any, "asio::error::eof", incomplete_read, ends,
     "an orderly end or a torn record: the code can't tell, the byte count can"},
    {"asio.ssl.stream", 1, any, "ssl::error::stream_truncated", incomplete_read, fails,
     "the peer left without TLS's closing message: what is missing is unknown"},
    {"asio.channel", 1, any, "experimental::error::channel_closed", none, ends,
     "the sender closed the channel: an end, but not of a stream"},
    {"asio.channel", 2, any, "experimental::error::channel_cancelled", cancelled, ends,
     "what a cancelled channel operation reports instead of operation_aborted"},

    // The standard library
    {"future", value_of(std::future_errc::broken_promise), any, "future_errc::broken_promise", broken_promise, fails,
     "the promise went before it was kept"},
    {"future", value_of(std::future_errc::future_already_retrieved), any, "future_errc::future_already_retrieved",
     invalid_state, fails, "a second get_future()"},
    {"future", value_of(std::future_errc::no_state), any, "future_errc::no_state", invalid_state, fails,
     "an empty future or promise"},
    {"future", value_of(std::future_errc::promise_already_satisfied), any, "future_errc::promise_already_satisfied",
     invalid_state, fails, "a second set_value()"},

    // Beast
    {"boost.beast", 1, any, "beast::error::timeout", timed_out, fails, "a Beast stream's own timer"},
    {"beast.http", 1, any, "http::error::end_of_stream", eof, ends, "the end came between two messages"},
    {"beast.http", 2, any, "http::error::partial_message", incomplete_read, fails, "the end came inside a message"},
    {"beast.http", 7, any, "http::error::buffer_overflow", limit_overrun, fails, "the buffer's limit stopped the read"},
    {"beast.http", 8, any, "http::error::header_limit", limit_overrun, fails, "the parser's limit stopped the read"},
    {"beast.http", 9, any, "http::error::body_limit", limit_overrun, fails, "the parser's limit stopped the read"},
    {"beast.http", 25, any, "http::error::stale_parser", invalid_state, fails, "a finished parser is used again"},
    {"beast.http", 26, any, "http::error::short_read", incomplete_read, fails,
     "a file is shorter than its message announced"},
    {"beast.http", 27, any, "http::error::header_field_name_too_large", limit_overrun, fails,
     "the parser's limit stopped the read"},
    {"beast.http", 28, any, "http::error::header_field_value_too_large", limit_overrun, fails,
     "the parser's limit stopped the read"},
    {"boost.beast.websocket", 1, any, "websocket::error::closed", eof, ends, "both sides closed in order"},
    {"boost.beast.websocket", 4, any, "websocket::error::buffer_overflow", limit_overrun, fails,
     "the buffer's limit stopped the read"},
    {"boost.beast.websocket", 6, any, "websocket::error::message_too_big", limit_overrun, fails,
     "the message limit stopped the read"},

    // MySQL
    {"mysql.client", 14, any, "client_errc::pool_not_running", cancelled, ends,
     "produced only when the wait for a connection was cancelled"},
    {"mysql.client", 15, any, "client_errc::pool_cancelled", cancelled, ends, "the pool was shut down meanwhile"},
    {"mysql.client", 16, any, "client_errc::no_connection_available", cancelled, ends,
     "produced only when the wait for a connection was cancelled"},
    {"mysql.client", 25, any, "client_errc::max_buffer_size_exceeded", limit_overrun, fails,
     "the buffer's limit stopped the read"},
    {"mysql.client", 26, any, "client_errc::operation_in_progress", invalid_state, fails,
     "a second operation while one is pending"},
    {"mysql.client", 28, any, "client_errc::engaged_in_multi_function", invalid_state, fails,
     "the connection is in the middle of a multi-function operation"},
    {"mysql.client", 29, any, "client_errc::not_engaged_in_multi_function", invalid_state, fails,
     "the connection is not in a multi-function operation"},

    // Redis
    {"boost.redis", 17, any, "redis::error::resolve_timeout", timed_out, fails, "the client's own deadline"},
    {"boost.redis", 18, any, "redis::error::connect_timeout", timed_out, fails, "the client's own deadline"},
    {"boost.redis", 19, any, "redis::error::pong_timeout", timed_out, fails, "the client's own deadline"},
    {"boost.redis", 20, any, "redis::error::ssl_handshake_timeout", timed_out, fails, "the client's own deadline"},
    {"boost.redis", 26, any, "redis::error::exceeds_maximum_read_buffer_size", limit_overrun, fails,
     "the buffer's limit stopped the read"},
    {"boost.redis", 27, any, "redis::error::write_timeout", timed_out, fails, "the client's own deadline"},
    {"boost.redis", 33, any, "redis::error::already_running", invalid_state, fails, "a second run()"},

    // Cobalt
    {"boost.cobalt", 2, any, "cobalt::error::completed_unexpected", invalid_state, fails,
     "an awaitable that is already done"},
    {"boost.cobalt", 3, any, "cobalt::error::wait_not_ready", invalid_state, fails, "the result isn't there yet"},
    {"boost.cobalt", 4, any, "cobalt::error::already_awaited", invalid_state, fails, "a second co_await"},
};

constexpr bool before(error_table_row const& a, error_table_row const& b) {
    if (a.category != b.category)
        return a.category < b.category;
    if (a.platform != b.platform)
        return a.platform < b.platform;
    return a.value < b.value;
}

// Written above in the order in which it is read, sorted here in the order in which it is searched.
constexpr auto table = [] {
    auto sorted = std::to_array(as_read);
    std::sort(sorted.begin(), sorted.end(), before);
    return sorted;
}();

static_assert(std::adjacent_find(table.begin(), table.end(), [](auto const& a, auto const& b) { return !before(a, b); })
                  == table.end(),
              "the table is strictly sorted: no code is in it twice");
static_assert(std::none_of(table.begin(), table.end(), [](auto const& row) { return row.value == 0; }),
              "zero is success, and in no row");
static_assert(std::none_of(table.begin(), table.end(),
                           [](auto const& row) {
                               return row.conditions.contains(errc::incomplete_read)
                                      && !row.conditions.contains(errc::eof);
                           }),
              "an incomplete read is always an end of stream");

} // namespace asyncio::detail::rows

#endif // ASYNCIO_SRC_ERROR_TABLE_ROWS_HPP
