//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_SENDFILE_TRANSFER_HPP
#define ASYNCIO_DETAIL_SENDFILE_TRANSFER_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/sendfile_system.hpp>
#include <asyncio/error_details.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace asyncio {
struct sendfile_options;
}

namespace asyncio::detail {

// What a transfer has come to.
class ASYNCIO_ERRC_DECL sendfile_outcome {
public:
    std::size_t sent() const noexcept { return sent_; }
    boost::system::error_code const& error() const noexcept { return error_; }

    // Fills in what there is to tell of a failure, but for the code and the bytes sent.
    void describe(error_details& details, char const* operation) const noexcept;

    // Throws the exception of the failure, which has to be one.
    [[noreturn]] void throw_failure(char const* operation) const;

protected:
    explicit sendfile_outcome(std::optional<std::uint64_t> count) noexcept : count_(count) {}

    std::size_t sent_ = 0;
    std::optional<std::uint64_t> count_; // asked for
    boost::system::error_code error_;
    char const* reason_ = nullptr;
    int native_error_ = 0;
};

// How far the sending of a file has come: everything about it that doesn't depend on the types of stream and handler.
//
// It makes system calls, but never waits. Its owner calls `advance` until that says `finished`, and waits in between
// for what it says. For a stream that isn't a plain socket, the owner calls `fill` and writes what is `pending` itself.
class ASYNCIO_ERRC_DECL sendfile_transfer : public sendfile_outcome {
public:
    enum class status {
        finished,    // see sent() and error()
        blocked,     // call again once the socket is writable
        turn_over,   // call again when others had their turn
        needs_buffer // call again with a buffer of buffer_size()
    };

    // Defined with the options.
    sendfile_transfer(sendfile_system const& system, sendfile_options const& options) noexcept;

    // Sends as much as the socket takes, within a turn.
    status advance(native_socket socket, native_file file, std::span<std::byte> buffer) noexcept;

    // Leaves the kernel's own path for good: what is left is read and written.
    // With the fallback disabled it finishes instead.
    void copy_to_stream() noexcept;
    bool copying() const noexcept { return path_ == path::copy; }

    // Reads what comes next, if nothing is pending: `finished`, or `blocked` on the stream.
    status fill(native_file file, std::span<std::byte> buffer) noexcept;
    // The owner has read what comes next by itself; 0 at the end.
    void filled(std::size_t count) noexcept;
    // The part of the buffer that is to be written now.
    std::span<std::byte const> pending(std::span<std::byte const> buffer) const noexcept;
    // The part of the buffer that is to be read into.
    std::span<std::byte> vacant(std::span<std::byte> buffer) const noexcept;
    // The stream took that much of what was pending.
    void consume(std::size_t count) noexcept;

    // A size for the buffer: enough for what is left, as far as that is known, and not more than pays.
    std::size_t buffer_size(native_file file) const noexcept;

    // Ends it.
    void fail(boost::system::error_code const& code) noexcept;

    bool finished() const noexcept { return remaining_ == 0; }
    // Where to read next.
    std::uint64_t position() const noexcept { return offset_ + (end_ - begin_); }

private:
    enum class path : unsigned char { undecided, direct, small, copy };

    static constexpr std::uint64_t max_offset = std::numeric_limits<std::int64_t>::max();
    static constexpr std::uint64_t max_count = std::numeric_limits<std::size_t>::max();

    void refuse_offset() noexcept;
    void choose_path(native_file file) noexcept;
    bool at_end(native_file file) noexcept;
    void ask_size(native_file file) noexcept;
    std::int64_t send_directly(native_socket socket, native_file file) noexcept;
    std::int64_t send_small(native_socket socket, native_file file) noexcept;
    std::int64_t send_copy(native_socket socket, native_file file, std::span<std::byte> buffer) noexcept;
    void sent_more(std::uint64_t count) noexcept;
    void refuse(char const* reason, int native_error) noexcept;
    void fail_natively(int native_error) noexcept;

    sendfile_system const* system_;
    std::uint64_t offset_;
    std::uint64_t remaining_ = 0;
    std::uint64_t known_size_ = 0; // of a regular file that is sent to its end; 0 where that isn't known
    std::size_t begin_ = 0;        // pending in the buffer
    std::size_t end_ = 0;
    path path_ = path::undecided;
    bool fallback_;
    bool size_is_new_ = false; // asked for in this turn
    bool sequential_ = false;  // the file has no positions
};

// Whether it is time to give way: the transfers of the calling thread have sent about a MiB since it was the last time.
// One of small files is as long as one of large files, since it takes more calls.
ASYNCIO_ERRC_DECL bool ends_turn(std::size_t sent) noexcept;

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_SENDFILE_TRANSFER_HPP
