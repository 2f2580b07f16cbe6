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

    // The record up to the character, if it is here and nothing is wrong: what most reads come to.
    bool take_until(char separator, std::string_view& bytes) noexcept {
        if (stored_.failed() || (scanned_ != 0 && !scanned_for(separator)))
            return false;
        std::string_view const data = buffer_.data();
        if (scanned_ == data.size())
            return false;
        auto const* const at =
            static_cast<char const*>(std::memchr(data.data() + scanned_, separator, data.size() - scanned_));
        if (!at)
            return false;
        auto const length = static_cast<std::size_t>(at - data.data());
        if (length > limit_)
            return false;
        bytes = data.substr(0, length + 1);
        consume(length + 1);
        return true;
    }

    // So many bytes, if they are here and nothing is wrong.
    bool take_exactly(std::size_t n, std::string_view& bytes) noexcept {
        if (stored_.failed() || n > buffer_.size())
            return false;
        bytes = buffer_.data().substr(0, n);
        consume(n);
        return true;
    }

    // Whether the read is over; if not, it needs more bytes from the stream.
    bool poll(read_request const& request, read_outcome& outcome) noexcept;

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
        scanned_ = 0;
    }

    // Undoes the consumption of the last n bytes, where no room was prepared since.
    void put_back(std::size_t n) noexcept {
        buffer_.put_back(n);
        scanned_ = 0;
    }

    boost::system::error_code const& stored() const noexcept { return stored_; }
    void store(boost::system::error_code const& code) noexcept { stored_ = code; }
    void forget_end() noexcept { end_.clear(); }

    // Fills in what goes with the code of every read of that kind.
    static void name(read_request const& request, read_outcome& outcome) noexcept;

private:
    bool scanned_for(separators const& wanted) const noexcept { return scanned_for_ == wanted; }
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
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_READER_CORE_HPP
