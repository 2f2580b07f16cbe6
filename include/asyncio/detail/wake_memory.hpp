//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_WAKE_MEMORY_HPP
#define ASYNCIO_DETAIL_WAKE_MEMORY_HPP

#include <asyncio/detail/config.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <new>

namespace asyncio::detail {

// The memory that posting a wake-up takes, set aside when the wait begins: so that waking needs none, and does not
// touch the handler's allocator from a foreign thread. Two cells, since a strand takes two blocks: for the function and
// for its own run. A block that fits no cell comes from the heap.
//
// It is part of a larger block. That one is given back by the last to leave: the owner, or an executor that gives its
// own block back late.
class wake_memory {
public:
    using release_function = void (*)(wake_memory&) noexcept;

    explicit wake_memory(release_function release) noexcept : release_(release) {}
    wake_memory(wake_memory const&) = delete;
    wake_memory& operator=(wake_memory const&) = delete;

    void* allocate(std::size_t size, std::size_t alignment) {
        if (alignment <= alignof(std::max_align_t)) {
            if (size <= sizeof(small_) && reserve(in_small))
                return small_;
            if (size <= sizeof(large_) && reserve(in_large))
                return large_;
        }
        return ::operator new(size, std::align_val_t(alignment));
    }

    // Touches the object only if the block is one of its cells: it may be gone otherwise.
    void deallocate(void* block, std::size_t size, std::size_t alignment) noexcept {
        if (holds(block)) {
            unsigned const cell = block == small_ ? in_small : in_large;
            if (state_.fetch_sub(cell, std::memory_order_acq_rel) == (cell | left))
                release_(*this);
        } else {
            ::operator delete(block, size, std::align_val_t(alignment));
        }
    }

    // The owner leaves.
    void leave() noexcept {
        if (state_.load(std::memory_order_acquire) == 0 || state_.fetch_or(left, std::memory_order_acq_rel) == 0)
            release_(*this);
    }

private:
    static constexpr unsigned in_small = 1, in_large = 2, left = 4;

    bool reserve(unsigned cell) noexcept {
        return (state_.load(std::memory_order_relaxed) & cell) == 0
               && (state_.fetch_or(cell, std::memory_order_acquire) & cell) == 0;
    }

    bool holds(void const* block) const noexcept {
        std::less<void const*> const before;
        return !before(block, this) && before(block, this + 1);
    }

    release_function release_;
    std::atomic<unsigned> state_{0};
    alignas(std::max_align_t) std::byte small_[48];
    alignas(std::max_align_t) std::byte large_[96];
};

// The allocator that a wake-up is posted with.
template <class T> class wake_allocator {
public:
    using value_type = T;

    explicit wake_allocator(wake_memory& memory) noexcept : memory_(&memory) {}
    template <class U> wake_allocator(wake_allocator<U> const& other) noexcept : memory_(other.memory()) {}

    T* allocate(std::size_t n) { return static_cast<T*>(memory_->allocate(n * sizeof(T), alignof(T))); }
    void deallocate(T* block, std::size_t n) noexcept { memory_->deallocate(block, n * sizeof(T), alignof(T)); }

    wake_memory* memory() const noexcept { return memory_; }

    template <class U> friend bool operator==(wake_allocator const& a, wake_allocator<U> const& b) noexcept {
        return a.memory() == b.memory();
    }

private:
    wake_memory* memory_;
};

// What executors rebind from.
template <> class wake_allocator<void> {
public:
    using value_type = void;

    explicit wake_allocator(wake_memory& memory) noexcept : memory_(&memory) {}
    template <class U> wake_allocator(wake_allocator<U> const& other) noexcept : memory_(other.memory()) {}

    wake_memory* memory() const noexcept { return memory_; }

    template <class U> friend bool operator==(wake_allocator const& a, wake_allocator<U> const& b) noexcept {
        return a.memory() == b.memory();
    }

private:
    wake_memory* memory_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_WAKE_MEMORY_HPP
