//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "server.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <utility>

namespace file_server {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

tcp::endpoint endpoint_of(options const& opts) {
    error_code error;
    auto const address = asio::ip::make_address(opts.address, error);
    if (error)
        throw boost::system::system_error(error, opts.address);
    return {address, opts.port};
}

#if defined(FILE_SERVER_HAS_TLS)
asio::ssl::context make_tls(options const& opts) {
    asio::ssl::context tls(asio::ssl::context::tls_server);
    tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1
                    | asio::ssl::context::no_tlsv1_1);
    tls.use_certificate_chain_file(opts.tls_certificate);
    tls.use_private_key_file(opts.tls_key, asio::ssl::context::pem);
    return tls;
}
#endif

} // namespace

server::server(asio::io_context& context, options const& opts)
    : opts_(opts), pages_(opts), acceptor_(context, endpoint_of(opts)), signals_(context, SIGINT, SIGTERM),
      one_ended_(context, asio::steady_timer::time_point::max()) {
#if defined(FILE_SERVER_HAS_TLS)
    if (!opts.tls_certificate.empty())
        tls_.emplace(make_tls(opts));
#else
    if (!opts.tls_certificate.empty())
        throw boost::system::system_error(asio::error::operation_not_supported, "this build has no TLS");
#endif
}

std::string server::url() const {
    auto const local = acceptor_.local_endpoint();
    auto const address = local.address().to_string();
    return (opts_.tls_certificate.empty() ? "http://" : "https://")
           + (local.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(local.port());
}

asio::awaitable<void> server::run() {
    // If accepting fails for good, so does the program.
    auto const accepting_ended = [](std::exception_ptr failure) {
        if (failure && !asyncio::is_cancelled(failure))
            std::rethrow_exception(failure);
    };
    asio::co_spawn(acceptor_.get_executor(), accept_loop(),
                   asio::bind_cancellation_slot(stop_accepting_.slot(), accepting_ended));

    co_await signals_.async_wait(asyncio::throwing(asio::use_awaitable));
    co_await drain();
}

asio::awaitable<void> server::accept_loop() {
    bool complained = false;
    for (;;) {
        while (connections_.size() >= opts_.max_connections)
            co_await one_ended_.async_wait(asio::as_tuple(asio::use_awaitable));
        auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (error == asyncio::errc::cancelled)
            co_return;
        if (!error) {
            complained = false;
            start(std::move(socket));
            continue;
        }
        if (error == asio::error::connection_aborted)
            continue; // that client has left the queue
        // Out of descriptors or memory, most likely: those who are being served will give some back.
        if (!std::exchange(complained, true))
            std::fprintf(stderr, "accept: %s\n", error.message().c_str());
        asio::steady_timer pause(acceptor_.get_executor(), std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

void server::start(tcp::socket socket) {
    // A head and a short file leave in two packets; the second must not wait until the first is acknowledged.
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);

    connections_.emplace_back();
    auto const self = std::prev(connections_.end());
    auto const ended = [this, self](std::exception_ptr failure) {
        connections_.erase(self);
        one_ended_.cancel();
        if (failure && !asyncio::is_cancelled(failure))
            std::fprintf(stderr, "connection: %s\n", asyncio::to_error_code(failure).message().c_str());
    };
    asio::co_spawn(acceptor_.get_executor(), serve_one(std::move(socket), *self),
                   asio::bind_cancellation_slot(self->stop.slot(), ended));
}

asio::awaitable<void> server::serve_one(tcp::socket socket, connection& self) {
#if defined(FILE_SERVER_HAS_TLS)
    if (tls_)
        return serve(std::move(socket), *tls_, shared_, self);
#endif
    return serve(std::move(socket), shared_, self);
}

void server::cut_off() {
    for (auto& each : connections_)
        each.stop.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> server::drain() {
    stop_accepting_.emit(asio::cancellation_type::terminal);
    acceptor_.close();
    shared_.stopping = true;
    for (auto& each : connections_)
        if (!each.busy)
            each.stop.emit(asio::cancellation_type::terminal);

    signals_.async_wait([this](error_code const& error, int) {
        if (!error)
            cut_off();
    });
    auto const deadline = std::chrono::steady_clock::now() + opts_.grace;
    bool in_time = true;
    // [drain]
    while (!connections_.empty()) {
        // Both ends of this wait are cancellations to Asio. Here one is the event, and the other the deadline.
        auto const until = in_time ? deadline : asio::steady_timer::time_point::max();
        auto const [error] =
            co_await one_ended_.async_wait(asyncio::timeout_at(until, asio::as_tuple(asio::use_awaitable)));
        if (error == asyncio::errc::timed_out) {
            in_time = false;
            cut_off();
        }
    }
    // [/drain]
    signals_.cancel();
}

} // namespace file_server
