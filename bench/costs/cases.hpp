//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_BENCH_COSTS_CASES_HPP
#define ASYNCIO_ERRC_BENCH_COSTS_CASES_HPP

#include <cstddef>

namespace asyncio_bench {

// A case whose costs are counted: a name, and a function that does it n times. What the function prepares
// doesn't count, since the count is the difference of two runs. To be defined at namespace scope; also give it a row in
// bench/costs.txt (tools/count-costs prints it).
class counted_case {
public:
    counted_case(char const* name, void (*repeat)(std::size_t n)) noexcept;

    char const* name;
    void (*repeat)(std::size_t n);
    counted_case* next;
};

// The compiler must assume that the value is used.
template <class T> void keep(T const& value) noexcept {
    asm volatile("" : : "r,m"(value) : "memory");
}

// The compiler must assume that the object may have any value, and be looked at.
template <class T> void launder(T& object) noexcept {
    asm volatile("" : "+m"(object) : : "memory");
}

} // namespace asyncio_bench

#endif // ASYNCIO_ERRC_BENCH_COSTS_CASES_HPP
