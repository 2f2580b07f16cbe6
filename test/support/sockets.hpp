//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SUPPORT_SOCKETS_HPP
#define ASYNCIO_ERRC_TEST_SUPPORT_SOCKETS_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <cstddef>

namespace asyncio_test {

namespace asio = boost::asio;

template <class Socket> struct socket_pair {
    Socket first;
    Socket second;
};

using tcp_socket = asio::ip::tcp::socket;
using unix_socket = asio::local::stream_protocol::socket;

// Two ends of a TCP connection over the loopback device, each with an executor of its own if need be.
inline socket_pair<tcp_socket> tcp_pair(asio::any_io_executor first, asio::any_io_executor second) {
    using asio::ip::tcp;
    tcp::acceptor acceptor(first, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    socket_pair<tcp_socket> pair{tcp_socket(first), tcp_socket(second)};
    pair.second.connect(acceptor.local_endpoint());
    acceptor.accept(pair.first);
    pair.first.set_option(tcp::no_delay(true));
    pair.second.set_option(tcp::no_delay(true));
    return pair;
}
inline socket_pair<tcp_socket> tcp_pair(asio::any_io_executor executor) {
    return tcp_pair(executor, executor);
}

// Two connected Unix stream sockets.
inline socket_pair<unix_socket> unix_pair(asio::any_io_executor executor) {
    socket_pair<unix_socket> pair{unix_socket(executor), unix_socket(executor)};
    asio::local::connect_pair(pair.first, pair.second);
    return pair;
}

// Makes the kernel's buffers small, so that little data fills them. To be called on both ends before data flows.
template <class Socket> void shrink_buffers(Socket& socket, int bytes = 4096) {
    socket.set_option(asio::socket_base::send_buffer_size(bytes));
    socket.set_option(asio::socket_base::receive_buffer_size(bytes));
}

// Writes until the kernel takes no more, so that the next write has to wait. Gives the number of bytes written.
template <class Socket> std::size_t fill(Socket& socket) {
    std::array<char, 65536> const block{};
    bool const was_non_blocking = socket.non_blocking();
    socket.non_blocking(true);
    std::size_t total = 0;
    boost::system::error_code ec;
    for (;;) {
        total += socket.write_some(asio::buffer(block), ec);
        if (ec)
            break;
    }
    socket.non_blocking(was_non_blocking);
    if (ec != asio::error::would_block)
        throw boost::system::system_error(ec, "fill");
    return total;
}

// Closes the connection with a reset: the peer gets `connection_reset`, not an end of stream.
inline void reset(tcp_socket& socket) {
    socket.set_option(asio::socket_base::linger(true, 0));
    socket.close();
}

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_SUPPORT_SOCKETS_HPP
