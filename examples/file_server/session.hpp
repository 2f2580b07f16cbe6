//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_SESSION_HPP
#define FILE_SERVER_SESSION_HPP

#include "access_log.hpp"
#include "connection.hpp"
#include "http.hpp"
#include "options.hpp"
#include "reply.hpp"
#include "site.hpp"
#include "transfer.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace file_server {

/// One connection, over a plain socket or TLS: reads requests, one after the other, and answers each.
///
/// A member function completes with a code where the code is a part of the protocol, and throws where the error is the
/// end of the connection.
template <class Stream> class session {
public:
    session(Stream stream, service& shared, connection& self)
        : stream_(std::move(stream)), shared_(shared), self_(self), client_(name_of(stream_)) {}

    /// Serves the connection until it ends.
    boost::asio::awaitable<void> run();

private:
    using clock = std::chrono::steady_clock;
    using error_code = boost::system::error_code;
    using request_parser = http::request_parser<http::empty_body>;

    static constexpr bool is_plain = std::is_same_v<Stream, boost::asio::ip::tcp::socket>;
    // Given to a client that keeps sending after the last answer: time to read it.
    static constexpr std::chrono::seconds linger_time{2};

    boost::asio::awaitable<bool> handle_request();
    boost::asio::awaitable<error_code> read_header(request_parser& parser);
    boost::asio::awaitable<void> send(reply& answer, access_record& record);
    boost::asio::awaitable<void> close_in_order();

    boost::asio::ip::tcp::socket& socket() noexcept {
        if constexpr (is_plain)
            return stream_;
        else
            return stream_.next_layer();
    }

    static std::string name_of(Stream const& stream);
    static std::string line_of(request const& req);

    Stream stream_;
    service& shared_;
    connection& self_;
    std::string client_;
    boost::beast::flat_buffer buffer_;
};

template <class Stream> boost::asio::awaitable<void> session<Stream>::run() {
    access_record record;
    try {
        if constexpr (!is_plain)
            co_await stream_.async_handshake(
                Stream::server,
                asyncio::timeout(shared_.opts.header_timeout, asyncio::throwing(boost::asio::use_awaitable)));
        while (co_await handle_request()) {
        }
        co_await close_in_order();
        co_return;
    } catch (boost::system::system_error const& failure) {
        record.error = failure.code();
    }
    // That the server stops, or that a peer went away between two requests, is no news; all else is.
    if (!asyncio::is_expected_shutdown(record.error))
        shared_.log.write(client_, record);
}

/// Reads a request and answers it. Returns whether there may be another one.
template <class Stream> boost::asio::awaitable<bool> session<Stream>::handle_request() {
    request_parser parser;
    parser.header_limit(shared_.opts.header_limit);
    parser.body_limit(boost::none); // no body is ever read; a large one is not the client's mistake

    self_.busy = buffer_.size() != 0;
    auto const read_error = co_await read_header(parser);
    if (!self_.busy) {
        // Nothing of a request has come. Silence, and a client that leaves, are how connections end; many leave TLS
        // without a goodbye, and here nothing can have been cut off.
        if (read_error != asyncio::errc::eof && read_error != asyncio::errc::timed_out)
            asyncio::throw_error(read_error);
        co_return false;
    }

    access_record record;
    bool keep = false;
    try {
        if (read_error) {
            record.error = read_error;
            if (deserves_reply(read_error)) {
                auto answer = failure_reply(read_error);
                answer.head().keep_alive(false);
                co_await send(answer, record);
            }
        } else {
            auto const& req = parser.get();
            record.request_line = line_of(req);
            auto answer = shared_.pages.answer(req);
            // A body that is left unread can't be told from the next request.
            keep = req.keep_alive() && parser.is_done() && !shared_.stopping;
            answer.head().keep_alive(keep);
            co_await send(answer, record);
        }
    } catch (boost::system::system_error const& failure) {
        record.error = failure.code();
        keep = false;
        // The peer waits for what it was promised: only the end of the connection tells it that no more will come.
        boost::system::error_code ignored;
        socket().close(ignored);
    }
    self_.busy = false;
    shared_.log.write(client_, record);
    co_return keep && !shared_.stopping;
}

/// Reads up to the end of a header. Sets `busy` at its first byte.
template <class Stream>
boost::asio::awaitable<boost::system::error_code> session<Stream>::read_header(request_parser& parser) {
    namespace asio = boost::asio;
    constexpr std::size_t piece = 4096;
    auto deadline = clock::now() + (self_.busy ? shared_.opts.header_timeout : shared_.opts.idle_timeout);
    for (;;) {
        error_code error;
        if (buffer_.size() != 0) {
            buffer_.consume(parser.put(buffer_.data(), error));
            if (error != http::error::need_more)
                co_return error;
            // A read that is ready succeeds however late it is. Who trickles must not get by with that.
            if (clock::now() >= deadline)
                co_return make_error_code(asyncio::errc::timed_out);
        }
        // [read_header]
        auto const space = buffer_.prepare(piece);
        auto const [read_error, n] =
            co_await stream_.async_read_some(space, asyncio::timeout_at(deadline, asio::as_tuple(asio::use_awaitable)));
        buffer_.commit(n);
        // [/read_header]
        if (read_error) {
            if (read_error == asio::error::eof && parser.got_some()) {
                parser.put_eof(error); // "partial message"
                co_return error;
            }
            co_return read_error;
        }
        if (!self_.busy) {
            self_.busy = true;
            deadline = clock::now() + shared_.opts.header_timeout;
        }
    }
}

/// Sends an answer, and notes in the record how far that got.
template <class Stream> boost::asio::awaitable<void> session<Stream>::send(reply& answer, access_record& record) {
    auto const stall = shared_.opts.send_timeout;
    auto const wire = answer.to_wire();
    record.status = answer.status();
    co_await send_text(stream_, wire, stall);
    if (answer.file().is_open())
        co_await send_part(stream_, answer.file(), answer.part(), stall, record.body_bytes);
    else
        record.body_bytes = answer.text_size();
}

/// Says goodbye, and reads what the client still sends: to close a socket with data unread in it is a reset, which can
/// overtake the answer.
template <class Stream> boost::asio::awaitable<void> session<Stream>::close_in_order() {
    namespace asio = boost::asio;
    if (!socket().is_open())
        co_return;
    auto const deadline = clock::now() + linger_time;
    if constexpr (!is_plain) {
        auto const [error] =
            co_await stream_.async_shutdown(asyncio::timeout_at(deadline, asio::as_tuple(asio::use_awaitable)));
        if (error == asyncio::errc::timed_out)
            co_return;
    }
    error_code error;
    socket().shutdown(asio::socket_base::shutdown_send, error);
    std::array<char, 4096> ignored;
    while (!error && clock::now() < deadline) {
        auto const result = co_await socket().async_read_some(
            asio::buffer(ignored), asyncio::timeout_at(deadline, asio::as_tuple(asio::use_awaitable)));
        error = std::get<0>(result);
    }
}

template <class Stream> std::string session<Stream>::name_of(Stream const& stream) {
    error_code error;
    auto const peer = stream.lowest_layer().remote_endpoint(error);
    if (error)
        return "-"; // it has left already
    auto const address = peer.address().to_string();
    return (peer.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(peer.port());
}

template <class Stream> std::string session<Stream>::line_of(request const& req) {
    std::string line(to_std(req.method_string()));
    line += ' ';
    line += to_std(req.target());
    line += req.version() == 11 ? " HTTP/1.1" : " HTTP/1.0";
    return line;
}

} // namespace file_server

#endif // FILE_SERVER_SESSION_HPP
