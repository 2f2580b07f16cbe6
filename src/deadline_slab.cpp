//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "deadline_slab.hpp"

#include <boost/align/aligned_alloc.hpp>

#include <algorithm>
#include <bit>
#include <mutex>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASYNCIO_ERRC_ADDRESS_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ASYNCIO_ERRC_ADDRESS_SANITIZER
#endif
#if defined(ASYNCIO_ERRC_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#endif

namespace asyncio::detail {
namespace {

// A place that nobody has is out of bounds.
void poison([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t size) noexcept {
#if defined(ASYNCIO_ERRC_ADDRESS_SANITIZER)
    ASAN_POISON_MEMORY_REGION(memory, size);
#endif
}
void unpoison([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t size) noexcept {
#if defined(ASYNCIO_ERRC_ADDRESS_SANITIZER)
    ASAN_UNPOISON_MEMORY_REGION(memory, size);
#endif
}

} // namespace

void* deadline_slab::allocate(std::size_t size) {
    size = (std::max(size, least) + granularity - 1) / granularity * granularity;
    std::lock_guard lock(mutex_);
    block*& first = with_room(size);
    if (!first)
        first = make_block(size);
    block& b = *first;
    auto const place = static_cast<std::size_t>(std::countr_zero(b.vacant));
    b.vacant &= b.vacant - 1;
    if (b.vacant == 0)
        first = b.next;
    users_.fetch_add(1, std::memory_order_relaxed);
    void* const memory = b.places() + place * size;
    unpoison(memory, size);
    return memory;
}

void deadline_slab::deallocate(void* memory) noexcept {
    auto const offset = reinterpret_cast<std::uintptr_t>(memory) % block_alignment;
    auto* const b = reinterpret_cast<block*>(static_cast<std::byte*>(memory) - offset);
    auto const place = static_cast<std::uint32_t>(offset - sizeof(block)) / b->size;
    deadline_slab* const self = b->owner;
    self->give_back(*b, memory, place);
    self->drop();
}

void deadline_slab::give_back(block& b, void* memory, std::uint32_t place) noexcept {
    std::lock_guard const lock(mutex_);
    poison(memory, b.size);
    bool const was_full = b.vacant == 0;
    b.vacant |= std::uint64_t{1} << place;
    if (left_) {
        if (b.vacant == b.all)
            free_block(&b);
    } else if (was_full) {
        b.next = with_room(b.size);
        with_room(b.size) = &b;
    }
}

bool deadline_slab::trim() noexcept {
    std::lock_guard const lock(mutex_);
    free_unused();
    return blocks_ == 0;
}

void deadline_slab::leave() noexcept {
    {
        std::lock_guard const lock(mutex_);
        free_unused();
        left_ = true;
    }
    drop();
}

void deadline_slab::drop() noexcept {
    if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1)
        delete this;
}

std::size_t deadline_slab::blocks() const noexcept {
    std::lock_guard const lock(mutex_);
    return blocks_;
}

deadline_slab::block* deadline_slab::make_block(std::size_t size) {
    void* const memory = boost::alignment::aligned_alloc(block_alignment, block_size);
    if (!memory)
        throw std::bad_alloc();
    auto const places = (block_size - sizeof(block)) / size;
    auto const all = ~std::uint64_t{} >> (64 - places);
    auto* const b = ::new (memory) block{this, nullptr, all, all, static_cast<std::uint32_t>(size)};
    poison(b->places(), block_size - sizeof(block));
    ++blocks_;
    return b;
}

void deadline_slab::free_block(block* b) noexcept {
    unpoison(b->places(), block_size - sizeof(block));
    boost::alignment::aligned_free(b);
    --blocks_;
}

void deadline_slab::free_unused() noexcept {
    for (block*& first : with_room_) {
        for (block** at = &first; block* const b = *at;) {
            if (b->vacant != b->all) {
                at = &b->next;
                continue;
            }
            *at = b->next;
            free_block(b);
        }
    }
}

} // namespace asyncio::detail
