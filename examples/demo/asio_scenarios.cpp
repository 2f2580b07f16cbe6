//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Failures of plain Asio: sockets, pipes, timers, channels.
#include "read_line.hpp"
#include "scenario.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cerrno>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace demo {
namespace {

using asyncio::errc;

#ifdef TCP_USER_TIMEOUT
// The peer takes no more, and the kernel is told not to wait for it.
class kernel_gives_up {
public:
    explicit kernel_gives_up(asio::io_context& io) : peers_(io), data_(8 << 20) {
        unsigned const milliseconds = 50;
        if (::setsockopt(peers_.near.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds)
            != 0)
            throw std::system_error(errno, std::system_category(), "TCP_USER_TIMEOUT");
    }

    template <class Token> auto start(Token&& token) {
        return asio::async_write(peers_.near, asio::buffer(data_), std::forward<Token>(token));
    }

private:
    connection peers_;
    std::vector<char> data_;
};
#endif

class read_cancelled {
public:
    explicit read_cancelled(asio::io_context& io) : peers_(io) { asio::write(peers_.far, asio::buffer("abc", 3)); }

    template <class Token> auto start(Token&& token) {
        asio::post(peers_.near.get_executor(), [this] { signal_.emit(asio::cancellation_type::terminal); });
        return asio::async_read(peers_.near, asio::buffer(data_),
                                asio::bind_cancellation_slot(signal_.slot(), std::forward<Token>(token)));
    }

private:
    connection peers_;
    asio::cancellation_signal signal_;
    std::array<char, 10> data_;
};

class timer_cancelled {
public:
    explicit timer_cancelled(asio::io_context& io) : timer_(io, std::chrono::hours(1)) {}

    template <class Token> auto start(Token&& token) {
        asio::post(timer_.get_executor(), [this] { timer_.cancel(); });
        return timer_.async_wait(std::forward<Token>(token));
    }

private:
    asio::steady_timer timer_;
};

class channel_cancelled {
public:
    explicit channel_cancelled(asio::io_context& io) : channel_(io) {}

    template <class Token> auto start(Token&& token) {
        asio::post(channel_.get_executor(), [this] { channel_.cancel(); });
        return channel_.async_receive(std::forward<Token>(token));
    }

private:
    asio::experimental::channel<void(error_code, std::string)> channel_;
};

class peer_leaves_inside_a_record {
public:
    explicit peer_leaves_inside_a_record(asio::io_context& io) : peers_(io) {
        asio::write(peers_.far, asio::buffer("abc", 3));
        peers_.far.close();
    }

    template <class Token> auto start(Token&& token) {
        return asio::async_read(peers_.near, asio::buffer(data_), std::forward<Token>(token));
    }

private:
    connection peers_;
    std::array<char, 10> data_;
};

class pipe_ends_between_records {
public:
    explicit pipe_ends_between_records(asio::io_context& io) : reader_(io), writer_(io) {
        asio::connect_pipe(reader_, writer_);
        writer_.close();
    }

    template <class Token> auto start(Token&& token) {
        return asio::async_read(reader_, asio::buffer(data_), std::forward<Token>(token));
    }

private:
    asio::readable_pipe reader_;
    asio::writable_pipe writer_;
    std::array<char, 10> data_;
};

class line_is_too_long {
public:
    explicit line_is_too_long(asio::io_context& io) : peers_(io) {
        asio::write(peers_.far, asio::buffer("a line of more than sixteen bytes\n", 34));
    }

    template <class Token> auto start(Token&& token) {
        return async_read_line(peers_.near, line_, 16, std::forward<Token>(token));
    }

private:
    connection peers_;
    std::string line_;
};

} // namespace

void observe_asio(observations& all) {
#ifdef TCP_USER_TIMEOUT
    observe<kernel_gives_up>(all, {.story = "the kernel gives a silent peer up",
                                   .code = "system:" + std::to_string(ETIMEDOUT),
                                   .conditions = {errc::timed_out},
                                   .exception = "timeout_error",
                                   .bytes = {},
                                   .posix = "timed_out"});
#endif
    observe<timer_cancelled>(all, {.story = "a timer is cancelled",
                                   .code = "system:" + std::to_string(ECANCELED),
                                   .conditions = {errc::cancelled},
                                   .exception = "cancelled_error",
                                   .bytes = 0,
                                   .posix = "operation_canceled"});
    observe<read_cancelled>(all, {.story = "a read of 10 is cancelled after 3 bytes",
                                  .code = "system:" + std::to_string(ECANCELED),
                                  .conditions = {errc::cancelled},
                                  .exception = "cancelled_error",
                                  .bytes = 3,
                                  .posix = "operation_canceled"});
    observe<channel_cancelled>(all, {.story = "a channel is cancelled",
                                     .code = "asio.channel:2",
                                     .conditions = {errc::cancelled},
                                     .exception = "cancelled_error",
                                     .bytes = 0});
    observe<peer_leaves_inside_a_record>(all, {.story = "the peer leaves after 3 of 10 bytes",
                                               .code = "asio.misc:2",
                                               .conditions = {errc::incomplete_read, errc::eof},
                                               .exception = "incomplete_read_error",
                                               .bytes = 3});
    observe<pipe_ends_between_records>(all, {.story = "a pipe ends between two records",
                                             .code = "asio.misc:2",
                                             .conditions = {errc::incomplete_read, errc::eof},
                                             .exception = "incomplete_read_error",
                                             .bytes = 0});
    observe<line_is_too_long>(all, {.story = "a line outgrows its limit of 16 bytes",
                                    .code = "asyncio:6",
                                    .conditions = {errc::limit_overrun},
                                    .exception = "limit_overrun_error",
                                    .bytes = 16});
}

} // namespace demo
