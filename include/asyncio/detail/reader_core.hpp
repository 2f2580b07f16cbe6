//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_READER_CORE_HPP
#define ASYNCIO_DETAIL_READER_CORE_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/read_buffer.hpp>
#include <asyncio/error_details.hpp>
#include <asyncio/separators.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace asyncio::detail {

// What a read of a stream_reader asks for.
class read_request {
public:
    enum class kind : unsigned char { until, exactly, line, some };

    static read_request until(separators ends) noexcept { return {kind::until, std::move(ends), 0}; }
    static read_request exactly(std::size_t n) noexcept { return {kind::exactly, '\n', n}; }
    static read_request line() noexcept { return {kind::line, '\n', 0}; }
    static read_request some(std::size_t max) noexcept { return {kind::some, '\n', max}; }

    kind what() const noexcept { return what_; }
    std::size_t count() const noexcept { return count_; }
    separators const& ends() const noexcept { return ends_; }

private:
    read_request(kind what, separators ends, std::size_t count) noexcept
        : ends_(std::move(ends)), count_(count), what_(what) {}

    separators ends_;
    std::size_t count_;
    kind what_;
};

// How a read ended: its bytes, and what there is to tell of its failure.
class ASYNCIO_ERRC_DECL read_outcome {
public:
    read_outcome() noexcept {}
    read_outcome(boost::system::error_code const& failure, std::string_view arrived) noexcept
        : code(failure), bytes(arrived) {}

    // The caller sets the code, and the number of bytes; noexcept, as the copy of the bytes is left out if there is no
    // memory for it.
    void describe(error_details& details) const noexcept;

    // Throws the exception of the failure, which has to be one.
    [[noreturn]] void throw_failure() const;

    boost::system::error_code code;
    std::string_view bytes;
    char const* operation = nullptr;
    std::optional<std::size_t> expected;
    std::optional<std::size_t> overrun; // how many bytes belong to the record that outgrew its limit
    bool separator_found = false;
};

// All of a stream_reader but its stream: what arrived, and what each read makes of it.
class ASYNCIO_ERRC_DECL reader_core {
public:
    // Throws std::invalid_argument if the limit is 0.
    explicit reader_core(std::size_t limit);

    // The record up to the character, if it is here and nothing is out of the ordinary: what most reads come to.
    bool take_until(char separator, std::string_view& bytes) noexcept {
        std::string_view const data = buffer_.data();
        if (!ordinary_ || data.empty())
            return false;
        auto const* const at = static_cast<char const*>(std::memchr(data.data(), separator, data.size()));
        if (!at) {
            searched_in_vain(separator);
            return false;
        }
        auto const length = static_cast<std::size_t>(at - data.data());
        if (length > limit_)
            return false;
        bytes = {data.data(), length + 1};
        buffer_.consume(length + 1);
        return true;
    }

    // So many bytes, if they are here and nothing is out of the ordinary.
    bool take_exactly(std::size_t n, std::string_view& bytes) noexcept {
        if (!ordinary_ || n > buffer_.size())
            return false;
        bytes = {buffer_.data().data(), n};
        buffer_.consume(n);
        return true;
    }

    // Whether the read is over; if not, it needs more bytes from the stream.
    bool poll(read_request const& request, read_outcome& outcome) noexcept;

    // The same for a caller that doesn't wait.
    std::string_view try_read(read_request const& request, boost::system::error_code& code) noexcept;
    std::optional<std::string_view> try_read(read_request const& request); // throws the exception of a failure

    // Whether the read is over before it looked at the bytes: its arguments are bad, or an error is stored.
    bool refuses(read_request const& request, read_outcome& outcome) const noexcept;

    // Where the stream is to put bytes; empty if there is no memory.
    std::span<char> prepare() noexcept { return buffer_.prepare(); }

    // What the stream delivered.
    void received(boost::system::error_code const& code, std::size_t n) noexcept;

    // Throws std::bad_alloc.
    void feed(std::string_view bytes);

    std::string_view data() const noexcept { return buffer_.data(); }
    std::size_t capacity() const noexcept { return buffer_.capacity(); }
    std::size_t limit() const noexcept { return limit_; }
    bool ended() const noexcept { return end_.failed(); }

    void consume(std::size_t n) noexcept {
        buffer_.consume(n);
        search_anew();
    }

    // Undoes the consumption of the last n bytes, where no room was prepared since.
    void put_back(std::size_t n) noexcept {
        buffer_.put_back(n);
        search_anew();
    }

    boost::system::error_code const& stored() const noexcept { return stored_; }
    void store(boost::system::error_code const& code) noexcept {
        stored_ = code;
        ordinary_ = scanned_ == 0 && !code.failed();
    }
    void forget_end() noexcept { end_.clear(); }

    // Fills in what goes with the code of every read of that kind.
    static void name(read_request const& request, read_outcome& outcome) noexcept;

private:
    void search_anew() noexcept {
        scanned_ = 0;
        ordinary_ = !stored_.failed();
    }
    void searched_in_vain(separators const& wanted) noexcept;
    bool search(separators const& wanted, read_outcome& outcome) noexcept;
    void end(read_outcome& outcome) noexcept;
    void end_line(read_outcome& outcome) noexcept;
    std::string_view take(std::size_t n) noexcept;

    read_buffer buffer_;
    std::size_t limit_;
    std::size_t scanned_ = 0; // where a search for scanned_for_ goes on
    boost::system::error_code stored_;
    boost::system::error_code end_; // set when the stream has ended
    separators scanned_for_ = '\n';
    bool ordinary_ = true; // no error is stored, and nothing was searched in vain
};

// The reads of a stream_reader as they travel to where they are done: each with the fast way, which gives up on
// anything out of the ordinary, and as the request that can do all.
struct character_read {
    char end;

    bool take(reader_core& core, std::string_view& bytes) const noexcept { return core.take_until(end, bytes); }
    read_request request() const noexcept { return read_request::until(end); }
};

struct line_read {
    bool take(reader_core& core, std::string_view& bytes) const noexcept { return core.take_until('\n', bytes); }
    read_request request() const noexcept { return read_request::line(); }
};

struct exact_read {
    std::size_t count;

    bool take(reader_core& core, std::string_view& bytes) const noexcept { return core.take_exactly(count, bytes); }
    read_request request() const noexcept { return read_request::exactly(count); }
};

class any_read {
public:
    explicit any_read(read_request request) noexcept : request_(std::move(request)) {}

    bool take(reader_core&, std::string_view&) const noexcept { return false; }
    read_request const& request() const noexcept { return request_; }

private:
    read_request request_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_READER_CORE_HPP
