//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "costs/cases.hpp"

#include <asyncio/read_exactly.hpp>
#include <asyncio/stream_reader.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

using namespace asyncio_bench;
namespace asio = boost::asio;
using executor = asio::io_context::executor_type;
using boost::system::error_code;
constexpr asio::use_awaitable_t<executor> use_task;

// A stream that has lines without end, at next to no cost of its own.
class lines {
public:
    using executor_type = executor;

    lines(asio::io_context& context, std::size_t length) noexcept : context_(&context), length_(length) {}

    executor_type get_executor() const noexcept { return context_->get_executor(); }

    std::size_t read_some(asio::mutable_buffer room, error_code& code) {
        code.clear();
        std::size_t const n = std::min<std::size_t>(room.size(), 64 << 10) / length_ * length_;
        auto* const begin = static_cast<char*>(room.data());
        if (begin != filled_ || n != size_) { // otherwise they are there from the last time
            std::memset(begin, 'a', n);
            for (std::size_t i = length_; i <= n; i += length_)
                begin[i - 1] = '\n';
            filled_ = begin;
            size_ = n;
        }
        return n;
    }

    template <class Token> auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto handler, asio::mutable_buffer buffer) {
                error_code code;
                std::size_t const n = read_some(buffer, code);
                asio::post(*context_, [h = std::move(handler), n]() mutable { std::move(h)(error_code(), n); });
            },
            token, room);
    }

private:
    asio::io_context* context_;
    std::size_t length_;
    char* filled_ = nullptr;
    std::size_t size_ = 0;
};

// ---- records of a full buffer: by hand, which is the floor, and by three forms of the reader
//
// What the first reads cost, which make the buffer grow, isn't counted.

constexpr std::size_t first_reads = 3000;

void line_by_hand(std::size_t length, std::size_t n) {
    asio::io_context context(1);
    lines stream(context, length);
    std::vector<char> buffer(64 << 10);
    std::size_t begin = 0;
    std::size_t end = 0;
    for (std::size_t i = 0; i != n + first_reads; ++i) {
        if (begin == end) {
            error_code code;
            begin = 0;
            end = stream.read_some(asio::buffer(buffer), code);
        }
        auto const* const found = static_cast<char const*>(std::memchr(buffer.data() + begin, '\n', end - begin));
        keep(buffer.data() + begin);
        begin = static_cast<std::size_t>(found - buffer.data()) + 1;
    }
}

void try_line(std::size_t length, std::size_t n) {
    asio::io_context context(1);
    asyncio::stream_reader reader(lines(context, length));
    error_code code;
    for (std::size_t i = 0; i != n + first_reads; ++i) {
        std::string_view line = reader.try_read_until('\n', code);
        if (code)
            line = reader.read_until('\n');
        keep(line.data());
    }
}

void try_exactly(std::size_t n) {
    asio::io_context context(1);
    asyncio::stream_reader reader(lines(context, 64));
    error_code code;
    for (std::size_t i = 0; i != n + first_reads; ++i) {
        std::string_view bytes = reader.try_read_exactly(64, code);
        if (code)
            bytes = reader.read_exactly(64);
        keep(bytes.data());
    }
}

asio::awaitable<void, executor> await_lines(asio::io_context& context, std::size_t n) {
    asyncio::stream_reader reader(lines(context, 64));
    for (std::size_t i = 0; i != n + first_reads; ++i) {
        std::string_view const line = co_await reader.co_read_until('\n');
        keep(line.data());
    }
}

asio::awaitable<void, executor> await_exactly(asio::io_context& context, std::size_t n) {
    asyncio::stream_reader reader(lines(context, 64));
    for (std::size_t i = 0; i != n + first_reads; ++i) {
        std::string_view const bytes = co_await reader.co_read_exactly(64);
        keep(bytes.data());
    }
}

asio::awaitable<void, executor> initiate_exactly(asio::io_context& context, std::size_t n) {
    asyncio::stream_reader reader(lines(context, 64));
    for (std::size_t i = 0; i != n + first_reads; ++i) {
        std::string_view const bytes = co_await reader.async_read_exactly(64, use_task);
        keep(bytes.data());
    }
}

// The floor of every token that isn't completed on the spot.
asio::awaitable<void, executor> post(asio::io_context& context, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i)
        co_await asio::post(context.get_executor(), use_task);
}

template <class Body> void run(Body body, std::size_t n) {
    asio::io_context context(1);
    asio::co_spawn(context, body(context, n), asio::detached);
    context.run();
}

// ---- one record in pieces of 1 KiB, of which each must cost the same

void large_record(std::size_t n) {
    std::string const piece(1024, 'x');
    asyncio::detail::reader_core core((n + first_reads) * piece.size());
    auto const request = asyncio::detail::read_request::until('\n');
    for (std::size_t i = 0; i != n + first_reads; ++i) {
        auto const room = core.prepare();
        std::memcpy(room.data(), piece.data(), piece.size());
        core.received({}, piece.size());
        asyncio::detail::read_outcome outcome;
        keep(core.poll(request, outcome));
    }
}

// ---- 64 bytes from a socket, by Asio and by ours

template <class Read> class socket_reads {
public:
    socket_reads(Read read, std::size_t n) : read_(read), left_(n) { asio::local::connect_pair(ours_, theirs_); }

    void run() {
        next();
        context_.run();
    }

private:
    using socket = asio::basic_stream_socket<asio::local::stream_protocol, executor>;

    void next() {
        if (left_-- == 0)
            return;
        if (::write(theirs_.native_handle(), bytes_.data(), bytes_.size()) < 0)
            std::abort();
        read_(ours_, asio::buffer(bytes_), [this](error_code code, std::size_t got) {
            if (code || got != bytes_.size())
                std::abort();
            next();
        });
    }

    Read read_;
    std::size_t left_;
    asio::io_context context_{1};
    socket ours_{context_};
    socket theirs_{context_};
    std::array<char, 64> bytes_{};
};

template <class Read> void read_socket(Read read, std::size_t n) {
    socket_reads<Read>(read, n).run();
}

counted_case const hand_64("reads/line_64_by_hand", [](std::size_t n) { line_by_hand(64, n); });
counted_case const try_64("reads/line_64_try", [](std::size_t n) { try_line(64, n); });
counted_case const await_64("reads/line_64_await", [](std::size_t n) { run(await_lines, n); });
counted_case const hand_4096("reads/line_4096_by_hand", [](std::size_t n) { line_by_hand(4096, n); });
counted_case const try_4096("reads/line_4096_try", [](std::size_t n) { try_line(4096, n); });
counted_case const exactly_try("reads/exactly_64_try", [](std::size_t n) { try_exactly(n); });
counted_case const exactly_await("reads/exactly_64_await", [](std::size_t n) { run(await_exactly, n); });
counted_case const exactly_token("reads/exactly_64_token", [](std::size_t n) { run(initiate_exactly, n); });
counted_case const bare_post("reads/bare_post", [](std::size_t n) { run(post, n); });
counted_case const kibibyte("reads/kibibyte_of_a_large_record", [](std::size_t n) { large_record(n); });
counted_case const asio_unbuffered("reads/asio_async_read", [](std::size_t n) {
    read_socket([](auto& s, auto buffer, auto handler) { asio::async_read(s, buffer, std::move(handler)); }, n);
});
counted_case const unbuffered("reads/async_read_exactly", [](std::size_t n) {
    read_socket([](auto& s, auto buffer, auto handler) { asyncio::async_read_exactly(s, buffer, std::move(handler)); },
                n);
});

} // namespace
