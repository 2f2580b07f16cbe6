//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/allocations.hpp"
#include "support/io_fixture.hpp"
#include "support/memory.hpp"
#include "support/tracker.hpp"

#include <asyncio/barrier.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
#include <boost/asio/bind_immediate_executor.hpp>
#include <boost/asio/system_executor.hpp>
#endif

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Rounds, who is in them, and how they end.

using namespace asyncio_test;
using asyncio::errc;
using boost::system::error_code;

namespace {

using arrival_tracker = tracker<error_code, std::ptrdiff_t>;

auto at(asyncio::barrier& barrier) {
    return [&barrier](auto handler) { barrier.async_wait(std::move(handler)); };
}

// Several arrivals, each followed.
class party {
public:
    explicit party(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    arrival_tracker& arrive(asyncio::barrier& barrier) {
        auto& one = trackers_.emplace_back(executor_);
        one.start(at(barrier));
        return one;
    }
    void arrive(asyncio::barrier& barrier, int n) {
        while (n--)
            arrive(barrier);
    }

    arrival_tracker& operator[](std::size_t i) { return trackers_.at(i); }
    std::vector<std::ptrdiff_t> indices() {
        std::vector<std::ptrdiff_t> all;
        for (auto& t : trackers_)
            all.push_back(t.get<1>());
        return all;
    }
    std::ptrdiff_t done() const {
        return std::count_if(trackers_.begin(), trackers_.end(), [](auto& t) { return t.done(); });
    }
    std::ptrdiff_t failed(errc condition) {
        return std::count_if(trackers_.begin(), trackers_.end(),
                             [&](auto& t) { return t.done() && t.template get<0>() == condition; });
    }

private:
    asio::any_io_executor executor_;
    std::deque<arrival_tracker> trackers_;
};

std::string text_of(asio::io_context& ctx, asyncio::barrier& barrier, std::function<void()> meanwhile = [] {}) {
    std::string text;
    barrier.async_wait(asyncio::throwing([&](std::exception_ptr e, std::ptrdiff_t index) {
        BOOST_TEST(index == -1);
        try {
            std::rethrow_exception(e);
        } catch (asyncio::broken_barrier_error const& broken) {
            text = broken.what();
        }
    }));
    meanwhile();
    run(ctx);
    return text;
}

using indices = std::vector<std::ptrdiff_t>;

} // namespace

BOOST_AUTO_TEST_SUITE(rounds)

BOOST_FIXTURE_TEST_CASE(BA_01_there_is_at_least_one_party, io_fixture) {
    for (int parties : {0, -4})
        BOOST_CHECK_EXCEPTION(asyncio::barrier(ctx, parties), std::invalid_argument,
                              [](auto& e) { return std::string(e.what()) == "parties must be > 0"; });
    asyncio::barrier alone(ctx, 1);
    BOOST_TEST(alone.parties() == 1);
    party p(ctx.get_executor());
    p.arrive(alone, 2);
    BOOST_TEST(p.done() == 0);
    run();
    BOOST_TEST(p.indices() == (indices{0, 0}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(BA_02_a_round_gives_each_party_its_index, io_fixture) {
    asyncio::barrier barrier(ctx, 3);
    party p(ctx.get_executor());
    p.arrive(barrier, 3);
    run();
    BOOST_TEST(p.indices() == (indices{0, 1, 2}), boost::test_tools::per_element());
    BOOST_TEST(barrier.waiting() == 0);
    BOOST_TEST(!barrier.broken());
}

BOOST_FIXTURE_TEST_CASE(BA_04_the_last_arrival_lets_all_go, io_fixture) {
    asyncio::barrier barrier(ctx, 3);
    party p(ctx.get_executor());
    p.arrive(barrier);
    BOOST_TEST(barrier.waiting() == 1);
    p.arrive(barrier);
    BOOST_TEST(barrier.waiting() == 2);
    ctx.poll();
    BOOST_TEST(p.done() == 0);
    p.arrive(barrier);
    BOOST_TEST(barrier.waiting() == 0);
    BOOST_TEST(p.done() == 0); // never from inside the initiation
    run();
    BOOST_TEST(p.done() == 3);
}

BOOST_FIXTURE_TEST_CASE(BA_05_it_is_used_again_and_the_indices_begin_anew, io_fixture) {
    asyncio::barrier barrier(ctx, 5);
    for (int round = 0; round < 3; ++round) {
        party p(ctx.get_executor());
        p.arrive(barrier, 5);
        run();
        BOOST_TEST(p.indices() == (indices{0, 1, 2, 3, 4}), boost::test_tools::per_element());
    }
}

BOOST_FIXTURE_TEST_CASE(BA_07_early_leavers_that_come_again_join_the_next_round, io_fixture) {
    asyncio::barrier five(ctx, 5);
    asyncio::barrier three(ctx, 3);
    int again = 2, done = 0, through_three = 0;
    auto const task = [&]() -> asio::awaitable<void> {
        co_await five.async_wait(asio::use_awaitable);
        if (again > 0) {
            --again;
        } else {
            co_await three.async_wait(asio::use_awaitable);
            ++through_three;
        }
        co_await five.async_wait(asio::use_awaitable);
        ++done;
    };
    for (int i = 0; i < 5; ++i)
        asio::co_spawn(ctx, task(), asio::detached);
    run();
    BOOST_TEST(done == 5);
    BOOST_TEST(through_three == 3);
    BOOST_TEST(five.waiting() == 0);
}

BOOST_FIXTURE_TEST_CASE(BA_08_a_cancelled_wait_leaves_and_the_others_go_on_waiting, io_fixture) {
    asyncio::barrier barrier(ctx, 3);
    party p(ctx.get_executor());
    p.arrive(barrier, 2);
    p[0].cancel();
    run_until([&] { return p[0].done(); });
    BOOST_TEST(p[0].get<0>() == asio::error::operation_aborted);
    BOOST_TEST(p[0].get<1>() == -1);
    BOOST_TEST(barrier.waiting() == 1);
    BOOST_TEST(!barrier.broken());
    p.arrive(barrier, 2);
    run();
    // Unlike asyncio's, the indices are unique in spite of the cancellation.
    BOOST_TEST(p.indices() == (indices{-1, 0, 1, 2}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(BA_20_more_than_parties_go_in_order_as_many_at_a_time_as_there_are_parties, io_fixture) {
    asyncio::barrier barrier(ctx, 2);
    party p(ctx.get_executor());
    p.arrive(barrier, 5);
    ctx.poll();
    BOOST_TEST(p.done() == 4);
    for (std::size_t i = 0; i < 4; ++i)
        BOOST_TEST(p[i].get<1>() == static_cast<std::ptrdiff_t>(i % 2));
    BOOST_TEST(barrier.waiting() == 1);
    p.arrive(barrier);
    run();
    BOOST_TEST(p[4].get<1>() == 0);
}

BOOST_FIXTURE_TEST_CASE(BA_19_a_cancel_after_the_last_arrival_does_nothing, io_fixture) {
    // asyncio's waiter is cancelled even then; here the round is decided.
    asyncio::barrier barrier(ctx, 2);
    party p(ctx.get_executor());
    p.arrive(barrier, 2);
    p[0].cancel();
    p[1].cancel();
    run();
    BOOST_TEST(p.indices() == (indices{0, 1}), boost::test_tools::per_element());
    BOOST_TEST(barrier.waiting() == 0);

    auto& alone = p.arrive(barrier);
    alone.cancel();
    run();
    BOOST_TEST(alone.get<0>() == errc::cancelled);
    BOOST_TEST(barrier.waiting() == 0);
    BOOST_TEST(!barrier.broken());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(breaking)

BOOST_FIXTURE_TEST_CASE(BA_10_reset_and_abort_of_an_idle_barrier, io_fixture) {
    asyncio::barrier barrier(ctx, 3);
    barrier.reset();
    BOOST_TEST(!barrier.broken());
    BOOST_TEST(barrier.waiting() == 0);
    barrier.abort();
    BOOST_TEST(barrier.broken());
    BOOST_TEST(barrier.waiting() == 0);
    barrier.abort();
    BOOST_TEST(barrier.broken());
    barrier.reset();
    BOOST_TEST(!barrier.broken());
}

BOOST_FIXTURE_TEST_CASE(BA_11_a_reset_fails_those_that_wait_and_leaves_the_barrier_usable, io_fixture) {
    asyncio::barrier barrier(ctx, 5);
    party p(ctx.get_executor());
    p.arrive(barrier, 4);
    barrier.reset();
    BOOST_TEST(p.done() == 0);
    BOOST_TEST(barrier.waiting() == 0);
    run();
    BOOST_TEST(p.failed(errc::broken_barrier) == 4);
    BOOST_TEST(!barrier.broken());
    party next(ctx.get_executor());
    next.arrive(barrier, 5);
    run();
    BOOST_TEST(next.indices() == (indices{0, 1, 2, 3, 4}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(BA_13_those_let_go_that_came_again_are_of_the_next_round, io_fixture) {
    // asyncio holds them at a door, so that a reset passes them by. Here the round is over: they wait in the next one,
    // and a reset is for those that wait.
    asyncio::barrier barrier(ctx, 3);
    party first(ctx.get_executor());
    first.arrive(barrier, 3);
    party second(ctx.get_executor());
    second.arrive(barrier, 2); // before those of the first have run
    BOOST_TEST(barrier.waiting() == 2);
    barrier.reset();
    run();
    BOOST_TEST(first.failed(errc::broken_barrier) == 0);
    BOOST_TEST(first.indices() == (indices{0, 1, 2}), boost::test_tools::per_element());
    BOOST_TEST(second.failed(errc::broken_barrier) == 2);
}

BOOST_FIXTURE_TEST_CASE(BA_14_a_reset_by_the_last_leaver_fails_nobody, io_fixture) {
    asyncio::barrier barrier(ctx, 5);
    int left = 0, passed = 0;
    auto const task = [&]() -> asio::awaitable<void> {
        co_await barrier.async_wait(asio::use_awaitable);
        if (++left == 5)
            barrier.reset();
        else
            while (left != 5)
                co_await asio::post(ctx, asio::use_awaitable);
        co_await barrier.async_wait(asio::use_awaitable);
        ++passed;
    };
    for (int i = 0; i < 5; ++i)
        asio::co_spawn(ctx, task(), [](std::exception_ptr e) { BOOST_TEST((e == nullptr)); });
    run();
    BOOST_TEST(passed == 5);
}

BOOST_FIXTURE_TEST_CASE(BA_16_a_party_that_fails_aborts_and_a_reset_repairs, io_fixture) {
    asyncio::barrier barrier(ctx, 5);
    party p(ctx.get_executor());
    p.arrive(barrier, 4);
    barrier.abort();
    run();
    BOOST_TEST(p.failed(errc::broken_barrier) == 4);
    BOOST_TEST(barrier.broken());
    auto& late = p.arrive(barrier);
    run();
    BOOST_TEST(late.get<0>() == make_error_code(errc::broken_barrier));
    barrier.reset();
    party next(ctx.get_executor());
    next.arrive(barrier, 5);
    run();
    BOOST_TEST(next.indices() == (indices{0, 1, 2, 3, 4}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(BA_17_the_texts_tell_a_barrier_that_was_broken_from_one_that_broke, io_fixture) {
    asyncio::barrier barrier(ctx, 2);
    BOOST_TEST(text_of(ctx, barrier, [&] { barrier.reset(); }).find("Abort or reset of barrier") != std::string::npos);
    BOOST_TEST(text_of(ctx, barrier, [&] { barrier.abort(); }).find("Abort or reset of barrier") != std::string::npos);
    auto const late = text_of(ctx, barrier);
    BOOST_TEST(late.find("Barrier aborted") != std::string::npos);
    BOOST_TEST(late.find("async_wait") != std::string::npos);
    BOOST_TEST(late.find("transferred") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_barrier_that_is_destroyed_ends_its_waits, io_fixture) {
    party p(ctx.get_executor());
    {
        asyncio::barrier barrier(ctx, 3);
        p.arrive(barrier, 2);
    }
    BOOST_TEST(p.done() == 0);
    p[1].cancel(); // taken already
    run();
    BOOST_TEST(p.failed(errc::cancelled) == 2);

    asyncio::barrier one(ctx, 2);
    party q(ctx.get_executor());
    q.arrive(one);
    one = asyncio::barrier(ctx, 7);
    BOOST_TEST(one.parties() == 7);
    run();
    BOOST_TEST(q.failed(errc::cancelled) == 1);
}

BOOST_AUTO_TEST_CASE(waits_are_dropped_with_their_context_and_leave_the_barrier) {
    auto const witness = std::make_shared<int>(0);
    asio::io_context outer(1);
    asyncio::barrier barrier(outer, 2);
    {
        asio::io_context ctx(1);
        barrier.async_wait(asio::bind_executor(ctx, [witness](error_code, std::ptrdiff_t) { BOOST_ERROR("called"); }));
        BOOST_TEST(barrier.waiting() == 1);
    }
    BOOST_TEST(witness.use_count() == 1);
    BOOST_TEST(barrier.waiting() == 0);
    party p(outer.get_executor());
    p.arrive(barrier, 2);
    run(outer);
    BOOST_TEST(p.indices() == (indices{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(barrier_laws)

BOOST_FIXTURE_TEST_CASE(the_token_matrix_of_a_barrier, io_fixture) {
    asyncio::barrier barrier(ctx, 8);
    std::vector<std::ptrdiff_t> seen;
    auto const coroutine = [&](int how) -> asio::awaitable<void> {
        error_code ec;
        if (how == 0) {
            seen.push_back(co_await barrier.async_wait(asio::use_awaitable));
        } else if (how == 1) {
            auto [code, index] = co_await barrier.async_wait(asio::as_tuple(asio::use_awaitable));
            BOOST_TEST(!code);
            seen.push_back(index);
        } else if (how == 2) {
            seen.push_back(co_await barrier.async_wait(asio::redirect_error(asio::use_awaitable, ec)));
            BOOST_TEST(!ec);
        } else if (how == 3) {
            seen.push_back(co_await barrier.async_wait(asyncio::throwing(asio::use_awaitable)));
        } else {
            seen.push_back(co_await barrier.async_wait(asio::deferred));
        }
    };
    for (int how = 0; how < 5; ++how)
        asio::co_spawn(ctx, coroutine(how), [](std::exception_ptr e) { BOOST_TEST((e == nullptr)); });
    asio::spawn(
        ctx, [&](asio::yield_context yield) { seen.push_back(barrier.async_wait(yield)); },
        [](std::exception_ptr e) { BOOST_TEST((e == nullptr)); });
    ctx.poll();
    auto future = barrier.async_wait(asio::use_future);
    barrier.async_wait([&, p = std::make_unique<int>()](error_code, std::ptrdiff_t index) { seen.push_back(index); });
    run();
    seen.push_back(future.get());
    std::sort(seen.begin(), seen.end());
    BOOST_TEST(seen == (indices{0, 1, 2, 3, 4, 5, 6, 7}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(handlers_without_a_type_meet, io_fixture) {
    asyncio::barrier barrier(ctx, 3);
    indices seen;
    for (int i = 0; i < 3; ++i)
        barrier.async_wait(
            asio::any_completion_handler<void(error_code, std::ptrdiff_t)>([&](error_code ec, std::ptrdiff_t index) {
                BOOST_TEST(!ec);
                seen.push_back(index);
            }));
    BOOST_TEST(seen.empty());
    run();
    std::sort(seen.begin(), seen.end());
    BOOST_TEST(seen == (indices{0, 1, 2}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(the_laws_of_an_operation_hold_for_the_last_party_too, io_fixture) {
    asyncio::barrier barrier(ctx, 2);
    party p(ctx.get_executor());
    p.arrive(barrier, 2);
    run();
    for (std::size_t i = 0; i < 2; ++i) {
        BOOST_TEST(p[i].memory().allocations() == 1u);
        BOOST_TEST(!p[i].slot_was_occupied());
    }
}

BOOST_AUTO_TEST_CASE(an_arrival_without_memory_throws_and_has_not_arrived) {
    auto const failures = with_each_allocation_failing([&](memory_log& log) {
        io_fixture io;
        asyncio::barrier barrier(io.ctx, 2);
        party p(io.ctx.get_executor());
        p.arrive(barrier);
        bool called = false;
        try {
            // The last party: were it counted, the first would be let go.
            barrier.async_wait(asio::bind_executor(
                io.ctx.get_executor(),
                asio::bind_allocator(test_allocator<>(log), [&](error_code ec, std::ptrdiff_t) { called = !ec; })));
        } catch (std::bad_alloc const&) {
            BOOST_TEST(barrier.waiting() == 1);
            p.arrive(barrier);
        }
        io.run();
        BOOST_TEST(called != log.failed());
        BOOST_TEST(p.failed(errc::broken_barrier) == 0);
        BOOST_TEST(p.done() == (log.failed() ? 2 : 1));
        BOOST_TEST(log.live() == 0u);
    });
    BOOST_TEST(failures == 1u);

    asio::io_context ctx(1);
    memory_log log;
    log.fail_at(1);
    BOOST_CHECK_THROW(asyncio::barrier(std::allocator_arg, test_allocator<>(log), ctx.get_executor(), 2),
                      std::bad_alloc);
    BOOST_CHECK_THROW(asyncio::barrier(std::allocator_arg, test_allocator<>(log), ctx.get_executor(), 0),
                      std::invalid_argument);
    BOOST_TEST(log.live() == 0u);
}

BOOST_FIXTURE_TEST_CASE(letting_go_takes_no_memory, io_fixture) {
    asyncio::barrier barrier(ctx, 4);
    auto const round = [&] {
        for (int i = 0; i < 4; ++i)
            barrier.async_wait([](error_code, std::ptrdiff_t) {});
        barrier.async_wait([](error_code, std::ptrdiff_t) {});
        allocation_probe const probe;
        barrier.reset();
        BOOST_TEST(probe.count() == 0u);
        run();
    };
    round();
    round();
}

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
BOOST_FIXTURE_TEST_CASE(the_last_party_may_complete_at_once, io_fixture) {
    asyncio::barrier barrier(ctx, 2);
    party p(ctx.get_executor());
    p.arrive(barrier);
    std::ptrdiff_t seen = -1;
    barrier.async_wait(asio::bind_immediate_executor(
        asio::system_executor(),
        asio::bind_executor(asio::system_executor(), [&](error_code, std::ptrdiff_t index) { seen = index; })));
    BOOST_TEST(seen == 1);
    run();
    BOOST_TEST(p[0].get<1>() == 0);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
