//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Typed exceptions in coroutines: a client that reads records, connects again when that fails, and can be stopped.
#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using asio::ip::tcp;
using asyncio::throwing;

// [session]
// Reads records of 8 bytes until the peer leaves.
asio::awaitable<void> read_records(tcp::socket& socket) {
    std::array<char, 8> record;
    for (;;) {
        try {
            co_await asio::async_read(socket, asio::buffer(record), throwing(asio::use_awaitable));
            std::cout << "record: " << std::string(record.data(), record.size()) << '\n';
        } catch (asyncio::incomplete_read_error const& e) {
            if (e.transferred() == 0)
                co_return; // between two records
            throw;         // inside one
        }
    }
}
// [/session]

// [retry]
// Connects and reads, again and again, until it is cancelled.
asio::awaitable<void> follow(tcp::endpoint server, int& failures) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        try {
            tcp::socket socket(co_await asio::this_coro::executor);
            co_await socket.async_connect(server, throwing(asio::use_awaitable));
            co_await read_records(socket);
        } catch (std::exception const& e) {
            asyncio::rethrow_if_cancelled(std::current_exception()); // or this loop would never end
            std::cout << "failed: " << e.what() << '\n';
            ++failures;
        }
        pause.expires_after(std::chrono::milliseconds(10)); // outside the handler: it can't co_await
        co_await pause.async_wait(throwing(asio::use_awaitable));
    }
}
// [/retry]

// The other side of it, in two connections.
asio::awaitable<void> serve(tcp::acceptor& acceptor, asio::cancellation_signal& stop) {
    for (std::string const sent : {"record-1record-2", "record-3rec"}) {
        tcp::socket socket = co_await acceptor.async_accept(throwing(asio::use_awaitable));
        co_await asio::async_write(socket, asio::buffer(sent), throwing(asio::use_awaitable));
    }
    tcp::socket const last = co_await acceptor.async_accept(throwing(asio::use_awaitable));
    stop.emit(asio::cancellation_type::terminal);
}

int main() {
    asio::io_context io;
    asio::cancellation_signal stop;
    tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    int failures = 0;
    bool cancelled = false;

    auto const followed = [&](std::exception_ptr const& exception) {
        cancelled = asyncio::is_cancelled(exception);
        std::cout << (cancelled ? "stopped\n" : "ended otherwise\n");
    };
    auto const served = [](std::exception_ptr const& exception) {
        if (exception)
            std::rethrow_exception(exception);
    };
    asio::co_spawn(io, serve(acceptor, stop), served);
    asio::co_spawn(io, follow(acceptor.local_endpoint(), failures),
                   asio::bind_cancellation_slot(stop.slot(), followed));
    io.run();
    return cancelled && failures == 1 ? 0 : 1;
}
