//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "../src/deadline_slab.hpp"

#include "support/allocations.hpp"
#include "support/io_fixture.hpp"

#include <asyncio/timeout.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <numeric>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

// So many operations at once that their memory comes from a slab.

namespace {

using namespace asyncio_test;
using namespace std::chrono_literals;
using asyncio::errc;
using asyncio::timeout;
using asyncio::detail::deadline_slab;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

constexpr auto late = 1h;

unsigned crowded_queues() {
    return asyncio::detail::all_deadline_queues.crowded.load();
}

BOOST_AUTO_TEST_SUITE(timeout_slab)

struct leave {
    void operator()(deadline_slab* slab) const noexcept { slab->leave(); }
};
using slab_ptr = std::unique_ptr<deadline_slab, leave>;

// A place that is filled, so that an overlap shows.
struct filled {
    filled(deadline_slab& slab, std::size_t n, unsigned char with) : memory(slab.allocate(n)), size(n), pattern(with) {
        std::memset(memory, pattern, size);
    }
    bool intact() const {
        auto const* const p = static_cast<unsigned char const*>(memory);
        return std::all_of(p, p + size, [this](unsigned char c) { return c == pattern; });
    }

    void* memory;
    std::size_t size;
    unsigned char pattern;
};

BOOST_AUTO_TEST_CASE(places_are_aligned_and_do_not_overlap_whatever_is_taken_and_given_back) {
    slab_ptr const slab(new deadline_slab);
    std::mt19937 random(3);
    std::vector<filled> places;
    for (int step = 0; step != 20'000; ++step) {
        if (places.empty() || random() % 8 < 5) {
            places.emplace_back(*slab, 1 + random() % asyncio::detail::deadline_slab_limit,
                                static_cast<unsigned char>(random()));
            auto const address = reinterpret_cast<std::uintptr_t>(places.back().memory);
            BOOST_REQUIRE(address % asyncio::detail::deadline_slab_alignment == 0u);
        } else {
            std::swap(places[random() % places.size()], places.back());
            BOOST_REQUIRE(places.back().intact());
            deadline_slab::deallocate(places.back().memory);
            places.pop_back();
        }
    }
    for (auto const& p : places) {
        BOOST_REQUIRE(p.intact());
        deadline_slab::deallocate(p.memory);
    }
}

BOOST_AUTO_TEST_CASE(places_are_used_again_and_blocks_kept_until_it_is_trimmed) {
    slab_ptr const slab(new deadline_slab);
    BOOST_TEST(slab->blocks() == 0u);
    std::vector<void*> places;
    std::size_t blocks = 0;
    std::mt19937 random(4);
    for (int round = 0; round != 3; ++round) {
        for (int i = 0; i != 1000; ++i)
            places.push_back(slab->allocate(80));
        if (round == 0)
            blocks = slab->blocks();
        // Of 4 KiB each.
        BOOST_TEST(blocks >= 1000u * 80 / 4096);
        BOOST_TEST(blocks <= 1000u * 80 / 4096 + 2);
        BOOST_TEST(slab->blocks() == blocks);
        std::shuffle(places.begin(), places.end(), random);
        for (void* const p : places)
            deadline_slab::deallocate(p);
        places.clear();
        BOOST_TEST(slab->blocks() == blocks);
    }
    void* const left = slab->allocate(80);
    BOOST_TEST(!slab->trim());
    BOOST_TEST(slab->blocks() == 1u);
    deadline_slab::deallocate(left);
    BOOST_TEST(slab->blocks() == 1u);
    BOOST_TEST(slab->trim());
    BOOST_TEST(slab->blocks() == 0u);
    // And on it goes.
    deadline_slab::deallocate(slab->allocate(80));
    BOOST_TEST(slab->blocks() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_in_use_outlasts_the_owner) {
    slab_ptr slab(new deadline_slab);
    std::vector<filled> places;
    for (unsigned i = 0; i != 500; ++i)
        places.emplace_back(*slab, 64 + i % 3 * 100, static_cast<unsigned char>(i));
    // Every second one is given back before; so are whole blocks.
    for (unsigned i = 0; i != 200; ++i) {
        deadline_slab::deallocate(places.back().memory);
        places.pop_back();
    }
    slab.reset();
    for (auto const& p : places) {
        BOOST_REQUIRE(p.intact());
        deadline_slab::deallocate(p.memory);
    }
}

BOOST_AUTO_TEST_CASE(threads_give_back_the_last_after_the_owner_has_left) {
    for (int round = 0; round != 50; ++round) {
        slab_ptr slab(new deadline_slab);
        std::array<std::vector<void*>, 3> places;
        for (std::size_t i = 0; i != 300; ++i)
            places[i % places.size()].push_back(slab->allocate(64));
        std::vector<std::jthread> threads;
        for (auto const& mine : places)
            threads.emplace_back([&mine] {
                for (void* const p : mine)
                    deadline_slab::deallocate(p);
            });
        slab.reset();
    }
}

BOOST_AUTO_TEST_CASE(with_no_memory_for_a_block_it_throws_and_goes_on_later) {
    slab_ptr const slab(new deadline_slab);
    if (!fail_allocation(1))
        return;
    BOOST_CHECK_THROW(slab->allocate(100), std::bad_alloc);
    BOOST_TEST(slab->blocks() == 0u);
    deadline_slab::deallocate(slab->allocate(100));
    BOOST_TEST(slab->blocks() == 1u);
}

BOOST_AUTO_TEST_CASE(threads_give_back_what_others_took) {
    slab_ptr const slab(new deadline_slab);
    constexpr std::size_t threads = 4, each = 5'000;
    std::vector<std::atomic<void*>> exchange(64);
    std::atomic<std::size_t> given_back{0};
    {
        std::vector<std::jthread> pool;
        for (std::size_t t = 0; t != threads; ++t)
            pool.emplace_back([&, t] {
                std::mt19937 random(static_cast<unsigned>(t));
                for (std::size_t i = 0; i != each; ++i) {
                    void* const mine = slab->allocate(64 + random() % 64);
                    std::memset(mine, static_cast<int>(t), 64);
                    if (void* const other = exchange[random() % exchange.size()].exchange(mine)) {
                        deadline_slab::deallocate(other);
                        ++given_back;
                    }
                }
            });
    }
    for (auto& left : exchange) {
        if (void* const p = left.load()) {
            deadline_slab::deallocate(p);
            ++given_back;
        }
    }
    BOOST_TEST(given_back.load() == threads * each);
    BOOST_TEST(slab->trim());
    BOOST_TEST(slab->blocks() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

// More than it takes for a queue to be crowded.
constexpr std::size_t crowd = 24'000;

std::vector<std::size_t> in_random_order() {
    std::vector<std::size_t> order(crowd);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), std::mt19937(5));
    return order;
}

struct crowd_fixture : io_fixture {
    asio::any_io_executor executor = ctx.get_executor();

    // Before and after each case.
    crowd_fixture() { BOOST_REQUIRE(crowded_queues() == 0u); }

    std::vector<asio::steady_timer> timers() {
        std::vector<asio::steady_timer> all;
        all.reserve(crowd);
        for (std::size_t i = 0; i != crowd; ++i)
            all.emplace_back(executor, late);
        return all;
    }

    // The timer of the deadlines ends, with next to none left.
    void quiet_turn() {
        asio::steady_timer timer(executor, late);
        error_code result;
        timer.async_wait(timeout(1ms, [&](error_code ec) { result = ec; }));
        run();
        BOOST_TEST(result == errc::timed_out);
    }
};

BOOST_FIXTURE_TEST_SUITE(timeout_crowd, crowd_fixture)

BOOST_AUTO_TEST_CASE(each_of_a_crowd_is_called_once_in_time_or_not) {
    auto all = timers();
    auto const order = in_random_order();
    std::vector<int> called(crowd);
    std::size_t in_time = 0, expired = 0, other = 0;
    for (std::size_t i = 0; i != crowd; ++i)
        all[i].async_wait(
            timeout(i % 2 ? clock::duration(late) : clock::duration(1ms + 1us * (i % 1000)), [&, i](error_code ec) {
                ++called[i];
                ++(ec == asio::error::operation_aborted ? in_time : ec == errc::timed_out ? expired : other);
            }));
    BOOST_TEST(crowded_queues() == 1u);
    for (std::size_t const i : order) {
        if (i % 2)
            all[i].cancel();
    }
    run();
    BOOST_TEST(std::count(called.begin(), called.end(), 1) == static_cast<std::ptrdiff_t>(crowd));
    BOOST_TEST(in_time == crowd / 2);
    BOOST_TEST(expired == crowd / 2);
    BOOST_TEST(other == 0u);
    quiet_turn();
    BOOST_TEST(crowded_queues() == 0u);
}

BOOST_AUTO_TEST_CASE(in_a_crowd_an_operation_takes_a_fiftieth_of_an_allocation_for_its_deadline) {
    auto all = timers();
    std::size_t i = 0;
    auto const allocations_of = [&](std::size_t n) {
        allocation_probe const probe;
        for (; n != 0; --n)
            all[i++].async_wait(timeout(late, [](error_code) {}));
        return probe.count();
    };
    // Those of the wait, and one for the deadline.
    auto const before = allocations_of(4000);
    allocations_of(14'000);
    auto const crowded = allocations_of(4000);
    // ThreadSanitizer doesn't tell of aligned memory.
    if (before >= 4000) {
        BOOST_TEST(crowded + 3850 < before);
        BOOST_TEST(crowded + 4000 > before);
    }
    all.clear();
    run();
}

BOOST_AUTO_TEST_CASE(the_memory_of_a_crowd_is_given_back_at_the_second_quiet_turn) {
    auto all = timers();
    std::size_t called = 0;
#if defined(__GLIBC__)
    auto const in_use = [] { return static_cast<std::ptrdiff_t>(mallinfo2().uordblks); };
#else
    auto const in_use = [] { return std::ptrdiff_t{0}; };
#endif
    // Asio's own, first.
    for (auto& t : all)
        t.async_wait([&](error_code) { ++called; });
    for (auto& t : all)
        t.cancel();
    run();
    auto const before = in_use();
    for (auto& t : all)
        t.async_wait(timeout(late, [&](error_code) { ++called; }));
    for (auto& t : all)
        t.cancel();
    run();
    BOOST_TEST(called == 2 * crowd);
    // The timer was let go: that was the first.
    BOOST_TEST(crowded_queues() == 0u);
    auto const kept = in_use() - before;
    quiet_turn();
    auto const left = in_use() - before;
    // A sanitizer has its own malloc, of which this function knows nothing.
    if (kept != 0) {
        BOOST_TEST(kept > 300'000);
        BOOST_TEST(left < 100'000);
    }
}

BOOST_AUTO_TEST_CASE(with_memory_failing_in_a_crowd_an_operation_starts_or_throws) {
    auto all = timers();
    std::size_t started = 0, called = 0, failed = 0;
    for (auto& t : all) {
        // Of the last ones, the first, the second or the third allocation fails, if there are so many.
        if (started + failed > 20'000 && !fail_allocation(1 + (started + failed) % 3))
            break;
        try {
            t.async_wait(timeout(late, [&](error_code) { ++called; }));
            ++started;
        } catch (std::bad_alloc const&) {
            ++failed;
        }
        fail_allocation(0);
    }
    BOOST_TEST(crowded_queues() == 1u);
    if (started + failed == crowd)
        BOOST_TEST(failed > 1000u);
    for (auto& t : all)
        t.cancel();
    run();
    BOOST_TEST(called == started);
}

// Throws from its n-th move.
struct failure {};
struct moved_n_times {
    explicit moved_n_times(int& n) noexcept : left(&n) {}
    moved_n_times(moved_n_times&& other) : left(other.left) {
        if (--*left == 0)
            throw failure();
    }
    void operator()(error_code) const {}

    int* left;
};

BOOST_AUTO_TEST_CASE(a_handler_that_cannot_be_moved_takes_no_place) {
    auto all = timers();
    for (auto& t : all)
        t.async_wait(timeout(late, [](error_code) {}));
    BOOST_REQUIRE(crowded_queues() == 1u);
    asio::steady_timer timer(executor, late);
    int left = 0;
    auto const starts = [&](int n) {
        left = n;
        try {
            timer.async_wait(timeout(late, moved_n_times(left)));
            return true;
        } catch (failure const&) {
            return false;
        }
    };
    int moves = 1;
    while (!starts(moves))
        BOOST_REQUIRE(++moves < 100);
    BOOST_TEST(moves > 1);
    auto const allocations_of = [&](std::size_t rounds) {
        allocation_probe const probe;
        for (; rounds != 0; --rounds) {
            for (int n = 1; n != moves; ++n)
                BOOST_REQUIRE(!starts(n));
        }
        return probe.count();
    };
    // Otherwise some fifty places a block would be lost.
    auto const once = std::min(allocations_of(1), allocations_of(1));
    BOOST_TEST(allocations_of(1000) <= 1000 * once + 5);
    timer.cancel();
    all.clear();
    run();
}

// Keeps its handlers until it is destroyed.
class parking {
public:
    template <class Token> auto async_park(Token&& token) {
        return asio::async_initiate<Token, void(error_code)>(
            [this](auto handler) {
                struct parked : base {
                    explicit parked(decltype(handler) h) : kept(std::move(h)) {}
                    decltype(handler) kept;
                };
                parked_.push_back(std::make_unique<parked>(std::move(handler)));
            },
            token);
    }

private:
    struct base {
        virtual ~base() = default;
    };
    std::vector<std::unique_ptr<base>> parked_;
};

BOOST_AUTO_TEST_CASE(a_crowd_may_outlive_its_context) {
    auto alive = std::make_shared<int>(0);
    {
        parking lot;
        {
            asio::io_context context;
            for (std::size_t i = 0; i != crowd; ++i)
                lot.async_park(timeout(late, asio::bind_executor(context.get_executor(), [alive](error_code) {})));
            BOOST_TEST(crowded_queues() == 1u);
        }
        BOOST_TEST(crowded_queues() == 0u);
        BOOST_TEST(alive.use_count() == static_cast<long>(crowd) + 1);
    }
    BOOST_TEST(alive.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(other_contexts_are_not_crowded_by_it) {
    auto all = timers();
    for (auto& t : all)
        t.async_wait(timeout(late, [](error_code) {}));
    BOOST_TEST(crowded_queues() == 1u);
    asio::io_context other;
    BOOST_TEST(asyncio::detail::allocate_in_slab(other, 64) == nullptr);
    asio::steady_timer timer(other, late);
    error_code result;
    timer.async_wait(timeout(1ms, [&](error_code ec) { result = ec; }));
    other.run();
    BOOST_TEST(result == errc::timed_out);
    void* const place = asyncio::detail::allocate_in_slab(ctx, 64);
    BOOST_REQUIRE(place != nullptr);
    asyncio::detail::deallocate_in_slab(place);
    all.clear();
    run();
}

BOOST_AUTO_TEST_CASE(a_crowd_on_the_strands_of_a_pool_is_called_each_once) {
    std::vector<std::atomic<int>> called(crowd);
    std::atomic<std::size_t> in_time{0}, expired{0};
    {
        asio::thread_pool pool(3);
        std::vector<asio::basic_waitable_timer<clock, asio::wait_traits<clock>, asio::strand<asio::any_io_executor>>>
            all;
        all.reserve(crowd);
        for (std::size_t i = 0; i != crowd; ++i) {
            asio::strand<asio::any_io_executor> const strand(pool.get_executor());
            auto& t = all.emplace_back(strand, i % 3 ? clock::duration(late) : clock::duration(20ms));
            asio::post(strand, [&, i] {
                t.async_wait(timeout(i % 3 == 1 ? clock::duration(20ms) : clock::duration(late), [&, i](error_code ec) {
                    called[i].fetch_add(1);
                    ++(ec == errc::timed_out ? expired : in_time);
                }));
                if (i % 3 == 2)
                    asio::post(t.get_executor(), [&t] { t.cancel(); });
            });
        }
        pool.join();
    }
    BOOST_TEST(std::count_if(called.begin(), called.end(), [](auto const& n) { return n.load() == 1; })
               == static_cast<std::ptrdiff_t>(crowd));
    BOOST_TEST(expired.load() == crowd / 3);
    BOOST_TEST(in_time.load() == crowd / 3 * 2);
    BOOST_TEST(crowded_queues() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
