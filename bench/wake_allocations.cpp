//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "wake.hpp"

#include <atomic>
#include <cstdlib>

// Away from the code that is measured, so that the compiler keeps the two apart.

namespace {
std::atomic<std::size_t> taken{0};
}

void* operator new(std::size_t size) {
    taken.fetch_add(1, std::memory_order_relaxed);
    if (void* const block = std::malloc(size))
        return block;
    throw std::bad_alloc();
}

void operator delete(void* block) noexcept {
    std::free(block);
}

void operator delete(void* block, std::size_t) noexcept {
    std::free(block);
}

std::size_t asyncio_bench::allocations() noexcept {
    return taken.load(std::memory_order_relaxed);
}
