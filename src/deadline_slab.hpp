//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SRC_DEADLINE_SLAB_HPP
#define ASYNCIO_SRC_DEADLINE_SLAB_HPP

#include <asyncio/detail/deadline_queue.hpp>
#include <asyncio/detail/light_atomic.hpp>
#include <asyncio/detail/light_mutex.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace asyncio::detail {

// The memory of many operations: places of one size, cut from blocks of a page.
//
// With malloc, each operation has one or two cache lines that only the bookkeeping uses, and which no cache holds any
// more by the time it ends, if a hundred thousand others are pending. Here that is the head of a block, which its
// neighbours share.
//
// Blocks are kept until they are asked for. What is in use when the owner leaves lasts until it is given back.
class deadline_slab {
public:
    deadline_slab() noexcept = default;
    deadline_slab(deadline_slab const&) = delete;
    deadline_slab& operator=(deadline_slab const&) = delete;

    // Of at most deadline_slab_limit. Throws std::bad_alloc.
    void* allocate(std::size_t size);
    static void deallocate(void* memory) noexcept;

    // Frees the blocks that nobody uses. True if none is left.
    bool trim() noexcept;

    // The owner leaves. The slab is destroyed, now or when the last place is given back.
    void leave() noexcept;

    // How many blocks there are.
    std::size_t blocks() const noexcept;

private:
    // The head of a block; the places follow. Found from each of them by the block's alignment.
    struct alignas(64) block {
        deadline_slab* owner;
        // The next one with room, of the same size.
        block* next;
        // A bit per place; and what it is when none is taken.
        std::uint64_t vacant;
        std::uint64_t all;
        std::uint32_t size;

        std::byte* places() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
    };

    static constexpr std::size_t block_alignment = 4096;
    // The rest is what malloc keeps beside the memory: thus block follows block.
    static constexpr std::size_t block_size = block_alignment - 16;
    static constexpr std::size_t granularity = deadline_slab_alignment;
    // Of smaller places, a block would have more than a word has bits.
    static constexpr std::size_t least = 64;
    static_assert((block_size - sizeof(block)) / least < 64);

    ~deadline_slab() = default;

    void give_back(block& b, void* memory, std::uint32_t place) noexcept;
    void drop() noexcept;
    block*& with_room(std::size_t size) noexcept { return with_room_[(size - 1) / granularity]; }
    block* make_block(std::size_t size);
    void free_block(block* b) noexcept;
    void free_unused() noexcept;

    // The owner, and each place that is taken.
    light_atomic<std::size_t> users_{1};
    mutable light_mutex mutex_;
    bool left_ = false;
    std::size_t blocks_ = 0;
    std::array<block*, deadline_slab_limit / granularity> with_room_{};
};

} // namespace asyncio::detail

#endif // ASYNCIO_SRC_DEADLINE_SLAB_HPP
