//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_SENDFILE_HPP
#define ASYNCIO_IMPL_SENDFILE_HPP

#include <asyncio/detail/complete_at_once.hpp>
#include <asyncio/detail/sendfile_buffer.hpp>
#include <asyncio/detail/sendfile_op.hpp>
#include <asyncio/detail/sendfile_transfer.hpp>
#include <asyncio/error_details.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

namespace asyncio {
namespace detail {

inline sendfile_transfer::sendfile_transfer(sendfile_system const& system, sendfile_options const& options) noexcept
    : sendfile_outcome(options.count), system_(&system), offset_(options.offset),
      fallback_(options.fallback == sendfile_fallback::allowed) {
    if (offset_ <= max_offset)
        remaining_ = std::min(std::min(count_.value_or(max_offset), max_offset - offset_), max_count);
    else
        refuse_offset();
}

// Small and copyable: what a deferred operation holds until it is started.
template <class Stream, class Source> class sendfile_initiation {
public:
    using executor_type = typename Stream::executor_type;

    sendfile_initiation(sendfile_system const& system, Stream& stream, Source source)
        : system_(&system), stream_(std::addressof(stream)), source_(source) {}

    executor_type get_executor() const noexcept { return stream_->get_executor(); }

    template <class Handler> void operator()(Handler&& handler, sendfile_options const& options) const {
        using handler_type = std::decay_t<Handler>;
        using allocator_type = boost::asio::associated_allocator_t<handler_type>;
        sendfile_op<Stream, Source, allocator_type> op(*stream_, source_, *system_, options,
                                                       boost::asio::get_associated_allocator(handler));
        if (op.start()) {
            complete_at_once(sendfile_completion(op.outcome()), std::forward<Handler>(handler), get_executor());
        } else {
            handler_type own(std::forward<Handler>(handler));
            boost::asio::async_compose<handler_type, void(boost::system::error_code, std::size_t)>(std::move(op), own,
                                                                                                   *stream_);
        }
    }

private:
    sendfile_system const* system_;
    Stream* stream_;
    Source source_;
};

template <class Stream, class File, class CompletionToken>
auto async_sendfile_on(sendfile_system const& system, Stream& stream, File&& file, sendfile_options options,
                       CompletionToken&& token) {
    auto source = make_sendfile_source(std::forward<File>(file));
    return boost::asio::async_initiate<CompletionToken, void(boost::system::error_code, std::size_t)>(
        sendfile_initiation<Stream, decltype(source)>(system, stream, source), token, options);
}

// What co_sendfile makes of an outcome.
struct throw_sendfile_failure {
    std::size_t operator()(sendfile_outcome const& outcome) const {
        if (outcome.error())
            outcome.throw_failure("co_sendfile");
        return outcome.sent();
    }
};

class store_sendfile_error {
public:
    explicit store_sendfile_error(boost::system::error_code& ec) noexcept : ec_(&ec) {}

    std::size_t operator()(sendfile_outcome const& outcome) const noexcept {
        *ec_ = outcome.error();
        return outcome.sent();
    }

private:
    boost::system::error_code* ec_;
};

template <class Executor, class Stream, class Source, class Result>
boost::asio::awaitable<std::size_t, Executor> co_sendfile_on(sendfile_system const& system, Stream& stream,
                                                             Source source, sendfile_options options, Result result) {
    constexpr boost::asio::use_awaitable_t<Executor> token;
    sendfile_op<Stream, Source, std::allocator<void>, deliver_sendfile_outcome> op(stream, source, system, options,
                                                                                   std::allocator<void>());
    if (!op.start())
        co_return result(
            co_await boost::asio::async_compose<boost::asio::use_awaitable_t<Executor> const, void(sendfile_outcome)>(
                std::move(op), token, stream));
    if (ends_turn(op.outcome().sent())) {
        try {
            co_await boost::asio::post(token);
        } catch (std::bad_alloc const&) {
            // What was sent matters more than whose turn it is.
        }
    }
    co_return result(op.outcome());
}

template <class Stream> void wait_writable(Stream& socket, sendfile_transfer& transfer) {
    boost::system::error_code ec;
    if (socket.non_blocking())
        ec = boost::asio::error::would_block;
    else
        socket.wait(boost::asio::socket_base::wait_write, ec);
    if (ec)
        transfer.fail(ec);
}

template <class Stream, class Source>
void write_piece(Stream& stream, Source const& source, sendfile_transfer& transfer, std::span<std::byte> buffer) {
    if (transfer.fill(source.handle(), buffer) == sendfile_transfer::status::finished)
        return;
    auto const data = transfer.pending(buffer);
    boost::system::error_code ec;
    std::size_t const count = stream.write_some(boost::asio::buffer(data.data(), data.size()), ec);
    transfer.consume(count);
    if (ec)
        transfer.fail(ec);
    else if (count == 0)
        transfer.fail(make_error_code(boost::system::errc::io_error));
}

// Runs the transfer to its end.
template <class Stream, class Source>
void run_sendfile(Stream& stream, Source const& source, sendfile_transfer& transfer) {
    sendfile_buffer<std::allocator<std::byte>> buffer{std::allocator<std::byte>()};
    auto const make_buffer = [&] {
        try {
            buffer.allocate(transfer.buffer_size(source.handle()));
        } catch (std::bad_alloc const&) {
            transfer.fail(make_error_code(boost::system::errc::not_enough_memory));
        }
    };
    if constexpr (is_plain_socket<Stream>) {
        if (!stream.is_open())
            transfer.fail(boost::asio::error::bad_descriptor);
        while (!transfer.finished()) {
            switch (transfer.advance(stream.native_handle(), source.handle(), buffer.data())) {
            case sendfile_transfer::status::needs_buffer: make_buffer(); break;
            case sendfile_transfer::status::blocked: wait_writable(stream, transfer); break;
            case sendfile_transfer::status::finished:
            case sendfile_transfer::status::turn_over: break;
            }
        }
    } else {
        transfer.copy_to_stream();
        if (!transfer.finished())
            make_buffer();
        while (!transfer.finished())
            write_piece(stream, source, transfer, buffer.data());
    }
}

template <class Stream, class File>
std::size_t sendfile_on(sendfile_system const& system, Stream& stream, File&& file, sendfile_options const& options,
                        boost::system::error_code& ec) {
    sendfile_transfer transfer(system, options);
    run_sendfile(stream, make_sendfile_source(std::forward<File>(file)), transfer);
    ec = transfer.error();
    return transfer.sent();
}

} // namespace detail

template <sendfile_stream Stream, sendfile_source File, class CompletionToken>
auto async_sendfile(Stream& stream, File&& file, sendfile_options options, CompletionToken&& token) {
    return detail::async_sendfile_on(detail::native_sendfile_system(), stream, std::forward<File>(file), options,
                                     std::forward<CompletionToken>(token));
}

template <sendfile_stream Stream, sendfile_source File, class CompletionToken>
    requires(!std::convertible_to<CompletionToken, sendfile_options>)
auto async_sendfile(Stream& stream, File&& file, CompletionToken&& token) {
    return async_sendfile(stream, std::forward<File>(file), sendfile_options(), std::forward<CompletionToken>(token));
}

template <class Executor, sendfile_stream Stream, sendfile_source File>
auto co_sendfile(Stream& stream, File&& file, sendfile_options options)
    -> boost::asio::awaitable<std::size_t, detail::coroutine_executor_t<Executor, Stream>> {
    return detail::co_sendfile_on<detail::coroutine_executor_t<Executor, Stream>>(
        detail::native_sendfile_system(), stream, detail::make_sendfile_source(std::forward<File>(file)), options,
        detail::throw_sendfile_failure());
}

template <class Executor, sendfile_stream Stream, sendfile_source File>
auto co_sendfile(Stream& stream, File&& file, sendfile_options options, boost::system::error_code& ec)
    -> boost::asio::awaitable<std::size_t, detail::coroutine_executor_t<Executor, Stream>> {
    return detail::co_sendfile_on<detail::coroutine_executor_t<Executor, Stream>>(
        detail::native_sendfile_system(), stream, detail::make_sendfile_source(std::forward<File>(file)), options,
        detail::store_sendfile_error(ec));
}

template <class Stream, sendfile_source File>
std::size_t sendfile(Stream& stream, File&& file, sendfile_options options, boost::system::error_code& ec) {
    return detail::sendfile_on(detail::native_sendfile_system(), stream, std::forward<File>(file), options, ec);
}

template <class Stream, sendfile_source File>
std::size_t sendfile(Stream& stream, File&& file, sendfile_options options) {
    detail::sendfile_transfer transfer(detail::native_sendfile_system(), options);
    detail::run_sendfile(stream, detail::make_sendfile_source(std::forward<File>(file)), transfer);
    if (transfer.error())
        transfer.throw_failure("sendfile");
    return transfer.sent();
}

} // namespace asyncio

#endif // ASYNCIO_IMPL_SENDFILE_HPP
