//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/sendfile_transfer.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/system/errc.hpp>
#include <boost/system/system_category.hpp>

#include <algorithm>
#include <cassert>
#include <limits>

namespace asyncio::detail {
namespace {

using boost::system::error_code;
namespace posix = boost::system::errc;

// A transfer gives way to others after this much, and asks the kernel for no more at once: a cancellation is never far.
constexpr std::size_t turn_size = 1024 * 1024;
// What a file counts at least in a turn of several: 64 of them fill it.
constexpr std::size_t least_of_turn = turn_size / 64;
// What is read and written moves in pieces of this size.
constexpr std::size_t copy_size = 256 * 1024;
// Up to this size, reading and sending costs no more than sendfile with its care for SIGPIPE.
constexpr std::size_t small_size = 16 * 1024;

error_code system_error(int native_error) noexcept {
    return {native_error, boost::system::system_category()};
}

bool is(std::int64_t result, posix::errc_t condition) noexcept {
    return system_error(static_cast<int>(-result)) == condition;
}

bool would_block(std::int64_t result) noexcept {
    return is(result, posix::resource_unavailable_try_again) || is(result, posix::operation_would_block);
}

// The errors that say "not this file", or "not this socket", rather than that something broke.
bool is_refusal(std::int64_t result) noexcept {
    return is(result, posix::invalid_argument) || is(result, posix::function_not_supported)
           || is(result, posix::operation_not_supported) || is(result, posix::invalid_seek);
}

std::size_t smaller(std::size_t size, std::uint64_t limit) noexcept {
    return static_cast<std::size_t>(std::min<std::uint64_t>(size, limit));
}

} // namespace

void sendfile_transfer::refuse_offset() noexcept {
    fail(make_error_code(posix::invalid_argument));
}

sendfile_transfer::status sendfile_transfer::advance(native_socket socket, native_file file,
                                                     std::span<std::byte> buffer) noexcept {
    std::size_t const start = sent_;
    size_is_new_ = false;
    for (;;) {
        if (finished() || (known_size_ != 0 && at_end(file)))
            return status::finished;
        if (sent_ - start >= turn_size)
            return status::turn_over;
        std::int64_t sent = 0; // or the error, negated
        switch (path_) {
        case path::undecided: choose_path(file); continue;
        case path::direct: sent = send_directly(socket, file); break;
        case path::small: sent = send_small(socket, file); break;
        case path::copy:
            if (buffer.empty())
                return status::needs_buffer;
            sent = send_copy(socket, file, buffer);
            break;
        }
        if (sent >= 0)
            sent_more(static_cast<std::uint64_t>(sent));
        else if (would_block(sent))
            return status::blocked;
        else if (!is(sent, posix::interrupted))
            fail_natively(static_cast<int>(-sent));
    }
}

// Without the fallback it is the kernel's own path whatever the size, so that the answer doesn't depend on the size.
void sendfile_transfer::choose_path(native_file file) noexcept {
    path_ = path::direct;
    if (!count_)
        ask_size(file);
    if (!fallback_ || (!count_ && known_size_ <= offset_))
        return;
    if ((count_ ? remaining_ : known_size_ - offset_) <= small_size)
        path_ = path::small;
}

std::int64_t sendfile_transfer::send_directly(native_socket socket, native_file file) noexcept {
    // Not beyond the end: a short count says that the socket is full, or broken.
    std::uint64_t const rest = known_size_ != 0 ? std::min(remaining_, known_size_ - offset_) : remaining_;
    std::int64_t const sent = system_->send_file(socket, file, offset_, smaller(turn_size, rest));
    if (sent == 0) {
        remaining_ = 0;
    } else if (sent < 0 && sent_ == 0 && is_refusal(sent)) {
        bool const missing = is(sent, posix::function_not_supported);
        refuse(missing ? "os.sendfile() is not available" : "os.sendfile call failed", static_cast<int>(-sent));
        return 0;
    }
    return sent;
}

// Where a regular file ends, as far as it is sent without a count: asking for its size is cheaper than a call that
// finds nothing left to send. What is added after the size was asked for, in the same turn, comes too late.
bool sendfile_transfer::at_end(native_file file) noexcept {
    if (offset_ < known_size_)
        return false;
    if (!size_is_new_)
        ask_size(file);
    if (offset_ < known_size_)
        return false;
    remaining_ = 0;
    return true;
}

void sendfile_transfer::ask_size(native_file file) noexcept {
    known_size_ = system_->size(file);
    size_is_new_ = true;
}

std::int64_t sendfile_transfer::send_small(native_socket socket, native_file file) noexcept {
    std::byte buffer[small_size];
    std::span<std::byte> const room = std::span(buffer).first(smaller(small_size, remaining_));
    std::int64_t const read = system_->read_at(file, offset_, room);
    if (read < 0) {
        if (sent_ == 0 && is_refusal(read))
            path_ = path::copy; // which knows files without positions
        else if (!is(read, posix::interrupted))
            fail_natively(static_cast<int>(-read));
        return 0;
    }
    auto const count = static_cast<std::size_t>(read);
    if (count == 0 || (!count_ && count < room.size()))
        remaining_ = count; // a regular file: that was its end
    return count != 0 ? system_->send(socket, room.first(count)) : 0;
}

std::int64_t sendfile_transfer::send_copy(native_socket socket, native_file file,
                                          std::span<std::byte> buffer) noexcept {
    if (fill(file, buffer) == status::finished)
        return 0;
    std::int64_t const sent = system_->send(socket, pending(buffer));
    if (sent > 0)
        begin_ += static_cast<std::size_t>(sent);
    return sent;
}

void sendfile_transfer::sent_more(std::uint64_t count) noexcept {
    assert(count <= remaining_);
    offset_ += count;
    remaining_ -= count;
    sent_ += static_cast<std::size_t>(count);
}

void sendfile_transfer::copy_to_stream() noexcept {
    if (!finished())
        refuse("fallback is disabled and native sendfile is not supported for transport", 0);
}

sendfile_transfer::status sendfile_transfer::fill(native_file file, std::span<std::byte> buffer) noexcept {
    while (!finished() && begin_ == end_) {
        std::span<std::byte> const room = vacant(buffer);
        std::int64_t const read = sequential_ ? system_->read_next(file, room) : system_->read_at(file, offset_, room);
        if (read >= 0)
            filled(static_cast<std::size_t>(read));
        else if (!sequential_ && offset_ == 0 && is(read, posix::invalid_seek))
            sequential_ = true;
        else if (!is(read, posix::interrupted))
            fail_natively(static_cast<int>(-read));
    }
    return finished() ? status::finished : status::blocked;
}

void sendfile_transfer::filled(std::size_t count) noexcept {
    assert(begin_ == end_);
    begin_ = 0;
    end_ = count;
    if (count == 0)
        remaining_ = 0;
}

std::span<std::byte const> sendfile_transfer::pending(std::span<std::byte const> buffer) const noexcept {
    return buffer.subspan(begin_, end_ - begin_);
}

std::span<std::byte> sendfile_transfer::vacant(std::span<std::byte> buffer) const noexcept {
    return buffer.first(smaller(buffer.size(), remaining_));
}

void sendfile_transfer::consume(std::size_t count) noexcept {
    assert(count <= end_ - begin_);
    begin_ += count;
    sent_more(count);
}

std::size_t sendfile_transfer::buffer_size(native_file file) const noexcept {
    std::size_t size = smaller(copy_size, remaining_);
    if (!count_) {
        std::uint64_t const known = system_->size(file);
        if (known > offset_)
            size = smaller(size, known - offset_);
    }
    return size;
}

void sendfile_transfer::fail(error_code const& code) noexcept {
    error_ = code;
    remaining_ = 0;
}

void sendfile_transfer::fail_natively(int native_error) noexcept {
    native_error_ = native_error;
    fail(system_error(native_error));
}

// The kernel's own path is closed before anything was sent.
void sendfile_transfer::refuse(char const* reason, int native_error) noexcept {
    path_ = path::copy;
    if (fallback_)
        return;
    reason_ = reason;
    native_error_ = native_error;
    fail(make_error_code(errc::sendfile_not_available));
}

void sendfile_outcome::describe(error_details& details, char const* operation) const noexcept {
    details.operation = operation;
    details.reason = reason_;
    details.native_error = native_error_;
    if (count_ && *count_ <= std::numeric_limits<std::size_t>::max())
        details.expected = static_cast<std::size_t>(*count_);
}

void sendfile_outcome::throw_failure(char const* operation) const {
    error_details details;
    details.transferred = sent_;
    describe(details, operation);
    throw_error(error_, details);
}

bool ends_turn(std::size_t sent) noexcept {
    thread_local std::size_t sent_in_turn = 0;
    sent_in_turn += std::max(sent, least_of_turn);
    if (sent_in_turn < turn_size)
        return false;
    sent_in_turn = 0;
    return true;
}

} // namespace asyncio::detail
