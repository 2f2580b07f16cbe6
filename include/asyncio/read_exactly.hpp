//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_READ_EXACTLY_HPP
#define ASYNCIO_READ_EXACTLY_HPP

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>

namespace asyncio {

/// A sequence of buffers that can be written to: Asio's MutableBufferSequence.
template <class T>
concept mutable_buffer_sequence = boost::asio::is_mutable_buffer_sequence<std::remove_cvref_t<T>>::value;

/// What an operation here asks of a stream at compile time; otherwise it is Asio's AsyncReadStream.
template <class T>
concept async_read_stream = requires(T& stream) {
    typename T::executor_type;
    { stream.get_executor() } -> std::convertible_to<typename T::executor_type>;
};

/// Reads until the buffers are full.
///
/// Differs from `boost::asio::async_read` in what it tells of a failure: the end of the stream is `incomplete_read`,
/// and with `throwing` the exception has the number of bytes expected, the number that arrived, and the bytes.
///
/// @code
/// std::array<char, 4> head;
/// try {
///     co_await asyncio::async_read_exactly(socket, asio::buffer(head), asyncio::throwing(asio::use_awaitable));
/// } catch (asyncio::incomplete_read_error const& e) {
///     if (e.transferred() == 0)
///         co_return;         // the peer left between two messages
///     log(e.what());         // async_read_exactly: 3 bytes read on a total of 4 expected bytes: ...
/// }
/// @endcode
///
/// @par Completion signature
/// `void(boost::system::error_code, std::size_t)`: the number of bytes that are in the buffers now, on success and on
/// every failure.
///
/// @par Error conditions
/// - `errc::incomplete_read`: the stream ended first. The code is this library's own in place of `asio::error::eof`,
/// and
///   the stream's where it says more: `ssl::error::stream_truncated` stays visible.
/// - `errc::cancelled`: the operation was cancelled.
/// - Any other: what the stream reports.
///
/// The bytes that arrived have left the stream: they are in the buffers, from the first on. If a success and a failure
/// meet, all bytes being there, it is a success.
///
/// @par Details for `throwing`
/// `operation()`, `expected()`, `transferred()`; for an incomplete read `partial()`, which is a copy of the bytes,
/// shared by the copies of the exception and so valid as long as any of them. It is made only for a handler that takes
/// details, and left out if there is no memory.
///
/// @par Per-operation cancellation
/// Terminal and partial, if the stream's `async_read_some` supports them.
///
/// @par Executor, allocator, immediate completion
/// The handler's associated executor, with the stream's as default. Memory by the stream's reads, through the handler's
/// allocator. With empty buffers it succeeds at once, without a look at the stream, through the handler's associated
/// immediate executor (Boost 1.82 and newer; a post otherwise).
///
/// @par Lifetimes, thread safety
/// The stream and the memory of the buffers must stay valid until the handler is called; the sequence itself is copied.
/// As a sequence of reads of the stream, it must not overlap with another read, and must be started and cancelled on
/// the stream's strand.
///
/// @param stream Where to read from: an AsyncReadStream.
/// @param buffers What to fill.
/// @param token The completion token.
template <async_read_stream Stream, mutable_buffer_sequence Buffers,
          class Token = boost::asio::default_completion_token_t<typename Stream::executor_type>>
auto async_read_exactly(Stream& stream, Buffers const& buffers, Token&& token = Token());

/// Reads until the buffers are full, and waits as long.
///
/// @param stream Where to read from: a SyncReadStream.
/// @param buffers What to fill.
/// @param code Success, or as `async_read_exactly` says; `would_block` too, if the stream is set not to block.
/// @return The number of bytes that are in the buffers now, whatever the code is.
template <class Stream, mutable_buffer_sequence Buffers>
std::size_t read_exactly(Stream& stream, Buffers const& buffers, boost::system::error_code& code);

/// The same; throws the typed exception on failure, with the details of `async_read_exactly`.
///
/// @return The size of the buffers.
/// @throws incomplete_read_error if the stream ended first, or what else `throw_error` makes of the stream's code.
template <class Stream, mutable_buffer_sequence Buffers>
std::size_t read_exactly(Stream& stream, Buffers const& buffers);

} // namespace asyncio

#include <asyncio/impl/read_exactly.hpp>

#endif // ASYNCIO_READ_EXACTLY_HPP
