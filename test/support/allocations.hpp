//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SUPPORT_ALLOCATIONS_HPP
#define ASYNCIO_ERRC_TEST_SUPPORT_ALLOCATIONS_HPP

#include <cstddef>

namespace asyncio_test {

// How often this thread has taken memory so far, by `operator new` or `malloc` and their kin. To be linked with
// `asyncio-errc-test-allocations`.
std::size_t allocation_count() noexcept;

// Makes the n-th allocation of this thread from now on fail: 1 is the next one, 0 means none. Gives false, and does
// nothing, under a sanitizer, which owns `malloc`.
bool fail_allocation(std::size_t n) noexcept;

// Counts from its construction on, in the thread that asks.
class allocation_probe {
public:
    std::size_t count() const noexcept { return allocation_count() - start_; }

private:
    std::size_t start_ = allocation_count();
};

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_SUPPORT_ALLOCATIONS_HPP
