//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_READ_BUFFER_HPP
#define ASYNCIO_DETAIL_READ_BUFFER_HPP

#include <asyncio/detail/config.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace asyncio::detail {

// The bytes that arrived and weren't read, in one piece. Taking them moves an index; they are copied only when room is
// made, and each byte a bounded number of times however it arrives. Nothing moves outside `prepare`.
class ASYNCIO_ERRC_DECL read_buffer {
public:
    // What an idle connection costs, and what a busy one reads at once.
    static constexpr std::size_t first_capacity = 4 * 1024;
    static constexpr std::size_t usual_capacity = 64 * 1024;

    // Memory beyond `keep` bytes is given back when the buffer has run empty.
    explicit read_buffer(std::size_t keep) noexcept : keep_(keep) {}
    read_buffer(read_buffer&& other) noexcept;
    read_buffer& operator=(read_buffer&&) = delete;

    std::string_view data() const noexcept { return {storage_.get() + begin_, end_ - begin_}; }
    std::size_t size() const noexcept { return end_ - begin_; }
    std::size_t capacity() const noexcept { return capacity_; }

    void consume(std::size_t n) noexcept { begin_ += n; }
    void put_back(std::size_t n) noexcept { begin_ -= n; }

    // Room for new bytes behind the others; empty if there is no memory. Invalidates all views.
    std::span<char> prepare() noexcept;

    // Adds the first n bytes of the room.
    void commit(std::size_t n) noexcept;

private:
    bool reallocate(std::size_t capacity) noexcept;

    std::unique_ptr<char[]> storage_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t keep_;
    bool filled_ = false; // the last read filled all the room that it had
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_READ_BUFFER_HPP
