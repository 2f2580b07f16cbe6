//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "transfer.hpp"

#include "support/io_fixture.hpp"
#include "support/sockets.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

// The rule for slow clients, without waiting for any: every deadline has passed when its transfer starts.

using namespace asyncio_test;

namespace {

constexpr std::chrono::milliseconds no_time{0};

// A file of many sizes of a socket's buffer.
class content_file {
public:
    explicit content_file(std::size_t size) : content_(size, '\0') {
        for (std::size_t i = 0; i < size; ++i)
            content_[i] = static_cast<char>(i * 2654435761u >> 16);
        std::FILE* const file = std::tmpfile();
        BOOST_TEST_REQUIRE(file);
        BOOST_TEST_REQUIRE(std::fwrite(content_.data(), 1, size, file) == size);
        std::fflush(file);
        file_ = file_server::descriptor(::dup(::fileno(file)));
        std::fclose(file);
    }

    std::string const& content() const noexcept { return content_; }
    file_server::descriptor const& file() const noexcept { return file_; }

private:
    std::string content_;
    file_server::descriptor file_;
};

// Takes what has arrived, whenever it is its turn.
class client {
public:
    explicit client(unix_socket& socket) : socket_(socket), block_(1 << 20) { socket.non_blocking(true); }

    // Until so many have come.
    void start(std::size_t until) {
        boost::system::error_code ec;
        received_.append(block_.data(), socket_.read_some(asio::buffer(block_), ec));
        if (received_.size() < until)
            asio::post(socket_.get_executor(), [this, until] { start(until); });
    }

    std::string const& received() const noexcept { return received_; }

private:
    unix_socket& socket_;
    std::vector<char> block_;
    std::string received_;
};

struct sending {
    std::uint64_t sent = 0;
    bool ended = false;
    std::exception_ptr failure;

    void start(io_fixture& io, unix_socket& socket, content_file const& file) {
        asio::co_spawn(io.ctx, file_server::send_part(socket, file.file(), {0, file.content().size()}, no_time, sent),
                       [this](std::exception_ptr e) {
                           failure = e;
                           ended = true;
                       });
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(file_server_transfer)

BOOST_FIXTURE_TEST_CASE(a_client_that_is_slow_but_moves_gets_all, io_fixture) {
    content_file const file(5'000'000);
    auto pair = unix_pair(ctx.get_executor());
    sending s;
    s.start(*this, pair.first, file);
    client c(pair.second);
    c.start(file.content().size());
    run();
    BOOST_TEST(s.ended);
    BOOST_TEST(!s.failure);
    BOOST_TEST(s.sent == file.content().size());
    BOOST_TEST((c.received() == file.content()));
}

BOOST_FIXTURE_TEST_CASE(a_client_that_stops_moving_is_given_up, io_fixture) {
    content_file const file(5'000'000);
    auto pair = unix_pair(ctx.get_executor());
    sending s;
    s.start(*this, pair.first, file);
    client c(pair.second);
    c.start(2'000'000);
    run();
    BOOST_TEST(s.ended);
    BOOST_CHECK_THROW(std::rethrow_exception(s.failure), asyncio::timeout_error);
    BOOST_TEST(s.sent >= c.received().size());
    BOOST_TEST(s.sent < file.content().size());
    // What was counted as sent comes out, to the byte.
    c.start(s.sent);
    run();
    BOOST_TEST((c.received() == file.content().substr(0, s.sent)));
    BOOST_TEST(pair.second.available() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
