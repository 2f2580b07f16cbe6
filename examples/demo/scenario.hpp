//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_EXAMPLES_DEMO_SCENARIO_HPP
#define ASYNCIO_ERRC_EXAMPLES_DEMO_SCENARIO_HPP

#include <asyncio/error_table.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace demo {

namespace asio = boost::asio;
using boost::system::error_code;

// What a failure is to look like.
struct expectation {
    std::string_view story;            // what happens, for the table
    std::string code;                  // the code, as category:value
    asyncio::condition_set conditions; // all that hold for the code, and no other
    std::string_view exception;        // the type that co_await throws
    std::optional<std::size_t> bytes;  // how many were transferred, where that doesn't vary
    std::string_view posix = "";       // the std::errc that the code equals, if any
};

// What it looked like.
struct observation {
    expectation expected;
    std::optional<error_code> code; // what the handler got; empty if it was never called
    std::size_t bytes = 0;
    std::exception_ptr exception; // what co_await threw; null if it threw nothing
};

using observations = std::vector<observation>;

// Nothing here takes long. A program that hangs says nothing, so it gives up.
constexpr std::chrono::seconds patience{20};

inline std::size_t byte_count() noexcept {
    return 0;
}
template <class First, class... Rest> std::size_t byte_count(First const& first, Rest const&...) noexcept {
    if constexpr (std::is_same_v<First, std::size_t>)
        return first;
    else
        return 0;
}

template <class Scenario> asio::awaitable<void> await(Scenario& scenario) {
    co_await scenario.start(asyncio::throwing(asio::use_awaitable));
}

// Makes a failure happen twice: once for a handler, once for a coroutine.
//
// A scenario is built with an io_context, and has `start(token)`, which starts the operation and sees to it that it
// fails.
template <class Scenario> void observe(observations& all, expectation expected) {
    observation seen{expected, {}, 0, {}};
    {
        asio::io_context io;
        Scenario scenario(io);
        scenario.start([&seen](error_code code, auto const&... values) {
            seen.code = code;
            seen.bytes = byte_count(values...);
        });
        io.run_for(patience);
    }
    {
        asio::io_context io;
        Scenario scenario(io);
        asio::co_spawn(io, await(scenario), [&seen](std::exception_ptr exception) { seen.exception = exception; });
        io.run_for(patience);
    }
    all.push_back(std::move(seen));
}

// Two ends of a TCP connection on this machine.
struct connection {
    explicit connection(asio::io_context& io) : near(io), far(io) {
        using asio::ip::tcp;
        tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        near.connect(acceptor.local_endpoint());
        acceptor.accept(far);
    }

    asio::ip::tcp::socket near;
    asio::ip::tcp::socket far;
};

void observe_asio(observations&);
void observe_beast(observations&);
void observe_own(observations&);
void observe_tls(observations&);

} // namespace demo

#endif // ASYNCIO_ERRC_EXAMPLES_DEMO_SCENARIO_HPP
