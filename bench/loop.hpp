//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_BENCH_LOOP_HPP
#define ASYNCIO_ERRC_BENCH_LOOP_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <new>

// Coroutines that wait: everything typed, one thread, no reactor.

namespace asyncio_bench {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;
using timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;
template <class T = void> using awaitable = asio::awaitable<T, executor>;
inline constexpr asio::use_awaitable_t<executor> use_awaitable;

// Runs coroutines to their end.
template <class... Coroutines> void drive(asio::io_context& ctx, Coroutines... coroutines) {
    auto const rethrow = [](std::exception_ptr e) {
        if (e)
            std::rethrow_exception(e);
    };
    (asio::co_spawn(ctx, std::move(coroutines), rethrow), ...);
    ctx.run();
}

// Keeps blocks of one size, for one thread.
class block_pool {
public:
    block_pool() = default;
    block_pool(block_pool const&) = delete;
    block_pool& operator=(block_pool const&) = delete;
    ~block_pool() { ::operator delete(block_); }

    void* allocate(std::size_t size) {
        if (void* const block = block_) {
            block_ = nullptr;
            return block;
        }
        return ::operator new(size);
    }
    void deallocate(void* block) noexcept {
        ::operator delete(block_);
        block_ = block;
    }

private:
    void* block_ = nullptr;
};

template <class T> class pool_allocator {
public:
    using value_type = T;

    explicit pool_allocator(block_pool& p) noexcept : pool(&p) {}
    template <class U> pool_allocator(pool_allocator<U> const& other) noexcept : pool(other.pool) {}

    T* allocate(std::size_t n) { return static_cast<T*>(pool->allocate(n * sizeof(T))); }
    void deallocate(T* block, std::size_t) noexcept { pool->deallocate(block); }

    template <class U> friend bool operator==(pool_allocator const& a, pool_allocator<U> const& b) noexcept {
        return a.pool == b.pool;
    }

    block_pool* pool;
};

} // namespace asyncio_bench

#endif // ASYNCIO_ERRC_BENCH_LOOP_HPP
