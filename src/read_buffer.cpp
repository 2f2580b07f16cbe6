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
#include <new>
#include <utility>

namespace asyncio::detail {

read_buffer::read_buffer(read_buffer&& other) noexcept
    : storage_(std::move(other.storage_)), capacity_(std::exchange(other.capacity_, 0)),
      begin_(std::exchange(other.begin_, 0)), end_(std::exchange(other.end_, 0)), keep_(other.keep_),
      filled_(std::exchange(other.filled_, false)) {}

std::span<char> read_buffer::prepare() noexcept {
    if (begin_ == end_)
        begin_ = end_ = 0;

    // A stream that fills its room has more to give.
    bool const eager = filled_ && capacity_ < usual_capacity;
    filled_ = false;
    if (capacity_ == 0)
        reallocate(first_capacity);
    else if (eager)
        reallocate(std::min(4 * capacity_, usual_capacity));
    else if (end_ == 0 && capacity_ > keep_)
        reallocate(keep_);
    if (capacity_ == 0)
        return {};

    // Whoever moves bytes has freed at least as many before, or doubles the room: either way the cost is linear.
    if (capacity_ - end_ < capacity_ / 4 || end_ == capacity_) {
        if (size() <= begin_) {
            std::memmove(storage_.get(), storage_.get() + begin_, size());
            end_ -= begin_;
            begin_ = 0;
        } else if (capacity_ <= std::numeric_limits<std::size_t>::max() / 2) {
            reallocate(2 * capacity_); // where there is no memory, a smaller rest will do
        }
    }
    return {storage_.get() + end_, capacity_ - end_};
}

void read_buffer::commit(std::size_t n) noexcept {
    end_ += n;
    filled_ = n != 0 && end_ == capacity_;
}

bool read_buffer::reallocate(std::size_t capacity) noexcept {
    std::unique_ptr<char[]> storage(new (std::nothrow) char[capacity]);
    if (!storage)
        return false;
    std::size_t const kept = size();
    if (kept != 0)
        std::memcpy(storage.get(), storage_.get() + begin_, kept);
    storage_ = std::move(storage);
    capacity_ = capacity;
    begin_ = 0;
    end_ = kept;
    return true;
}

} // namespace asyncio::detail
