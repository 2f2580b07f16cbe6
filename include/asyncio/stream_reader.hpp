//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_STREAM_READER_HPP
#define ASYNCIO_STREAM_READER_HPP

#include <asyncio/detail/reader_operation.hpp>
#include <asyncio/read_exactly.hpp>
#include <asyncio/separators.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace asyncio {

/// Reads records from a stream through a buffer of its own: up to a separator, a line, or so many bytes.
///
/// Bytes that arrived are never lost: a read that is cancelled, times out or meets its limit leaves them in the buffer,
/// and the next read goes on there.
///
/// @code
/// asyncio::stream_reader reader(socket); // or reader(std::move(socket))
/// for (;;) {
///     std::string_view line = co_await reader.co_read_line();
///     if (line.empty())
///         break; // the end; an empty line is "\n"
///     use(line);
/// }
/// @endcode
///
/// @par Results
/// A `std::string_view` of the buffer: nothing is copied, and nothing allocated per record. It is valid until the next
/// call of a member that reads, feeds or moves the reader, and until a waiting read goes on.
///
/// @par Four forms of each read
/// | form | where the bytes are here | where not |
/// |---|---|---|
/// | `try_read_...` | returns them | says so, without waiting |
/// | `co_read_...` | an `awaitable` that doesn't suspend | suspends |
/// | `async_read_...` | any completion token: takes a trip through the executor | waits |
/// | `read_...` | returns them | blocks the thread |
///
/// The buffer is filled by reads of 4 to 64 KiB, so with many small records a loop over `co_read_...` gives way to
/// others once per fill, not once per record.
///
/// @par Completion signature
/// Of all `async_read_...` but one: `void(boost::system::error_code, std::string_view)`. On failure the view shows the
/// bytes that the failure is about, see the table.
///
/// @par Error conditions
/// | condition | view | buffer afterwards |
/// |---|---|---|
/// | `errc::incomplete_read` | all that was left | empty |
/// | `errc::limit_overrun` | what can be skipped without cutting a separator | unchanged; see `async_read_line` |
/// | `errc::cancelled` | all that arrived | unchanged |
/// | `errc::invalid_state` | empty | unchanged |
/// | `invalid_argument` | empty | unchanged |
/// | `not_enough_memory` | all that arrived | unchanged |
/// | any other | all that arrived | unchanged |
///
/// - `errc::incomplete_read`: the stream ended before the read was complete.
/// - `errc::limit_overrun`: the record starts with more than `limit()` bytes that aren't its separator.
/// - `errc::invalid_state`: another read is pending. That one isn't disturbed.
/// - `invalid_argument`: an empty separator or none; more than `PTRDIFF_MAX` bytes.
/// - `not_enough_memory`: the buffer can't grow.
/// - Any other is what the stream reports. It is stored, and every later read reports it at once.
///
/// Bad arguments are reported before a stored error, this before a pending read, and that before anything else. A limit
/// that is exceeded is reported before the end of the stream. If a read can succeed, it does, whatever else happens at
/// the same time. The end is sticky, as a stored error is; see `clear_error`. Where the stream's code for its end says
/// more than `asio::error::eof`, such as `ssl::error::stream_truncated`, the read reports that code.
///
/// @par Details for `throwing`
/// As `async_read_exactly` says; of an overrun `consumed()`, which is the size of the view, and `separator_found()`.
///
/// @par Per-operation cancellation
/// Terminal, partial and total, as far as the stream's `async_read_some` supports them. `cancel()` needs no slot.
///
/// @par Executor, allocator, immediate completion
/// The handler's associated executor, with the stream's as default. A read that needn't wait takes its bytes when it is
/// initiated, and completes through the handler's associated immediate executor (Boost 1.82 and newer; a post
/// otherwise). Memory of operations comes from the handler's associated allocator, that of the buffer from
/// `realloc`.
///
/// @par Lifetimes, thread safety
/// The reader must stay in place while a read is pending, and until its handler is called. Distinct objects are safe;
/// one object is to be used, and cancelled, on its stream's strand.
///
/// @tparam Stream An AsyncReadStream, or a reference to one. A SyncReadStream for the blocking form.
template <class Stream>
    requires async_read_stream<std::remove_reference_t<Stream>>
class stream_reader {
public:
    /// The stream, without reference.
    using next_layer_type = std::remove_reference_t<Stream>;
    /// The stream's executor.
    using executor_type = typename next_layer_type::executor_type;
    /// The stream at the bottom.
    using lowest_layer_type = typename detail::lowest_layer_of<next_layer_type>::type;

    /// How many bytes a record may have before its separator, unless said otherwise.
    static constexpr std::size_t default_limit = 64 * 1024;

    /// Reads from this stream.
    ///
    /// @param stream The stream, or what it is constructed of.
    /// @param limit How many bytes a record may have before its separator. Reads of so many bytes don't heed it.
    /// @throws std::invalid_argument if the limit is 0.
    template <class Arg>
        requires(!std::is_same_v<std::remove_cvref_t<Arg>, stream_reader> && std::is_constructible_v<Stream, Arg>)
    explicit stream_reader(Arg&& stream, std::size_t limit = default_limit)
        : stream_(std::forward<Arg>(stream)), state_(limit) {}

    /// Takes over the stream and the buffer. No read may be pending.
    stream_reader(stream_reader&& other)
        : stream_(std::forward<Stream>(other.stream_)), state_(std::move(other.state_.core)) {}

    /// The executor of the stream.
    executor_type get_executor() noexcept { return stream_.get_executor(); }
    /// The stream.
    next_layer_type& next_layer() noexcept { return stream_; }
    /// The stream.
    next_layer_type const& next_layer() const noexcept { return stream_; }
    /// The stream at the bottom.
    lowest_layer_type& lowest_layer() noexcept { return detail::lowest_layer_of<next_layer_type>::get(stream_); }

    /// How many bytes a record may have before its separator.
    std::size_t limit() const noexcept { return state_.core.limit(); }
    /// The bytes that arrived and weren't read; valid as a result is. Hand them over with the stream, or hand over the
    /// reader, which is an AsyncReadStream itself.
    std::string_view buffered() const noexcept { return state_.core.data(); }
    /// Drops bytes from the front of the buffer; no more than there are.
    void consume(std::size_t n) noexcept { state_.core.consume(n); }
    /// Whether the stream has ended, and all bytes were read.
    bool at_eof() const noexcept { return state_.core.ended() && buffered().empty(); }

    /// Adds bytes to the buffer, as if they had arrived: what somebody else read from the stream already.
    ///
    /// @throws invalid_state_error if a read waits.
    /// @throws std::bad_alloc if there is no memory; the bytes may have been added in part.
    void feed(std::string_view bytes);

    /// The stored error, or success.
    boost::system::error_code error() const noexcept { return state_.core.stored(); }
    /// Stores an error that every later read reports; a read that waits is ended, and reports it too.
    void set_error(boost::system::error_code const& code);
    /// Forgets the stored error and the end of the stream, so that the next read asks the stream again.
    void clear_error() noexcept;
    /// Cancels a read that waits, with `cancellation_type::terminal`. Otherwise does nothing.
    void cancel();

    /// Reads up to the separator, or the first of several; the result includes it.
    ///
    /// The limit is for the bytes before the separator. To skip a record that exceeds it: `consume` what the view
    /// shows, read on, and drop the next record, which is its rest.
    template <class Token = boost::asio::default_completion_token_t<executor_type>>
    auto async_read_until(separators ends, Token&& token = Token()) {
        return start(detail::any_read(detail::read_request::until(std::move(ends))), token);
    }
    /// The same for one character, which is the fastest.
    template <class Token = boost::asio::default_completion_token_t<executor_type>>
    auto async_read_until(char end, Token&& token = Token()) {
        return start(detail::character_read{end}, token);
    }

    /// Reads so many bytes, however many that is; the buffer grows as they arrive.
    template <class Token = boost::asio::default_completion_token_t<executor_type>>
    auto async_read_exactly(std::size_t n, Token&& token = Token()) {
        return start(detail::exact_read{n}, token);
    }

    /// Reads a line, with its `\n`. The last one may end with the stream instead; after it, lines are empty.
    ///
    /// A line that exceeds the limit is dropped with its `\n`, if this is here already; otherwise all that is here is
    /// dropped, and the rest of the line will look like a line. The view shows what was dropped.
    template <class Token = boost::asio::default_completion_token_t<executor_type>>
    auto async_read_line(Token&& token = Token()) {
        return start(detail::line_read(), token);
    }

    /// Reads what is there, but not more than `max` bytes, and waits only if that is nothing. The end of the stream is
    /// reported as `asio::error::eof`.
    template <class Token = boost::asio::default_completion_token_t<executor_type>>
        requires(!mutable_buffer_sequence<Token>)
    auto async_read_some(std::size_t max, Token&& token = Token()) {
        return start(detail::any_read(detail::read_request::some(max)), token);
    }

    /// The same into the caller's buffers, as an AsyncReadStream does: `void(error_code, std::size_t)`.
    template <mutable_buffer_sequence Buffers, class Token = boost::asio::default_completion_token_t<executor_type>>
    auto async_read_some(Buffers const& buffers, Token&& token = Token());

    /// Writes to the stream, past the reader.
    template <class Buffers, class Token = boost::asio::default_completion_token_t<executor_type>>
    auto async_write_some(Buffers const& buffers, Token&& token = Token()) {
        return stream_.async_write_some(buffers, std::forward<Token>(token));
    }

    /// As `async_read_until`, without a suspension if the record is buffered. Throws typed exceptions, with one
    /// coroutine frame between the throw and the caller. A buffered record is taken when the result is awaited.
    template <class Executor = executor_type>
    boost::asio::awaitable<std::string_view, Executor> co_read_until(separators ends) {
        return co_read<Executor>(detail::any_read(detail::read_request::until(std::move(ends))));
    }
    /// The same for one character, which is the fastest.
    template <class Executor = executor_type>
    boost::asio::awaitable<std::string_view, Executor> co_read_until(char end) {
        return co_read<Executor>(detail::character_read{end});
    }
    /// As `async_read_exactly`; see `co_read_until`.
    template <class Executor = executor_type>
    boost::asio::awaitable<std::string_view, Executor> co_read_exactly(std::size_t n) {
        return co_read<Executor>(detail::exact_read{n});
    }
    /// As `async_read_line`; see `co_read_until`.
    template <class Executor = executor_type> boost::asio::awaitable<std::string_view, Executor> co_read_line() {
        return co_read<Executor>(detail::line_read());
    }

    /// Takes a record if it is buffered. Never waits.
    ///
    /// Allowed while another read waits, which then gets what follows.
    ///
    /// @param ends What ends the record.
    /// @param code Success; `asio::error::would_block` if the record isn't here yet; or as for `async_read_until`.
    /// @return The record, or what the view shows for this failure.
    std::string_view try_read_until(separators const& ends, boost::system::error_code& code) noexcept {
        return state_.core.try_read(detail::read_request::until(ends), code);
    }
    /// The same for one character, which is the fastest.
    std::string_view try_read_until(char end, boost::system::error_code& code) noexcept {
        return try_read(detail::character_read{end}, code);
    }
    /// Takes so many bytes if they are buffered; see `try_read_until`.
    std::string_view try_read_exactly(std::size_t n, boost::system::error_code& code) noexcept {
        return try_read(detail::exact_read{n}, code);
    }
    /// Takes a line if it is buffered; see `try_read_until` and `async_read_line`.
    std::string_view try_read_line(boost::system::error_code& code) noexcept {
        return try_read(detail::line_read(), code);
    }

    /// The same; throws the typed exception, and returns nothing if the record isn't here yet.
    std::optional<std::string_view> try_read_until(separators const& ends) {
        return state_.core.try_read(detail::read_request::until(ends));
    }
    /// The same; throws the typed exception, and returns nothing if the record isn't here yet.
    std::optional<std::string_view> try_read_until(char end) { return try_read(detail::character_read{end}); }
    /// The same; throws the typed exception, and returns nothing if the bytes aren't here yet.
    std::optional<std::string_view> try_read_exactly(std::size_t n) { return try_read(detail::exact_read{n}); }
    /// The same; throws the typed exception, and returns nothing if the line isn't here yet.
    std::optional<std::string_view> try_read_line() { return try_read(detail::line_read()); }

    /// As `async_read_until`, and blocks the thread as long as it takes. The stream is a SyncReadStream.
    std::string_view read_until(separators const& ends, boost::system::error_code& code) {
        return read(detail::read_request::until(ends), code);
    }
    /// As `async_read_exactly`; see `read_until`.
    std::string_view read_exactly(std::size_t n, boost::system::error_code& code) {
        return read(detail::read_request::exactly(n), code);
    }
    /// As `async_read_line`; see `read_until`.
    std::string_view read_line(boost::system::error_code& code) { return read(detail::read_request::line(), code); }

    /// The same; throws the typed exception.
    std::string_view read_until(separators const& ends) { return read(detail::read_request::until(ends)); }
    /// The same; throws the typed exception.
    std::string_view read_exactly(std::size_t n) { return read(detail::read_request::exactly(n)); }
    /// The same; throws the typed exception.
    std::string_view read_line() { return read(detail::read_request::line()); }

    /// Reads into the caller's buffers, as a SyncReadStream does.
    template <mutable_buffer_sequence Buffers>
    std::size_t read_some(Buffers const& buffers, boost::system::error_code& code);
    /// Writes to the stream, past the reader.
    template <class Buffers> std::size_t write_some(Buffers const& buffers, boost::system::error_code& code) {
        return stream_.write_some(buffers, code);
    }

private:
    template <class Read, class Token> auto start(Read read, Token& token);
    template <class Executor, class Read> boost::asio::awaitable<std::string_view, Executor> co_read(Read read);
    template <class Read> std::string_view try_read(Read read, boost::system::error_code& code) noexcept;
    template <class Read> std::optional<std::string_view> try_read(Read read);
    detail::read_outcome wait(detail::read_request const& request);
    std::string_view read(detail::read_request const& request, boost::system::error_code& code);
    std::string_view read(detail::read_request const& request);

    Stream stream_;
    detail::reader_state state_;
};

/// A reader of somebody else's stream, for an lvalue; a reader with its own, for an rvalue.
template <class Arg> stream_reader(Arg&&) -> stream_reader<Arg>;
/// A reader of somebody else's stream, for an lvalue; a reader with its own, for an rvalue.
template <class Arg> stream_reader(Arg&&, std::size_t) -> stream_reader<Arg>;

} // namespace asyncio

#include <asyncio/impl/stream_reader.hpp>

#endif // ASYNCIO_STREAM_READER_HPP
