//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/light_atomic.hpp>
#include <asyncio/detail/light_mutex.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

// Each case runs in a process of its own, which has one thread at first.

BOOST_AUTO_TEST_SUITE(light_mutex)

namespace {

using asyncio::detail::light_atomic;
using mutex = asyncio::detail::light_mutex;

constexpr auto relaxed = std::memory_order_relaxed;

// What each operation returns, and what it leaves behind.
std::array<int, 10> all_operations() {
    light_atomic<int> a(3);
    std::array<int, 10> seen{};
    seen[0] = a.exchange(5, relaxed);
    seen[1] = a.fetch_add(4, relaxed);
    seen[2] = a.fetch_sub(2, relaxed);
    int expected = 7;
    seen[3] = a.compare_exchange(expected, 8, relaxed, relaxed);
    seen[4] = expected;
    seen[5] = a.load(relaxed);
    seen[6] = a.compare_exchange(expected, 9, relaxed, relaxed);
    seen[7] = expected;
    a.store(-1, relaxed);
    seen[8] = a.load(relaxed);
    seen[9] = a.exchange(0, relaxed);
    return seen;
}

} // namespace

BOOST_AUTO_TEST_CASE(operations_do_the_same_alone_and_in_a_process_with_threads) {
    std::array<int, 10> const right{3, 5, 9, true, 7, 8, false, 8, -1, -1};
    BOOST_TEST(all_operations() == right, boost::test_tools::per_element());

    std::atomic<bool> over{false};
    std::thread other([&] { over.wait(false); });
    BOOST_TEST(!asyncio::detail::single_threaded());
    BOOST_TEST(all_operations() == right, boost::test_tools::per_element());
    over = true;
    over.notify_one();
    other.join();
}

BOOST_AUTO_TEST_CASE(a_count_begun_alone_is_continued_by_threads) {
    light_atomic<int> count(0);
    for (int i = 0; i != 1000; ++i)
        count.fetch_add(1, relaxed);
    std::vector<std::thread> threads;
    for (int t = 0; t != 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i != 10'000; ++i)
                count.fetch_add(1, relaxed);
        });
    for (int i = 0; i != 10'000; ++i)
        count.fetch_sub(1, relaxed);
    for (auto& thread : threads)
        thread.join();
    BOOST_TEST(count.load(relaxed) == 31'000);
}

BOOST_AUTO_TEST_CASE(a_lock_taken_alone_keeps_out_threads_that_are_started_under_it) {
    mutex m;
    int guarded = 0;
    std::atomic<bool> arrived{false};
    m.lock();
    std::thread other([&] {
        arrived = true;
        arrived.notify_one();
        std::lock_guard const lock(m);
        guarded *= 2;
    });
    arrived.wait(false);
    guarded = 21;
    m.unlock();
    other.join();
    BOOST_TEST(guarded == 42);
}

BOOST_AUTO_TEST_CASE(threads_exclude_each_other) {
    mutex m;
    int guarded = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t != 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i != 20'000; ++i) {
                std::lock_guard const lock(m);
                ++guarded;
            }
        });
    for (auto& thread : threads)
        thread.join();
    BOOST_TEST(guarded == 80'000);
}

BOOST_AUTO_TEST_SUITE_END()
