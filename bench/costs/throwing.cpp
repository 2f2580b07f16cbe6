//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "costs/cases.hpp"

#include <asyncio/throwing.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/assert/source_location.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>

namespace {

using namespace asyncio_bench;
namespace asio = boost::asio;
using socket_type = asio::local::stream_protocol::socket;

template <class Token>
asio::awaitable<void> read_bytes(socket_type& reader, socket_type& writer, Token token, std::size_t n) {
    char byte = 0;
    for (std::size_t i = 0; i != n; ++i) {
        asio::write(writer, asio::buffer(&byte, 1));
        std::size_t const got = co_await reader.async_read_some(asio::buffer(&byte, 1), token);
        keep(got);
    }
}

// A byte is there each time, so that the read succeeds at once.
template <class Token> void read_ready(Token token, std::size_t n) {
    asio::io_context ctx(1);
    socket_type reader(ctx), writer(ctx);
    asio::local::connect_pair(reader, writer);
    asio::co_spawn(ctx, read_bytes(reader, writer, token, n), [](std::exception_ptr e) {
        if (e)
            std::rethrow_exception(e);
    });
    ctx.run();
}

// Completes through the context as a read at the end of its stream does; the code says where Asio made it.
class initiate_end {
public:
    explicit initiate_end(asio::io_context& ctx) noexcept : ctx_(&ctx) {}

    template <class Handler> void operator()(Handler handler) const {
        static constexpr boost::source_location where = BOOST_CURRENT_LOCATION;
        boost::system::error_code const code(asio::error::eof, &where);
        asio::post(*ctx_, asio::append(std::move(handler), code, std::size_t(3)));
    }

private:
    asio::io_context* ctx_;
};

template <class Token> asio::awaitable<void> catch_ends(asio::io_context& ctx, Token token, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i) {
        try {
            initiate_end const initiation(ctx);
            co_await asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(initiation, token);
        } catch (boost::system::system_error const& e) {
            keep(e);
        }
    }
}

template <class Token> void fail_read(Token token, std::size_t n) {
    asio::io_context ctx(1);
    asio::co_spawn(ctx, catch_ends(ctx, token, n), asio::detached);
    ctx.run();
}

counted_case const plain("throwing/plain_read", [](std::size_t n) { read_ready(asio::use_awaitable, n); });
counted_case const ours("throwing/read", [](std::size_t n) { read_ready(asyncio::throwing(asio::use_awaitable), n); });
counted_case const plain_failure("throwing/plain_failed_read",
                                 [](std::size_t n) { fail_read(asio::use_awaitable, n); });
counted_case const our_failure("throwing/failed_read",
                               [](std::size_t n) { fail_read(asyncio::throwing(asio::use_awaitable), n); });

} // namespace
