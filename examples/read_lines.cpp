//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// A line protocol: records up to a newline, of a limited length. One that is too long is skipped.
#include <asyncio/exceptions.hpp>
#include <asyncio/stream_reader.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace asio = boost::asio;
using asio::ip::tcp;

// [read_lines]
asio::awaitable<void> read_lines(tcp::socket& socket, std::vector<std::string>& log) {
    asyncio::stream_reader reader(socket, 16); // bytes of a line, without its newline
    for (bool rest = false;;) {
        try {
            auto const line = co_await reader.co_read_until('\n');
            if (!rest)
                log.emplace_back(line);
            rest = false;
        } catch (asyncio::limit_overrun_error const& e) {
            if (!rest)
                log.emplace_back("too long");
            reader.consume(e.consumed()); // never a part of a newline
            rest = true;                  // what comes next still belongs to this line
        } catch (asyncio::incomplete_read_error const& e) {
            if (!e.partial().empty())
                log.emplace_back("cut off: " + std::string(e.partial()));
            co_return;
        }
    }
}
// [/read_lines]

int main() {
    asio::io_context io;
    tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    tcp::socket peer(io);
    peer.connect(acceptor.local_endpoint());
    tcp::socket socket = acceptor.accept();
    std::string const sent = "one\ntwo, which is much too long, and then some\nthree\nfou";
    asio::write(peer, asio::buffer(sent));
    peer.close();

    std::vector<std::string> log;
    asio::co_spawn(io, read_lines(socket, log), [](std::exception_ptr const& exception) {
        if (exception)
            std::rethrow_exception(exception);
    });
    io.run();

    for (auto const& line : log)
        std::cout << line << (line.ends_with('\n') ? "" : "\n");
    return log == std::vector<std::string>{"one\n", "too long", "three\n", "cut off: fou"} ? 0 : 1;
}
