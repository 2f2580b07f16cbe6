//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_STREAM_READER_HPP
#define ASYNCIO_IMPL_STREAM_READER_HPP

#include <asyncio/exceptions.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cassert>

namespace asyncio {

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
void stream_reader<Stream>::feed(std::string_view bytes) {
    if (state_.busy)
        throw invalid_state_error("stream_reader::feed while a read is pending");
    state_.core.feed(bytes);
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
void stream_reader<Stream>::set_error(boost::system::error_code const& code) {
    state_.core.store(code);
    if (state_.waiting && code.failed())
        state_.signal.emit(boost::asio::cancellation_type::terminal);
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
void stream_reader<Stream>::clear_error() noexcept {
    state_.core.store(boost::system::error_code());
    state_.core.forget_end();
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
void stream_reader<Stream>::cancel() {
    if (state_.waiting)
        state_.cancel(boost::asio::cancellation_type::terminal);
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
template <class Read, class Token>
auto stream_reader<Stream>::start(Read read, Token& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::string_view)>(
        detail::initiate_reader<next_layer_type>(stream_, state_), token, std::move(read), detail::deliver_view());
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
template <mutable_buffer_sequence Buffers, class Token>
auto stream_reader<Stream>::async_read_some(Buffers const& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        detail::initiate_reader<next_layer_type>(stream_, state_), token,
        detail::any_read(detail::read_request::some(boost::asio::buffer_size(buffers))),
        detail::deliver_copy<Buffers>{buffers});
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
template <class Executor, class Read>
boost::asio::awaitable<std::string_view, Executor> stream_reader<Stream>::co_read(Read read) {
    std::string_view bytes;
    if (read.take(state_.core, bytes))
        co_return bytes;

    detail::read_outcome outcome;
    if (!state_.core.poll(read.request(), outcome)) {
        constexpr boost::asio::use_awaitable_t<Executor> token;
        outcome = co_await boost::asio::async_initiate<boost::asio::use_awaitable_t<Executor> const,
                                                       void(detail::read_outcome)>(
            detail::initiate_reader<next_layer_type>(stream_, state_), token, std::move(read),
            detail::deliver_outcome());
    }
    if (outcome.code.failed())
        outcome.throw_failure();
    co_return outcome.bytes;
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
template <class Read>
std::string_view stream_reader<Stream>::try_read(Read read, boost::system::error_code& code) noexcept {
    std::string_view bytes;
    if (!read.take(state_.core, bytes))
        return state_.core.try_read(read.request(), code);
    code.clear();
    return bytes;
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
template <class Read>
std::optional<std::string_view> stream_reader<Stream>::try_read(Read read) {
    std::string_view bytes;
    if (!read.take(state_.core, bytes))
        return state_.core.try_read(read.request());
    return bytes;
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
detail::read_outcome stream_reader<Stream>::wait(detail::read_request const& request) {
    detail::read_outcome outcome;
    while (!state_.core.poll(request, outcome)) {
        boost::system::error_code code;
        if (state_.busy) {
            outcome.code = make_error_code(errc::invalid_state);
            break;
        }
        if (std::span<char> const room = state_.core.prepare(); !room.empty())
            state_.core.received(code, stream_.read_some(boost::asio::mutable_buffer(room.data(), room.size()), code));
        else
            code = make_error_code(boost::system::errc::not_enough_memory);
        if (code.failed() && !state_.core.poll(request, outcome)) {
            outcome.code = code;
            outcome.bytes = buffered();
        }
        if (code.failed())
            break;
    }
    return outcome;
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
std::string_view stream_reader<Stream>::read(detail::read_request const& request, boost::system::error_code& code) {
    detail::read_outcome const outcome = wait(request);
    code = outcome.code;
    return outcome.bytes;
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
std::string_view stream_reader<Stream>::read(detail::read_request const& request) {
    detail::read_outcome const outcome = wait(request);
    if (outcome.code.failed())
        outcome.throw_failure();
    return outcome.bytes;
}

template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
template <mutable_buffer_sequence Buffers>
std::size_t stream_reader<Stream>::read_some(Buffers const& buffers, boost::system::error_code& code) {
    std::string_view const bytes = read(detail::read_request::some(boost::asio::buffer_size(buffers)), code);
    return code.failed() ? 0 : boost::asio::buffer_copy(buffers, boost::asio::const_buffer(bytes.data(), bytes.size()));
}

} // namespace asyncio

#endif // ASYNCIO_IMPL_STREAM_READER_HPP
