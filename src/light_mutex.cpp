//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/light_mutex.hpp>

namespace asyncio::detail {

void light_mutex::lock_contended() noexcept {
    while (state_.exchange(contended, std::memory_order_acquire) != unlocked)
        state_.wait(contended, std::memory_order_relaxed);
}

void light_mutex::wake_one() noexcept {
    state_.notify_one();
}

} // namespace asyncio::detail
