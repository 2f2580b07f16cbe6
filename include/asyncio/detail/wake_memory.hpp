//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_WAKE_MEMORY_HPP
#define ASYNCIO_DETAIL_WAKE_MEMORY_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/light_atomic.hpp>

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

    // By one thread at a time: the one that posts.
    void* allocate(std::size_t size, std::size_t alignment) {
        if (alignment <= alignof(std::max_align_t)) {
            if (size <= sizeof(small_) && reserve(small_state_))
                return small_;
            if (size <= sizeof(large_) && reserve(large_state_))
                return large_;
        }
        return ::operator new(size, std::align_val_t(alignment));
    }

    // Touches the object only if the block is one of its cells: it may be gone otherwise.
    void deallocate(void* block, std::size_t size, std::size_t alignment) noexcept {
        if (!holds(block))
            ::operator delete(block, size, std::align_val_t(alignment));
        else if ((block == small_ ? small_state_ : large_state_).exchange(cell::free, std::memory_order_acq_rel)
                 == cell::left)
            drop();
    }

    // The owner leaves.
    void leave() noexcept {
        if (small_state_.load(std::memory_order_acquire) == cell::free
            && large_state_.load(std::memory_order_acquire) == cell::free) {
            release_(*this);
            return;
        }
        // One for each cell that is still in use, and one for this function.
        users_.store(3, std::memory_order_relaxed);
        leave_to(small_state_);
        leave_to(large_state_);
        drop();
    }

private:
    // `left`: in use, and its user is to look whether it is the last to leave.
    enum class cell : unsigned char { free, used, left };

    static bool reserve(light_atomic<cell>& state) noexcept {
        if (state.load(std::memory_order_acquire) != cell::free)
            return false;
        state.store(cell::used, std::memory_order_relaxed);
        return true;
    }

    void leave_to(light_atomic<cell>& state) noexcept {
        auto expected = cell::used;
        if (!state.compare_exchange(expected, cell::left, std::memory_order_acq_rel, std::memory_order_acquire))
            drop();
    }

    void drop() noexcept {
        if (users_.fetch_sub(1, std::memory_order_acq_rel) == 1)
            release_(*this);
    }

    bool holds(void const* block) const noexcept {
        std::less<void const*> const before;
        return !before(block, this) && before(block, this + 1);
    }

    release_function release_;
    light_atomic<cell> small_state_{cell::free};
    light_atomic<cell> large_state_{cell::free};
    light_atomic<unsigned char> users_{0};
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
