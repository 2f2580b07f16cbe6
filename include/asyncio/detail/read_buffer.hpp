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
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace asyncio::detail {

// The bytes that arrived and weren't read, in one piece. Taking them moves a pointer; they are copied only when room is
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

    std::string_view data() const noexcept { return {begin_, size()}; }
    std::size_t size() const noexcept { return static_cast<std::size_t>(end_ - begin_); }
    std::size_t capacity() const noexcept { return capacity_; }

    void consume(std::size_t n) noexcept { begin_ += n; }
    void put_back(std::size_t n) noexcept { begin_ -= n; }

    // Room for new bytes behind the others; empty if there is no memory. Invalidates all views.
    std::span<char> prepare() noexcept;

    // Adds the first n bytes of the room.
    void commit(std::size_t n) noexcept;

private:
    struct release {
        void operator()(char* memory) const noexcept { std::free(memory); }
    };

    std::size_t consumed() const noexcept { return static_cast<std::size_t>(begin_ - storage_.get()); }
    std::size_t room() const noexcept { return capacity_ - consumed() - size(); }
    void move_to_front() noexcept;
    void reallocate(std::size_t capacity) noexcept;

    std::unique_ptr<char[], release> storage_; // of `realloc`, which makes large ones larger without a copy
    std::size_t capacity_ = 0;
    char* begin_ = nullptr;
    char* end_ = nullptr;
    std::size_t keep_;
    bool filled_ = false; // the last read filled all the room that it had
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_READ_BUFFER_HPP
