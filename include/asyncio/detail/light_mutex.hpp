//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_LIGHT_MUTEX_HPP
#define ASYNCIO_DETAIL_LIGHT_MUTEX_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/light_atomic.hpp>

#include <atomic>

namespace asyncio::detail {

// A mutex that is locked and unlocked inline: a wait or a timeout takes several, each for a few instructions, and the
// calls of std::mutex are then a fifth of what it costs. Who finds it locked sleeps. It is the mutex of Ulrich Drepper,
// "Futexes Are Tricky", section 6.
class ASYNCIO_ERRC_DECL light_mutex {
public:
    light_mutex() = default;
    light_mutex(light_mutex const&) = delete;
    light_mutex& operator=(light_mutex const&) = delete;

    void lock() noexcept {
        int state = unlocked;
        bool const free = state_.compare_exchange(state, locked, std::memory_order_acquire, std::memory_order_relaxed);
        if (!free) [[unlikely]]
            lock_contended();
    }

    void unlock() noexcept {
        if (state_.exchange(unlocked, std::memory_order_release) == contended) [[unlikely]]
            wake_one();
    }

private:
    // Contended: there may be others who sleep until it is unlocked.
    static constexpr int unlocked = 0, locked = 1, contended = 2;

    void lock_contended() noexcept;
    void wake_one() noexcept;

    light_atomic<int> state_{unlocked};
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_LIGHT_MUTEX_HPP
