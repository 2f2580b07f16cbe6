//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_CONNECTION_HPP
#define FILE_SERVER_CONNECTION_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>

#if defined(FILE_SERVER_HAS_TLS)
#include <boost/asio/ssl/context.hpp>
#endif

namespace file_server {

class access_log;
class site;
struct options;

/// What the server and the coroutine that serves a connection know of each other.
struct connection {
    /// Ends whatever the connection is waiting for.
    boost::asio::cancellation_signal stop;

    /// Whether the client is owed something: part of a request has arrived, or its answer is under way.
    bool busy = false;
};

/// What the connections share.
struct service {
    options const& opts;
    site const& pages;
    access_log& log;

    /// Whether the server is about to stop: no connection is kept for another request.
    bool stopping = false;
};

/// Serves a connection until it ends, and logs how. Throws only what is no error of the connection.
///
/// All three references must live as long. To be cancelled by `self.stop`, with the type `terminal`.
boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket, service& shared, connection& self);

#if defined(FILE_SERVER_HAS_TLS)
/// The same over TLS.
boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls, service& shared,
                                   connection& self);
#endif

} // namespace file_server

#endif // FILE_SERVER_CONNECTION_HPP
