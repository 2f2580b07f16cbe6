//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/read_buffer.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace asyncio::detail {

read_buffer::read_buffer(read_buffer&& other) noexcept
    : storage_(std::move(other.storage_)), capacity_(std::exchange(other.capacity_, 0)),
      begin_(std::exchange(other.begin_, nullptr)), end_(std::exchange(other.end_, nullptr)), keep_(other.keep_),
      filled_(std::exchange(other.filled_, false)) {}

// Whoever moves bytes has read at least as many before, or doubles the room: either way the cost is linear.
std::span<char> read_buffer::prepare() noexcept {
    if (size() <= consumed())
        move_to_front();

    // A stream that fills its room has more to give.
    bool const eager = std::exchange(filled_, false) && capacity_ < usual_capacity;
    if (capacity_ == 0)
        reallocate(first_capacity);
    else if (eager)
        reallocate(std::min(4 * capacity_, usual_capacity));
    else if (size() == 0 && capacity_ > keep_)
        reallocate(keep_);
    else if (room() < capacity_ / 4 && capacity_ <= std::numeric_limits<std::size_t>::max() / 2)
        reallocate(2 * capacity_);
    return {end_, room()};
}

void read_buffer::commit(std::size_t n) noexcept {
    end_ += n;
    filled_ = n != 0 && room() == 0;
}

void read_buffer::move_to_front() noexcept {
    if (consumed() == 0)
        return;
    std::size_t const kept = size();
    std::memmove(storage_.get(), begin_, kept);
    begin_ = storage_.get();
    end_ = begin_ + kept;
}

// Where there is no memory, the capacity stays as it is.
void read_buffer::reallocate(std::size_t capacity) noexcept {
    move_to_front();
    std::size_t const kept = size();
    auto* const memory = static_cast<char*>(std::realloc(storage_.get(), capacity));
    if (!memory)
        return;
    static_cast<void>(storage_.release());
    storage_.reset(memory);
    capacity_ = capacity;
    begin_ = memory;
    end_ = memory + kept;
}

} // namespace asyncio::detail
