//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_SERVER_HPP
#define FILE_SERVER_SERVER_HPP

#include "access_log.hpp"
#include "connection.hpp"
#include "options.hpp"
#include "site.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#if defined(FILE_SERVER_HAS_TLS)
#include <boost/asio/ssl/context.hpp>
#endif

#include <list>
#include <optional>
#include <string>

namespace file_server {

/// Listens, serves each connection in a coroutine of its own, and stops in good order.
///
/// Made for an `io_context` that is run by one thread: that is the strand of everything here.
class server {
public:
    /// Opens the root, the certificate and the listening socket; throws `boost::system::system_error`.
    server(boost::asio::io_context& context, options const& opts);

    /// Where to find it: `http://127.0.0.1:8080`.
    std::string url() const;

    /// Serves until SIGINT or SIGTERM, and then until the transfers under way are done or the grace period is over. A
    /// second signal ends it.
    boost::asio::awaitable<void> run();

    access_log const& log() const noexcept { return log_; }

private:
    boost::asio::awaitable<void> accept_loop();
    boost::asio::awaitable<void> drain();
    void start(boost::asio::ip::tcp::socket socket);
    boost::asio::awaitable<void> serve_one(boost::asio::ip::tcp::socket socket, connection& self);
    void cut_off();

    options const& opts_;
    site pages_;
    access_log log_;
    service shared_{opts_, pages_, log_};
#if defined(FILE_SERVER_HAS_TLS)
    std::optional<boost::asio::ssl::context> tls_;
#endif
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::signal_set signals_;
    boost::asio::cancellation_signal stop_accepting_;
    // An event: never expires, is cancelled whenever a connection has ended.
    boost::asio::steady_timer one_ended_;
    std::list<connection> connections_;
};

} // namespace file_server

#endif // FILE_SERVER_SERVER_HPP
