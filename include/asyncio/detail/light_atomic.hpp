//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_LIGHT_ATOMIC_HPP
#define ASYNCIO_DETAIL_LIGHT_ATOMIC_HPP

#include <atomic>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace asyncio::detail {

// Whether the calling thread is known to be the only one of the process. It stays so until that thread starts another.
inline bool single_threaded() noexcept {
#if __has_include(<sys/single_threaded.h>)
    return __libc_single_threaded != 0;
#else
    return false;
#endif
}

// A std::atomic that pays for its read-modify-write operations only where there is another thread to see them. Each
// costs as much as dozens of plain instructions, and many programs of one io_context never start a thread. The C
// library does the same for its mutexes, and the standard library for its shared pointers. The other case is called
// unlikely since a jump weighs little beside such an operation, but as much as the plain one.
template <class T> class light_atomic {
public:
    constexpr light_atomic(T value) noexcept : value_(value) {}

    T load(std::memory_order order) const noexcept { return value_.load(order); }
    void store(T value, std::memory_order order) noexcept { value_.store(value, order); }

    T exchange(T value, std::memory_order order) noexcept {
        if (!single_threaded()) [[unlikely]]
            return value_.exchange(value, order);
        T const before = plain();
        plain(value);
        return before;
    }

    T fetch_add(T n, std::memory_order order) noexcept {
        if (!single_threaded()) [[unlikely]]
            return value_.fetch_add(n, order);
        T const before = plain();
        plain(static_cast<T>(before + n));
        return before;
    }

    T fetch_sub(T n, std::memory_order order) noexcept {
        if (!single_threaded()) [[unlikely]]
            return value_.fetch_sub(n, order);
        T const before = plain();
        plain(static_cast<T>(before - n));
        return before;
    }

    // On failure, `expected` becomes what is there, which was read with `failure`.
    bool compare_exchange(T& expected, T value, std::memory_order success, std::memory_order failure) noexcept {
        if (!single_threaded()) [[unlikely]]
            return value_.compare_exchange_strong(expected, value, success, failure);
        T const before = plain();
        if (before != expected) [[unlikely]] {
            expected = before;
            return false;
        }
        plain(value);
        return true;
    }

    void wait(T value, std::memory_order order) const noexcept { value_.wait(value, order); }
    void notify_one() noexcept { value_.notify_one(); }

private:
    T plain() const noexcept { return value_.load(std::memory_order_relaxed); }
    void plain(T value) noexcept { value_.store(value, std::memory_order_relaxed); }

    std::atomic<T> value_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_LIGHT_ATOMIC_HPP
