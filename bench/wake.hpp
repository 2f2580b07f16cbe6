//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_BENCH_WAKE_HPP
#define ASYNCIO_ERRC_BENCH_WAKE_HPP

#include "loop.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>

namespace asyncio_bench {

// How often memory was taken so far.
std::size_t allocations() noexcept;

// Reports the allocations of an operation, over the iterations behind the first few.
class allocation_counter {
public:
    explicit allocation_counter(benchmark::State& state) noexcept : state_(state) {}
    allocation_counter(allocation_counter const&) = delete;
    allocation_counter& operator=(allocation_counter const&) = delete;
    ~allocation_counter() {
        auto const n = static_cast<double>(counted_ == 0 ? 1 : counted_);
        state_.counters["allocs"] = static_cast<double>(counted_ == 0 ? 0 : allocations() - start_) / n;
    }

    // Once an iteration.
    void step() noexcept {
        if (warm_up_ != 0) {
            if (--warm_up_ == 0)
                start_ = allocations();
        } else {
            ++counted_;
        }
    }

private:
    benchmark::State& state_;
    std::size_t warm_up_ = 16;
    std::size_t counted_ = 0;
    std::size_t start_ = 0;
};

} // namespace asyncio_bench

#endif // ASYNCIO_ERRC_BENCH_WAKE_HPP
