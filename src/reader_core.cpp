//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/reader_core.hpp>

#include "separator_search.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/errc.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <stdexcept>

namespace asyncio::detail {
namespace {

using boost::system::error_code;
namespace posix = boost::system::errc;

// A buffer that has to hold records of this limit grows to no more than this; see read_buffer::prepare.
std::size_t kept_for(std::size_t limit) noexcept {
    constexpr std::size_t factor = 8;
    if (limit > std::numeric_limits<std::size_t>::max() / factor)
        return limit;
    return std::max(factor * limit, read_buffer::usual_capacity);
}

std::size_t checked(std::size_t limit) {
    if (limit == 0)
        throw std::invalid_argument("Limit cannot be <= 0");
    return limit;
}

// The ends that say no more than that the stream is over. Others, such as a TLS connection that was cut off, stay
// visible in the code of the read.
bool is_plain_end(error_code const& code) noexcept {
    return code == make_error_code(boost::asio::error::eof) || code == make_error_code(errc::eof);
}

// Says nothing of the next read.
bool is_transient(error_code const& code) noexcept {
    return code == errc::cancelled || code == posix::operation_would_block
           || code == posix::resource_unavailable_try_again || code == posix::interrupted
           || code == posix::not_enough_memory || code == posix::no_buffer_space;
}

} // namespace

void read_outcome::describe(error_details& details) const noexcept {
    details.operation = operation;
    details.expected = expected;
    details.consumed = overrun;
    details.separator_found = separator_found;
    if (code == errc::incomplete_read) {
        try {
            details.partial = std::make_shared<std::string const>(bytes);
        } catch (std::bad_alloc const&) { // the exception then tells the number only
        }
    }
}

void read_outcome::throw_failure() const {
    error_details details;
    details.code = code;
    details.transferred = bytes.size();
    describe(details);
    throw_error(code, details);
}

reader_core::reader_core(std::size_t limit) : buffer_(kept_for(checked(limit))), limit_(limit) {}

void reader_core::name(read_request const& request, read_outcome& outcome) noexcept {
    switch (request.what()) {
    case read_request::kind::until: outcome.operation = "stream_reader::read_until"; break;
    case read_request::kind::line: outcome.operation = "stream_reader::read_line"; break;
    case read_request::kind::some: outcome.operation = "stream_reader::read_some"; break;
    case read_request::kind::exactly:
        outcome.operation = "stream_reader::read_exactly";
        outcome.expected = request.count();
        break;
    }
}

bool reader_core::refuses(read_request const& request, read_outcome& outcome) const noexcept {
    bool const bad =
        request.what() == read_request::kind::until
            ? !request.ends().valid()
            : request.what() == read_request::kind::exactly && request.count() > static_cast<std::size_t>(PTRDIFF_MAX);
    if (bad)
        outcome.code = make_error_code(posix::invalid_argument);
    else if (stored_.failed())
        outcome.code = stored_;
    else
        return false;
    outcome.bytes = buffer_.data();
    return true;
}

bool reader_core::poll(read_request const& request, read_outcome& outcome) noexcept {
    name(request, outcome);
    if (refuses(request, outcome))
        return true;

    switch (request.what()) {
    case read_request::kind::until:
        if (search(request.ends(), outcome))
            return true;
        break;
    case read_request::kind::line:
        if (search(request.ends(), outcome)) {
            end_line(outcome);
            return true;
        }
        break;
    case read_request::kind::exactly:
        if (request.count() <= buffer_.size()) {
            outcome.bytes = take(request.count());
            return true;
        }
        break;
    case read_request::kind::some:
        if (buffer_.size() != 0 || request.count() == 0) {
            outcome.bytes = take(std::min(request.count(), buffer_.size()));
            return true;
        }
        break;
    }

    if (!ended())
        return false;
    end(outcome);
    if (request.what() == read_request::kind::line)
        end_line(outcome);
    else if (request.what() == read_request::kind::some && outcome.code == make_error_code(errc::incomplete_read))
        outcome.code = make_error_code(boost::asio::error::eof); // as of any AsyncReadStream
    return true;
}

std::string_view reader_core::try_read(read_request const& request, error_code& code) noexcept {
    read_outcome outcome;
    if (!poll(request, outcome))
        outcome.code = boost::asio::error::would_block;
    code = outcome.code;
    return outcome.bytes;
}

std::optional<std::string_view> reader_core::try_read(read_request const& request) {
    read_outcome outcome;
    if (!poll(request, outcome))
        return {};
    if (outcome.code.failed())
        outcome.throw_failure();
    return outcome.bytes;
}

// The record with its separator, or the failure that there is one but it starts beyond the limit, or that there is none
// and no separator that may yet come can start within it.
bool reader_core::search(separators const& wanted, read_outcome& outcome) noexcept {
    if (scanned_ != 0 && scanned_for_ != wanted)
        scanned_ = 0;

    std::string_view const data = buffer_.data();
    if (auto const match = find_separator(data.substr(scanned_), wanted)) {
        std::size_t const begin = scanned_ + match->begin;
        if (begin <= limit_) {
            outcome.bytes = take(scanned_ + match->end);
            return true;
        }
        outcome.overrun = begin;
        outcome.separator_found = true;
    } else {
        searched_in_vain(wanted);
        if (scanned_ <= limit_)
            return false;
        outcome.overrun = scanned_;
    }
    outcome.code = make_error_code(errc::limit_overrun);
    outcome.bytes = data.substr(0, *outcome.overrun);
    return true;
}

void reader_core::searched_in_vain(separators const& wanted) noexcept {
    // A separator that has begun to arrive is searched again from its start.
    std::size_t const longest = wanted.longest();
    scanned_ = buffer_.size() < longest ? 0 : buffer_.size() + 1 - longest;
    if (scanned_ == 0)
        return;
    scanned_for_ = wanted;
    ordinary_ = false;
}

void reader_core::end(read_outcome& outcome) noexcept {
    outcome.code = end_;
    outcome.bytes = take(buffer_.size());
}

// A line may end with the stream, and one that is too long is dropped, as far as it is here.
void reader_core::end_line(read_outcome& outcome) noexcept {
    if (outcome.code == make_error_code(errc::incomplete_read))
        outcome.code.clear();
    else if (outcome.overrun)
        outcome.bytes = take(outcome.separator_found ? *outcome.overrun + 1 : buffer_.size());
}

std::string_view reader_core::take(std::size_t n) noexcept {
    std::string_view const bytes = buffer_.data().substr(0, n);
    consume(n);
    return bytes;
}

void reader_core::received(error_code const& code, std::size_t n) noexcept {
    buffer_.commit(n);
    if (!code.failed() || is_transient(code))
        return;
    if (is_plain_end(code))
        end_ = make_error_code(errc::incomplete_read);
    else if (code == errc::eof)
        end_ = code;
    else if (!stored_.failed())
        store(code);
}

void reader_core::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        std::span<char> const room = buffer_.prepare();
        if (room.empty())
            throw std::bad_alloc();
        std::size_t const n = std::min(room.size(), bytes.size());
        std::memcpy(room.data(), bytes.data(), n);
        buffer_.commit(n);
        bytes.remove_prefix(n);
    }
}

} // namespace asyncio::detail
