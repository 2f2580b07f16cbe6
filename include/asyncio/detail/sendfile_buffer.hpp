//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_SENDFILE_BUFFER_HPP
#define ASYNCIO_DETAIL_SENDFILE_BUFFER_HPP

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace asyncio::detail {

// Raw memory from an allocator, that can be given back before its owner ends.
template <class Allocator> class sendfile_buffer {
    using byte_allocator = typename std::allocator_traits<Allocator>::template rebind_alloc<std::byte>;
    using traits = std::allocator_traits<byte_allocator>;

public:
    explicit sendfile_buffer(Allocator const& allocator) noexcept : allocator_(allocator) {}

    sendfile_buffer(sendfile_buffer&& other) noexcept
        : allocator_(other.allocator_), data_(std::exchange(other.data_, {})), size_(std::exchange(other.size_, 0)) {}

    sendfile_buffer& operator=(sendfile_buffer&&) = delete;

    ~sendfile_buffer() { release(); }

    void allocate(std::size_t size) {
        release();
        data_ = traits::allocate(allocator_, size);
        size_ = size;
    }

    void release() noexcept {
        if (size_ != 0)
            traits::deallocate(allocator_, std::exchange(data_, {}), std::exchange(size_, 0));
    }

    std::span<std::byte> data() const noexcept {
        return size_ != 0 ? std::span<std::byte>(std::to_address(data_), size_) : std::span<std::byte>();
    }

private:
    byte_allocator allocator_;
    typename traits::pointer data_ = {};
    std::size_t size_ = 0;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_SENDFILE_BUFFER_HPP
