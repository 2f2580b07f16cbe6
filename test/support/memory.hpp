//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SUPPORT_MEMORY_HPP
#define ASYNCIO_ERRC_TEST_SUPPORT_MEMORY_HPP

#include <atomic>
#include <cstddef>
#include <new>
#include <type_traits>

namespace asyncio_test {

// What an allocator was asked for. It can be told to fail.
class memory_log {
public:
    memory_log() = default;
    memory_log(memory_log const&) = delete;
    memory_log& operator=(memory_log const&) = delete;

    // The number of allocations so far, of blocks not given back, and of their bytes.
    std::size_t allocations() const noexcept { return allocations_; }
    std::size_t live() const noexcept { return live_; }
    std::size_t live_bytes() const noexcept { return live_bytes_; }

    // The n-th allocation from now on fails (1: the next). 0: none does.
    void fail_at(std::size_t n) noexcept {
        failed_ = false;
        countdown_ = n;
    }
    bool failed() const noexcept { return failed_; }

    void* allocate(std::size_t bytes, std::size_t alignment) {
        if (countdown_ != 0 && --countdown_ == 0) {
            failed_ = true;
            throw std::bad_alloc();
        }
        void* const memory = ::operator new(bytes, std::align_val_t(alignment));
        ++allocations_;
        ++live_;
        live_bytes_ += bytes;
        return memory;
    }
    void deallocate(void* memory, std::size_t bytes, std::size_t alignment) noexcept {
        ::operator delete(memory, bytes, std::align_val_t(alignment));
        --live_;
        live_bytes_ -= bytes;
    }

private:
    std::atomic<std::size_t> allocations_{0};
    std::atomic<std::size_t> live_{0};
    std::atomic<std::size_t> live_bytes_{0};
    std::atomic<std::size_t> countdown_{0};
    std::atomic<bool> failed_{false};
};

// An allocator that keeps the log, to be bound to a handler:
// `asio::bind_allocator(test_allocator<>(log), token)`.
template <class T = void> class test_allocator {
public:
    using value_type = T;

    explicit test_allocator(memory_log& log) noexcept : log_(&log) {}
    template <class U> test_allocator(test_allocator<U> const& other) noexcept : log_(other.log_) {}

    T* allocate(std::size_t n)
        requires(!std::is_void_v<T>)
    {
        return static_cast<T*>(log_->allocate(n * sizeof(T), alignof(T)));
    }
    void deallocate(T* memory, std::size_t n) noexcept
        requires(!std::is_void_v<T>)
    {
        log_->deallocate(memory, n * sizeof(T), alignof(T));
    }

    memory_log& log() const noexcept { return *log_; }

    template <class U> friend bool operator==(test_allocator const& a, test_allocator<U> const& b) noexcept {
        return &a.log() == &b.log();
    }

private:
    template <class> friend class test_allocator;
    memory_log* log_;
};

// Calls `attempt(log)` with the first allocation failing, then the second, and so on, until none is left to fail. Gives
// the number of failures. The attempt sees `log.failed()` to know what to expect.
template <class Attempt> std::size_t with_each_allocation_failing(Attempt attempt) {
    for (std::size_t n = 1;; ++n) {
        memory_log log;
        log.fail_at(n);
        attempt(log);
        if (!log.failed())
            return n - 1;
    }
}

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_SUPPORT_MEMORY_HPP
