//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// A read with a deadline, whose peer left: without this library and with it.
#include <asyncio/exceptions.hpp>
#include <asyncio/read_exactly.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
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
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

namespace {

using record = std::array<char, 8>;

// [before]
asio::awaitable<std::string> before(tcp::socket& socket, record& data, std::chrono::milliseconds limit) {
    asio::steady_timer timer(co_await asio::this_coro::executor, limit);
    auto const first = co_await (asio::async_read(socket, asio::buffer(data), asio::use_awaitable)
                                 || timer.async_wait(asio::use_awaitable));
    co_return first.index() == 0 ? "read" : "timed out";
}
// [/before]

// [after]
asio::awaitable<std::string> after(tcp::socket& socket, record& data, std::chrono::milliseconds limit) {
    try {
        co_await asyncio::async_read_exactly(socket, asio::buffer(data),
                                             asyncio::timeout(limit, asyncio::throwing(asio::use_awaitable)));
        co_return "read";
    } catch (asyncio::timeout_error const& e) {
        co_return "timed out, with " + std::to_string(e.transferred()) + " bytes";
    } catch (asyncio::incomplete_read_error const& e) {
        co_return "the peer left, with " + std::to_string(e.transferred()) + " bytes";
    }
}
// [/after]

struct peers {
    explicit peers(asio::io_context& io) : near(io), far(io) {
        tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        near.connect(acceptor.local_endpoint());
        acceptor.accept(far);
        asio::write(far, asio::buffer("abc", 3));
    }

    tcp::socket near;
    tcp::socket far;
};

using function = asio::awaitable<std::string> (*)(tcp::socket&, record&, std::chrono::milliseconds);

bool expect(char const* name, function read, bool peer_leaves, std::chrono::milliseconds limit,
            std::string const& expected) {
    asio::io_context io;
    peers connection(io);
    if (peer_leaves)
        connection.far.close();
    record data;
    std::string seen;
    asio::co_spawn(io, read(connection.near, data, limit), [&seen](std::exception_ptr const& exception, std::string s) {
        if (exception)
            std::rethrow_exception(exception);
        seen = std::move(s);
    });
    auto const start = std::chrono::steady_clock::now();
    io.run();
    auto const took = std::chrono::steady_clock::now() - start;
    std::cout << name << (peer_leaves ? "the peer leaves after 3 bytes: " : "the peer is silent after 3 bytes: ")
              << seen << " (" << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms)\n";
    return seen == expected;
}

} // namespace

int main() {
    bool good = expect("before: ", before, true, 200ms, "timed out");
    good = expect("before: ", before, false, 200ms, "timed out") && good;
    good = expect("after:  ", after, true, 1h, "the peer left, with 3 bytes") && good;
    good = expect("after:  ", after, false, 200ms, "timed out, with 3 bytes") && good;
    return good ? 0 : 1;
}
