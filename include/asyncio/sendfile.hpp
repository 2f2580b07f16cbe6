//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SENDFILE_HPP
#define ASYNCIO_SENDFILE_HPP

#include <asyncio/detail/sendfile_source.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace asyncio {

/// What to do where the kernel can't send the file by itself.
enum class sendfile_fallback {
    /// Read the file and write to the stream.
    allowed,
    /// Fail with `errc::sendfile_not_available`, and send nothing.
    disabled
};

/// What part of a file to send, and how.
///
/// @code
/// co_await asyncio::async_sendfile(socket, file, {.offset = first, .count = last - first + 1}, asio::deferred);
/// @endcode
struct sendfile_options {
    /// Where to start: bytes from the beginning of the file, at most 2^63 - 1. The file's own position plays no part.
    std::uint64_t offset = 0;

    /// How many bytes to send at most; 0 sends nothing. Absent: up to the end of the file, wherever it is once the
    /// transfer gets there.
    std::optional<std::uint64_t> count = std::nullopt;

    /// Whether reading and writing may stand in for the kernel's own path.
    sendfile_fallback fallback = sendfile_fallback::allowed;
};

/// A file that can be sent: a native handle (a file descriptor on POSIX), a `std::FILE*`, or an lvalue with a
/// `native_handle()` that returns one of these, such as `asio::stream_file`, `asio::random_access_file`,
/// `beast::file_posix` or `asio::posix::stream_descriptor`.
template <class File>
concept sendfile_source = detail::sendfile_handle<File> || detail::sendfile_object<File>;

/// A stream that a file can be sent to: a plain socket, or any `AsyncWriteStream`.
template <class Stream>
concept sendfile_stream = detail::async_write_stream<Stream>;

/// Sends a file, or a part of it, to a stream.
///
/// To a plain socket (`asio::basic_stream_socket` of any protocol and executor) the kernel sends the file by itself,
/// `sendfile(2)` on Linux: its bytes don't pass through the program. To every other stream (`ssl::stream`, the streams
/// of Beast, pipes), from a file that the kernel refuses (a FIFO, some devices), and on a platform without such a call,
/// it is read and written in pieces of 256 KiB: the fallback. The same bytes arrive either way, from the absolute
/// offset; the file's own position is neither used nor changed.
///
/// @param stream The stream. It must live until the handler is called, and nothing else may be written to it meanwhile.
/// Reading from it is fine. If it is a socket, its native handle may be non-blocking afterwards, as after any
/// asynchronous operation; `non_blocking()` is as before.
/// @param file The file, readable and open until the handler is called; an object must live as long. Nothing is
/// duplicated, and nothing is closed. A `std::FILE*` is sent as its descriptor sees it: flush it first.
/// @param options Which part, and whether the fallback is allowed.
/// @param token The completion token.
///
/// @par Completion signature
/// `void(boost::system::error_code, std::size_t)`: how it ended, and how many bytes the stream took, in success and
/// failure alike. After a failure or a cancellation the rest is sent from `offset + n`, if the stream still works.
///
/// @par Success
/// `count` bytes were sent, or all up to the end of the file if that came first. So less than `count` is no error: the
/// file was shorter, or has shrunk. An offset at or beyond the end sends nothing.
///
/// @par Errors
/// - `errc::sendfile_not_available`: the fallback is disabled, and the stream isn't a plain socket, the platform has
///   no such call, or the kernel refused this file before the first byte.
/// - `asio::error::operation_aborted`: cancelled, or the socket was closed meanwhile.
/// - `asio::error::bad_descriptor`: the socket isn't open, or the file isn't, or is open for writing only.
/// - `errc::is_a_directory`: a directory, with the fallback allowed.
/// - `errc::invalid_seek`: an offset other than 0 in a file without positions. A FIFO is read from where it is.
/// - `asio::error::would_block`: a file without positions is in non-blocking mode and has no data.
/// - `asio::error::invalid_argument`: the offset is above 2^63 - 1.
/// - `errc::not_enough_memory`: there is no memory for the fallback's buffer.
/// - Whatever the socket, the stream or the file reports, as it is: `broken_pipe`, `connection_reset`,
///   `not_connected`, `io_error`. A dead connection is never reported as "not available".
///
/// `SIGPIPE` is never raised, whatever its disposition.
///
/// @par Cancellation
/// `terminal` and `partial` always, `total` as long as nothing was sent. On a stream that is no plain socket, those
/// that its `async_write_some` supports take effect at once, and the others when the piece under way is written.
///
/// @par Executor, allocator, immediate completion
/// The associated executor, by default the stream's. What the operation allocates comes from the associated allocator
/// and is freed before the handler is called. The initiating function throws if that fails, and may have sent something
/// by then. A transfer that needs no waiting completes through the associated immediate executor, by default as if by
/// `post`. A long transfer gives way to other handlers about every MiB.
///
/// @par Blocking
/// The file is read in the calling thread and in those that run the handler's executor. That is quick for what is in
/// the page cache, and may otherwise wait for the disk, as with any `sendfile(2)`. A file with asynchronous
/// `async_read_some_at`, as `asio::random_access_file` has, is read through it in the fallback.
///
/// @par Thread safety
/// As for the stream: an operation of it, on its strand if it is used by several threads.
///
/// @par Details
/// `throwing` tells the operation's name, the bytes sent and asked for, and for `sendfile_not_available_error` a
/// reason and the system's error number.
template <sendfile_stream Stream, sendfile_source File,
          class CompletionToken = boost::asio::default_completion_token_t<typename Stream::executor_type>>
auto async_sendfile(Stream& stream, File&& file, sendfile_options options = {},
                    CompletionToken&& token = std::remove_cvref_t<CompletionToken>());

/// Sends a whole file to a stream: the same with the default options.
template <sendfile_stream Stream, sendfile_source File, class CompletionToken>
    requires(!std::convertible_to<CompletionToken, sendfile_options>)
auto async_sendfile(Stream& stream, File&& file, CompletionToken&& token);

/// Sends a file, or a part of it, to a stream, from a coroutine that is suspended only while there is something to wait
/// for.
///
/// As `async_sendfile`, but what a plain socket takes at once costs no trip through the executor. Nothing is sent
/// before the result is awaited. A loop of such transfers gives way to other handlers all the same: each thread does so
/// whenever these have sent about a MiB, and after 64 of them at the latest. Other streams are always waited for.
///
/// @param stream The stream, as for `async_sendfile`.
/// @param file The file, as for `async_sendfile`.
/// @param options Which part, and whether the fallback is allowed.
/// @return An `awaitable` of the number of bytes sent. On failure it throws the exception that `make_exception` gives,
/// with one coroutine frame between the throw and the caller; `transferred()` says how many bytes were sent.
///
/// @par Cancellation
/// As for `async_sendfile`, by the coroutine's cancellation state. Where the coroutine was cancelled before and that is
/// to throw, `co_await` throws before anything is sent, as it does for every `awaitable`.
///
/// @tparam Executor The executor of the coroutine's `awaitable`; `void` for the stream's.
template <class Executor = void, sendfile_stream Stream, sendfile_source File>
auto co_sendfile(Stream& stream, File&& file, sendfile_options options = {})
    -> boost::asio::awaitable<std::size_t, detail::coroutine_executor_t<Executor, Stream>>;

/// The same, where a failure is no exception.
///
/// @param stream The stream.
/// @param file The file.
/// @param options Which part, and whether the fallback is allowed.
/// @param ec Set to how it ended. It must live as long as the awaitable.
/// @return An `awaitable` of the number of bytes sent, in success and failure alike.
///
/// @tparam Executor The executor of the coroutine's `awaitable`; `void` for the stream's.
template <class Executor = void, sendfile_stream Stream, sendfile_source File>
auto co_sendfile(Stream& stream, File&& file, sendfile_options options, boost::system::error_code& ec)
    -> boost::asio::awaitable<std::size_t, detail::coroutine_executor_t<Executor, Stream>>;

/// Sends a file, or a part of it, to a stream, and returns when that is done.
///
/// As `async_sendfile`, in the calling thread. It waits where the stream's `write_some` would; on a socket that is
/// `non_blocking()` it fails with `asio::error::would_block` instead.
///
/// @param stream A plain socket, or any `SyncWriteStream`.
/// @param file The file.
/// @param options Which part, and whether the fallback is allowed.
/// @param ec Set to how it ended.
/// @return How many bytes the stream took, in success and failure alike.
template <class Stream, sendfile_source File>
std::size_t sendfile(Stream& stream, File&& file, sendfile_options options, boost::system::error_code& ec);

/// The same, where a failure is thrown as the exception that `make_exception` gives; it knows the bytes sent.
template <class Stream, sendfile_source File>
std::size_t sendfile(Stream& stream, File&& file, sendfile_options options = {});

} // namespace asyncio

#include <asyncio/impl/sendfile.hpp>

#endif // ASYNCIO_SENDFILE_HPP
