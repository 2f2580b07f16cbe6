//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/io_fixture.hpp"
#include "support/sockets.hpp"
#include "support/tracker.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string_view>
#include <vector>

// Which operation is ended by which type of cancellation, and what is left of it: the table of doc/timeout.md, a test
// for each row.

namespace {

using namespace asyncio_test;
using namespace std::chrono_literals;
using asio::cancellation_type;
using asio::use_awaitable;
using asio::ip::tcp;
using asyncio::errc;
using asyncio::timeout;
using boost::system::error_code;

constexpr auto soon = 2ms;
constexpr auto late = 1h;
constexpr std::array all_types{cancellation_type::terminal, cancellation_type::partial, cancellation_type::total};

struct types_fixture : io_fixture {
    asio::any_io_executor executor = ctx.get_executor();

    // Until a deadline that was set later has passed as well: the ones before it had their effect, if they have any.
    void pass() {
        asio::steady_timer timer(executor, late);
        tracker<error_code> wait(executor);
        wait.start([&](auto handler) { timer.async_wait(timeout(2 * soon, std::move(handler))); });
        run_until([&] { return wait.done(); });
    }
};

using io_tracker = tracker<error_code, std::size_t>;

BOOST_FIXTURE_TEST_SUITE(timeout_types, types_fixture)

BOOST_AUTO_TEST_CASE(reads_and_writes_of_a_socket) {
    for (auto const type : all_types) {
        auto pair = unix_pair(executor);
        char byte = 0;
        io_tracker read(executor);
        read.start([&](auto handler) {
            pair.first.async_read_some(asio::buffer(&byte, 1), timeout(soon, type, std::move(handler)));
        });
        run();
        BOOST_TEST(read.get<0>() == errc::timed_out);
        BOOST_TEST(read.get<1>() == 0u);

        auto const before = fill(pair.first);
        io_tracker write(executor);
        write.start([&](auto handler) {
            pair.first.async_write_some(asio::buffer("x", 1), timeout(soon, type, std::move(handler)));
        });
        run();
        BOOST_TEST(write.get<0>() == errc::timed_out);
        BOOST_TEST(write.get<1>() == 0u);

        // Nothing was transferred, and the stream goes on.
        std::vector<char> all(before);
        asio::read(pair.second, asio::buffer(all));
        BOOST_TEST(pair.second.available() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(async_read_and_async_write) {
    for (auto const type : all_types) {
        bool const total = type == cancellation_type::total;
        auto pair = unix_pair(executor);
        std::array<char, 4> buffer{};
        io_tracker none(executor);
        none.start([&](auto handler) {
            asio::async_read(pair.first, asio::buffer(buffer), timeout(soon, type, std::move(handler)));
        });
        pass();
        BOOST_TEST(none.done() != total);
        if (!total) {
            BOOST_TEST(none.get<0>() == errc::timed_out);
            BOOST_TEST(none.get<1>() == 0u);
        } else {
            asio::write(pair.second, asio::buffer("0123", 4));
            run();
            BOOST_TEST(!none.get<0>());
        }

        asio::write(pair.second, asio::buffer("ab", 2));
        io_tracker some(executor);
        some.start([&](auto handler) {
            asio::async_read(pair.first, asio::buffer(buffer), timeout(soon, type, std::move(handler)));
        });
        pass();
        BOOST_TEST(some.done() != total);
        if (!total) {
            BOOST_TEST(some.get<0>() == errc::timed_out);
            BOOST_TEST(some.get<1>() == 2u);
            // Read on behind them.
            asio::write(pair.second, asio::buffer("cd", 2));
            asio::read(pair.first, asio::buffer(buffer) + 2);
        } else {
            asio::write(pair.second, asio::buffer("cd", 2));
            run();
            BOOST_TEST(!some.get<0>());
        }
        BOOST_TEST(std::string_view(buffer.data(), 4) == "abcd");

        std::vector<char> much(4'000'000);
        io_tracker write(executor);
        write.start([&](auto handler) {
            asio::async_write(pair.first, asio::buffer(much), timeout(soon, type, std::move(handler)));
        });
        pass();
        BOOST_TEST(write.done() != total);
        std::vector<char> got(much.size());
        if (!total) {
            BOOST_TEST(write.get<0>() == errc::timed_out);
            BOOST_TEST(write.get<1>() > 0u);
            BOOST_TEST(write.get<1>() < much.size());
            // As many were handed over as it says.
            asio::read(pair.second, asio::buffer(got, write.get<1>()));
            BOOST_TEST(pair.second.available() == 0u);
        } else {
            io_tracker read(executor);
            read.start([&](auto handler) { asio::async_read(pair.second, asio::buffer(got), std::move(handler)); });
            run();
            BOOST_TEST(!write.get<0>());
        }
    }
}

BOOST_AUTO_TEST_CASE(an_accept_and_a_timer) {
    for (auto const type : all_types) {
        tcp::acceptor acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        tcp::socket peer(executor);
        asio::steady_timer timer(executor, late);
        auto const expiry = timer.expiry();
        tracker<error_code> accept(executor), wait(executor);
        accept.start([&](auto handler) { acceptor.async_accept(peer, timeout(soon, type, std::move(handler))); });
        wait.start([&](auto handler) { timer.async_wait(timeout(soon, type, std::move(handler))); });
        run();
        BOOST_TEST(accept.get<0>() == errc::timed_out);
        BOOST_TEST(wait.get<0>() == errc::timed_out);
        BOOST_TEST((timer.expiry() == expiry));
        tcp::socket client(executor);
        client.connect(acceptor.local_endpoint());
        acceptor.accept(peer);
        BOOST_TEST(peer.is_open());
    }
}

// A listener whose backlog is full answers no more: the attempts hang.
BOOST_AUTO_TEST_CASE(a_connect_that_nobody_answers) {
    for (auto const type : all_types) {
        tcp::acceptor acceptor(executor);
        tcp::endpoint const any(asio::ip::address_v4::loopback(), 0);
        acceptor.open(any.protocol());
        acceptor.bind(any);
        acceptor.listen(0);
        std::vector<tcp::socket> sockets;
        error_code last;
        while (!last && sockets.size() != 16) {
            sockets.emplace_back(executor);
            tracker<error_code> connect(executor);
            connect.start([&](auto handler) {
                sockets.back().async_connect(acceptor.local_endpoint(), timeout(50ms, type, std::move(handler)));
            });
            run();
            last = connect.get<0>();
        }
        BOOST_TEST(last == make_error_code(errc::timed_out));
        // The attempt goes on until the socket is closed.
        BOOST_TEST(sockets.back().is_open());
    }
}

BOOST_AUTO_TEST_CASE(a_channel) {
    using channel = asio::experimental::channel<void(error_code, std::size_t)>;
    for (auto const type : all_types) {
        channel c(executor);
        io_tracker receive(executor);
        receive.start([&](auto handler) { c.async_receive(timeout(soon, type, std::move(handler))); });
        run();
        BOOST_TEST(receive.get<0>() == errc::timed_out);

        tracker<error_code> send(executor);
        send.start([&](auto handler) { c.async_send(error_code(), 1u, timeout(soon, type, std::move(handler))); });
        run();
        BOOST_TEST(send.get<0>() == errc::timed_out);

        // The message that timed out was not sent, and the next one is.
        io_tracker next(executor);
        next.start([&](auto handler) { c.async_receive(timeout(late, type, std::move(handler))); });
        BOOST_TEST(c.try_send(error_code(), 2u));
        run();
        BOOST_TEST(next.get<1>() == 2u);
    }
}

BOOST_AUTO_TEST_CASE(a_tls_read) {
    namespace ssl = asio::ssl;
    auto const anonymous = [](ssl::context& context) {
        SSL_CTX_set_security_level(context.native_handle(), 0);
        BOOST_TEST_REQUIRE(SSL_CTX_set_cipher_list(context.native_handle(), "aNULL") == 1);
    };
    for (auto const type : all_types) {
        bool const terminal = type == cancellation_type::terminal;
        ssl::context server(ssl::context::tlsv12), client(ssl::context::tlsv12);
        anonymous(server);
        anonymous(client);
        auto pair = tcp_pair(executor);
        ssl::stream<tcp_socket&> first(pair.first, server), second(pair.second, client);
        error_code a, b;
        first.async_handshake(ssl::stream_base::server, [&](error_code ec) { a = ec; });
        second.async_handshake(ssl::stream_base::client, [&](error_code ec) { b = ec; });
        run();
        BOOST_TEST(!a);
        BOOST_TEST(!b);

        char byte = 0;
        io_tracker read(executor);
        read.start([&](auto handler) {
            first.async_read_some(asio::buffer(&byte, 1), timeout(soon, type, std::move(handler)));
        });
        pass();
        BOOST_TEST(read.done() == terminal);
        if (terminal) {
            BOOST_TEST(read.get<0>() == errc::timed_out);
            BOOST_TEST(read.get<1>() == 0u);
        } else {
            asio::write(second, asio::buffer("x", 1));
            run();
            BOOST_TEST(!read.get<0>());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_coroutine) {
    auto const body = [](asio::steady_timer& t, bool enable) -> asio::awaitable<void> {
        if (enable)
            co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        co_await t.async_wait(use_awaitable);
    };
    for (auto const type : all_types) {
        for (bool const enabled : {false, true}) {
            asio::steady_timer timer(executor, late);
            std::exception_ptr result;
            bool done = false;
            asio::co_spawn(ctx, body(timer, enabled), timeout(soon, type, [&](std::exception_ptr e) {
                               result = e;
                               done = true;
                           }));
            pass();
            BOOST_TEST(done == (enabled || type == cancellation_type::terminal));
            timer.cancel();
            run();
            // Whatever cancelled it: the deadline had passed by then.
            BOOST_TEST(asyncio::to_error_code(result) == errc::timed_out);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_resolver_knows_no_cancellation_of_an_operation) {
    for (auto const type : all_types) {
        tcp::resolver resolver(executor);
        tracker<error_code, tcp::resolver::results_type> resolve(executor);
        // Numeric: answered without asking anybody.
        resolve.start([&](auto handler) {
            resolver.async_resolve("127.0.0.1", "80", tcp::resolver::numeric_host | tcp::resolver::numeric_service,
                                   timeout(0s, type, std::move(handler)));
        });
        run();
        BOOST_TEST(!resolve.get<0>());
        BOOST_TEST(resolve.get<1>().size() == 1u);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
