//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "costs/cases.hpp"

#include <asyncio/sendfile.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <pthread.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

// A file into a socket that is never full. The system calls of each case include the one that empties it; those that
// may wait are counted twice.

namespace {

using namespace asyncio_bench;
namespace asio = boost::asio;
using executor = asio::io_context::executor_type;
constexpr asio::use_awaitable_t<executor> use_task;

constexpr std::size_t small = 1024;
constexpr std::size_t large = 40'000;

class connection {
public:
    explicit connection(asio::io_context& context) : sender(context), receiver_(context), file_(std::tmpfile()) {
        asio::local::connect_pair(sender, receiver_);
        std::array<char, large> const content{};
        if (!file_ || std::fwrite(content.data(), 1, large, file_) != large || std::fflush(file_) != 0)
            std::abort();
    }
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;
    ~connection() { std::fclose(file_); }

    int file() const { return ::fileno(file_); }
    void receive(std::size_t n) {
        if (::recv(receiver_.native_handle(), block_.data(), block_.size(), 0) != static_cast<ssize_t>(n))
            std::abort();
    }

    asio::basic_stream_socket<asio::local::stream_protocol, executor> sender;

private:
    asio::basic_stream_socket<asio::local::stream_protocol, executor> receiver_;
    std::FILE* file_;
    std::array<char, 2 * large> block_;
};

// The least that never raises SIGPIPE.
void send_by_hand(connection& to, std::size_t size) {
    sigset_t pipe;
    sigset_t old;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    off_t position = 0;
    ::pthread_sigmask(SIG_BLOCK, &pipe, &old);
    keep(::sendfile(to.sender.native_handle(), to.file(), &position, size));
    ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

asio::awaitable<void, executor> by_hand(connection& to, std::size_t size) {
    send_by_hand(to, size);
    co_return;
}

asio::awaitable<void, executor> by_hand_and_post(connection& to, std::size_t size) {
    send_by_hand(to, size);
    co_await asio::post(use_task);
}

asio::awaitable<void, executor> synchronous(connection& to, std::size_t size) {
    keep(asyncio::sendfile(to.sender, to.file(), {.count = size}));
    co_return;
}

template <class Send> void run(Send send, std::size_t size, std::size_t n) {
    asio::io_context context(1);
    connection to(context);
    auto const body = [&]() -> asio::awaitable<void, executor> {
        for (std::size_t i = 0; i != n; ++i) {
            co_await send(to, size);
            to.receive(size);
        }
    };
    asio::co_spawn(context, body(), asio::detached);
    context.run();
}

auto const await = [](connection& to, std::size_t size) {
    return asyncio::co_sendfile(to.sender, to.file(), {.count = size});
};
auto const token = [](connection& to, std::size_t size) {
    return asyncio::async_sendfile(to.sender, to.file(), {.count = size}, use_task);
};

counted_case const c1("sendfile/by_hand", [](std::size_t n) { run(by_hand, large, n); });
counted_case const c2("sendfile/synchronous", [](std::size_t n) { run(synchronous, large, n); });
counted_case const c3("sendfile/await", [](std::size_t n) { run(await, large, n); });
counted_case const c4("sendfile/await_small", [](std::size_t n) { run(await, small, n); });
counted_case const c5("sendfile/by_hand_and_post", [](std::size_t n) { run(by_hand_and_post, large, n); });
counted_case const c6("sendfile/token", [](std::size_t n) { run(token, large, n); });

} // namespace
