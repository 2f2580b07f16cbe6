//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_UNREAD_BUFFERS_HPP
#define ASYNCIO_DETAIL_UNREAD_BUFFERS_HPP

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <type_traits>

namespace asyncio::detail {

// The part of a buffer sequence that isn't filled yet.
template <class Buffers> class unread_buffers {
public:
    // As many of the next buffers as one call of the system takes.
    class window {
    public:
        using value_type = boost::asio::mutable_buffer;
        using const_iterator = value_type const*;

        const_iterator begin() const noexcept { return buffers_.data(); }
        const_iterator end() const noexcept { return buffers_.data() + count_; }

        void push(value_type const& buffer) noexcept { buffers_[count_++] = buffer; }
        bool full() const noexcept { return count_ == buffers_.size(); }

    private:
        std::array<value_type, 16> buffers_;
        std::size_t count_ = 0;
    };

    explicit unread_buffers(Buffers const& buffers) : buffers_(buffers), size_(boost::asio::buffer_size(buffers)) {}

    std::size_t size() const noexcept { return size_; }
    std::size_t filled() const noexcept { return filled_; }
    bool full() const noexcept { return filled_ == size_; }

    window next() const {
        window result;
        std::size_t offset = offset_;
        auto const end = boost::asio::buffer_sequence_end(buffers_);
        for (auto at = std::next(boost::asio::buffer_sequence_begin(buffers_), index_); at != end && !result.full();
             ++at, offset = 0)
            if (boost::asio::mutable_buffer const buffer(*at); buffer.size() != offset)
                result.push(buffer + offset);
        return result;
    }

    void fill(std::size_t n) {
        filled_ += n;
        offset_ += n;
        auto const end = boost::asio::buffer_sequence_end(buffers_);
        for (auto at = std::next(boost::asio::buffer_sequence_begin(buffers_), index_); at != end; ++at, ++index_) {
            std::size_t const size = boost::asio::mutable_buffer(*at).size();
            if (offset_ < size)
                break;
            offset_ -= size;
        }
    }

    // A copy of what was filled.
    std::string copy() const {
        std::string bytes(filled_, '\0');
        boost::asio::buffer_copy(boost::asio::buffer(bytes), buffers_);
        return bytes;
    }

private:
    Buffers buffers_;
    std::size_t size_;
    std::size_t filled_ = 0;
    std::ptrdiff_t index_ = 0; // the first buffer that has room
    std::size_t offset_ = 0;   // how much of it is filled
};

// One buffer, as most reads have it.
template <class Buffers>
    requires std::is_convertible_v<Buffers, boost::asio::mutable_buffer>
class unread_buffers<Buffers> {
public:
    explicit unread_buffers(boost::asio::mutable_buffer const& buffer) noexcept : buffer_(buffer) {}

    std::size_t size() const noexcept { return buffer_.size(); }
    std::size_t filled() const noexcept { return filled_; }
    bool full() const noexcept { return filled_ == buffer_.size(); }

    boost::asio::mutable_buffer next() const noexcept { return buffer_ + filled_; }

    void fill(std::size_t n) noexcept { filled_ += n; }

    std::string copy() const { return {static_cast<char const*>(buffer_.data()), filled_}; }

private:
    boost::asio::mutable_buffer buffer_;
    std::size_t filled_ = 0;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_UNREAD_BUFFERS_HPP
