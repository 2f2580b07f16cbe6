//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_TRANSFER_HPP
#define FILE_SERVER_TRANSFER_HPP

#include "byte_range.hpp"
#include "descriptor.hpp"

#include <asyncio/sendfile.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>

// Sending, under the rule that a client may be slow but must not stall: the timeout is for a silence, not for the
// whole.

namespace file_server {

/// Writes a text. Throws the error, `asyncio::timeout_error` if the stream takes nothing for so long.
template <class Stream>
boost::asio::awaitable<void> send_text(Stream& stream, std::string_view text, std::chrono::milliseconds stall) {
    namespace asio = boost::asio;
    while (!text.empty()) {
        std::size_t const n = co_await stream.async_write_some(
            asio::buffer(text), asyncio::timeout(stall, asyncio::throwing(asio::use_awaitable)));
        text.remove_prefix(n);
    }
}

/// Sends a part of a file over a plain socket: the kernel's own path.
///
/// @param sent Counts the bytes that the socket took; right after a failure as well.
template <class Protocol, class Executor>
boost::asio::awaitable<void> send_part(boost::asio::basic_stream_socket<Protocol, Executor>& socket,
                                       descriptor const& file, byte_range part, std::chrono::milliseconds stall,
                                       std::uint64_t& sent) {
    namespace asio = boost::asio;
    // [send_part]
    while (sent < part.count) {
        asyncio::sendfile_options options;
        options.offset = part.offset + sent;
        options.count = part.count - sent;
        auto const [error, n] = co_await asyncio::async_sendfile(
            socket, file, options, asyncio::timeout(stall, asio::as_tuple(asio::use_awaitable)));
        sent += n;
        // A deadline that ended a transfer which moved is no failure: the next call resumes where this one stopped. So
        // one deadline covers megabytes, and still finds the client that takes nothing.
        if (error == asyncio::errc::timed_out && n != 0)
            continue;
        if (error)
            asyncio::throw_error(error);
        if (n == 0)
            asyncio::throw_error(make_error_code(asyncio::errc::incomplete_read), {}, "the file has shrunk");
    }
    // [/send_part]
}

/// Sends a part of a file over any other stream, such as TLS: by reading and writing.
///
/// A TLS record that was cut short can't be resumed. So the part goes in pieces, each under a deadline of its own, and
/// a deadline that passes is the end. The client is too slow if it doesn't take a piece in that time.
template <class Stream>
boost::asio::awaitable<void> send_part(Stream& stream, descriptor const& file, byte_range part,
                                       std::chrono::milliseconds stall, std::uint64_t& sent) {
    namespace asio = boost::asio;
    constexpr std::uint64_t piece = 256 * 1024;
    while (sent < part.count) {
        asyncio::sendfile_options options;
        options.offset = part.offset + sent;
        options.count = std::min(part.count - sent, piece);
        auto const [error, n] = co_await asyncio::async_sendfile(
            stream, file, options, asyncio::timeout(stall, asio::as_tuple(asio::use_awaitable)));
        sent += n;
        if (error)
            asyncio::throw_error(error);
        if (n == 0)
            asyncio::throw_error(make_error_code(asyncio::errc::incomplete_read), {}, "the file has shrunk");
    }
}

} // namespace file_server

#endif // FILE_SERVER_TRANSFER_HPP
