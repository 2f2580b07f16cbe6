//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/io_fixture.hpp"
#include "support/memory.hpp"

#include <asyncio/barrier.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

// Many threads at once, to be run under ThreadSanitizer as well; and random sequences of calls beside a model.

using namespace asyncio_test;
using asyncio::errc;
using boost::system::error_code;

namespace {

// Starts the threads together, and waits for them.
template <class... Functions> void together(Functions... functions) {
    std::atomic<std::size_t> ready{0};
    auto const start = [&](auto& function) {
        ++ready;
        while (ready != sizeof...(Functions))
            std::this_thread::yield();
        function();
    };
    std::array<std::thread, sizeof...(Functions)> threads{std::thread([&] { start(functions); })...};
    for (auto& t : threads)
        t.join();
}

// A wait in a strand of its own, that can be cancelled from anywhere.
class stranded_wait {
public:
    explicit stranded_wait(asio::any_io_executor const& executor) : strand_(asio::make_strand(executor)) {}

    // `initiate(handler)`, in the strand.
    template <class Initiate> void start(Initiate initiate) {
        asio::post(strand_, [this, initiate]() mutable {
            initiate(asio::bind_cancellation_slot(signal_.slot(),
                                                  asio::bind_executor(strand_, [this](error_code ec, auto... rest) {
                                                      code = ec;
                                                      index = (-1 + ... + (rest + 1));
                                                      ++calls;
                                                  })));
        });
    }
    void cancel() {
        ++cancels_;
        asio::post(strand_, [this] {
            signal_.emit(asio::cancellation_type::terminal);
            --cancels_;
        });
    }
    ~stranded_wait() {
        while (cancels_ != 0)
            std::this_thread::yield();
    }

    std::atomic<int> calls{0};
    error_code code;
    std::ptrdiff_t index = -1;

private:
    std::atomic<int> cancels_{0};
    asio::strand<asio::any_io_executor> strand_;
    asio::cancellation_signal signal_;
};

constexpr int rounds = 300;

// A seed of its own each run, printed where a check fails.
struct seeded {
    unsigned const seed = std::random_device()();
    std::mt19937 random{seed};

    int operator()(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(one_of_many_setters_wins_and_all_waiters_are_told_once) {
    asio::thread_pool pool(2);
    for (int round = 0; round < rounds; ++round) {
        std::optional<asyncio::promise<int>> first(std::in_place, pool);
        std::optional<asyncio::promise<int>> second(*first);
        auto const future = first->get_future();
        std::deque<stranded_wait> waits;
        for (int i = 0; i < 4; ++i)
            waits.emplace_back(pool.get_executor());
        std::atomic<int> wins{0};
        auto const initiate = [&](auto handler) { future.async_wait(std::move(handler)); };
        together(
            [&] {
                wins += first->try_set_value(1);
                first.reset();
            },
            [&] {
                wins += second->try_set_error(asio::error::eof);
                second.reset();
            },
            [&] {
                for (auto& w : waits)
                    w.start(initiate);
            },
            [&] {
                wins += future.try_cancel();
                waits[1].cancel();
                waits[2].cancel();
            });
        while (std::any_of(waits.begin(), waits.end(), [](auto& w) { return w.calls == 0; }))
            std::this_thread::yield();
        BOOST_TEST(wins == 1);
        auto const result = future.cancelled() ? make_error_code(errc::cancelled) : future.error();
        for (auto& w : waits) {
            BOOST_TEST(w.calls == 1);
            BOOST_TEST((w.code == result || w.code == asio::error::operation_aborted));
        }
        BOOST_TEST(waits[0].code == result);
        BOOST_TEST(waits[3].code == result);
    }
    pool.join();
}

BOOST_AUTO_TEST_CASE(the_last_of_many_producers_breaks_the_promise_once) {
    asio::thread_pool pool(2);
    for (int round = 0; round < rounds; ++round) {
        std::optional<asyncio::promise<int>> first(std::in_place, pool);
        std::optional<asyncio::promise<int>> second(*first), third(*first);
        std::optional<asyncio::future<int>> future(first->get_future());
        stranded_wait wait(pool.get_executor());
        wait.start([f = *future](auto handler) { f.async_wait(std::move(handler)); });
        together([&] { first.reset(); }, [&] { second.reset(); }, [&] { third.reset(); }, [&] { future.reset(); });
        while (wait.calls == 0)
            std::this_thread::yield();
        BOOST_TEST(wait.code == errc::broken_promise);
    }
    pool.join();
}

BOOST_AUTO_TEST_CASE(one_of_many_consumers_takes_the_value) {
    asio::thread_pool pool(2);
    for (int round = 0; round < rounds; ++round) {
        asyncio::promise<std::unique_ptr<int>> promise(pool);
        auto const future = promise.get_future();
        std::atomic<int> got{0}, refused{0};
        auto const consume = [&] {
            future.async_get([&](std::exception_ptr e, std::unique_ptr<int> value) {
                if (value)
                    got += !e;
                else
                    refused += asyncio::to_error_code(e) == errc::invalid_state;
            });
        };
        together(consume, consume, consume, [&] { promise.set_value(std::make_unique<int>(1)); });
        while (got + refused != 3)
            std::this_thread::yield();
        BOOST_TEST(got == 1);
    }
    pool.join();
}

BOOST_AUTO_TEST_CASE(a_context_may_be_destroyed_while_others_set) {
    for (int round = 0; round < rounds; ++round) {
        std::vector<asyncio::promise<int>> promises;
        std::atomic<int> called{0};
        auto const witness = std::make_shared<int>(0);
        std::optional<asio::io_context> ctx(std::in_place, 1);
        for (int i = 0; i < 8; ++i) {
            auto const& p = promises.emplace_back(ctx->get_executor());
            p.get_future().async_wait([&, witness](error_code) { ++called; });
        }
        together([&] { ctx.reset(); },
                 [&] {
                     for (auto& p : promises)
                         p.set_value(1);
                 });
        BOOST_TEST(called == 0);
        BOOST_TEST(witness.use_count() == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_barrier_gives_each_party_of_a_round_an_index_of_its_own) {
    constexpr std::ptrdiff_t parties = 3;
    asio::thread_pool pool(2);
    asyncio::barrier barrier(pool, parties);
    for (int round = 0; round < rounds; ++round) {
        std::deque<stranded_wait> waits;
        for (int i = 0; i < 4; ++i)
            waits.emplace_back(pool.get_executor());
        auto const initiate = [&](auto handler) { barrier.async_wait(std::move(handler)); };
        // Four come, one of whom may be cancelled before it is counted: the one that is left is reset.
        together([&] { waits[0].start(initiate); },
                 [&] {
                     waits[1].start(initiate);
                     waits[1].cancel();
                 },
                 [&] {
                     waits[2].start(initiate);
                     waits[3].start(initiate);
                 });
        auto const done = [&] {
            return std::count_if(waits.begin(), waits.end(), [](auto& w) { return w.calls != 0; });
        };
        while (done() < parties || barrier.waiting() != 4 - done())
            std::this_thread::yield();
        barrier.reset();
        while (done() != 4)
            std::this_thread::yield();

        std::vector<std::ptrdiff_t> indices;
        for (auto& w : waits) {
            BOOST_TEST(w.calls == 1);
            if (!w.code)
                indices.push_back(w.index);
            else
                BOOST_TEST((w.code == asio::error::operation_aborted || w.code == errc::broken_barrier));
        }
        std::sort(indices.begin(), indices.end());
        BOOST_TEST(indices == (std::vector<std::ptrdiff_t>{0, 1, 2}), boost::test_tools::per_element());
    }
    pool.join();
}

BOOST_AUTO_TEST_CASE(a_barrier_is_reset_and_aborted_while_others_come) {
    asio::thread_pool pool(2);
    asyncio::barrier barrier(pool, 2);
    for (int round = 0; round < rounds; ++round) {
        std::deque<stranded_wait> waits;
        for (int i = 0; i < 3; ++i)
            waits.emplace_back(pool.get_executor());
        auto const initiate = [&](auto handler) { barrier.async_wait(std::move(handler)); };
        together([&] { waits[0].start(initiate); },
                 [&] {
                     waits[1].start(initiate);
                     waits[2].start(initiate);
                     waits[2].cancel();
                 },
                 [&] {
                     barrier.reset();
                     barrier.abort();
                     barrier.reset();
                 });
        while (std::any_of(waits.begin(), waits.end(), [](auto& w) { return w.calls == 0; })) {
            barrier.reset();
            std::this_thread::yield();
        }
        for (auto& w : waits) {
            BOOST_TEST(w.calls == 1);
            BOOST_TEST((!w.code || w.code == errc::cancelled || w.code == errc::broken_barrier));
        }
        BOOST_TEST(barrier.waiting() == 0);
    }
    pool.join();
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(beside_a_model)

BOOST_AUTO_TEST_CASE(a_future_does_what_its_model_does) {
    seeded random;
    BOOST_TEST_MESSAGE("seed " << random.seed);
    BOOST_TEST_CONTEXT("seed " << random.seed) {
        for (int run_number = 0; run_number < 200; ++run_number) {
            struct wait_model {
                asio::cancellation_signal signal;
                std::optional<error_code> expected;
                std::optional<error_code> seen;
                bool pending = true;
            };
            asio::io_context ctx(1);
            memory_log log;
            std::vector<asyncio::promise<int>> producers;
            producers.emplace_back(ctx);
            auto const future = producers.front().get_future();
            std::optional<error_code> result; // the model of the result
            std::deque<wait_model> waits;     // and of its waiters
            std::vector<std::size_t> order, expected_order;

            auto const settle = [&](error_code code) {
                result = code;
                for (std::size_t i = 0; i < waits.size(); ++i)
                    if (std::exchange(waits[i].pending, false)) {
                        waits[i].expected = code;
                        expected_order.push_back(i);
                    }
            };
            for (int step = 0; step < 40; ++step) {
                switch (random(9)) {
                case 0:
                case 1:
                case 2: {
                    auto const i = waits.size();
                    auto& w = waits.emplace_back();
                    future.async_wait(asio::bind_cancellation_slot(
                        w.signal.slot(), asio::bind_allocator(test_allocator<>(log), [&w, &order, i](error_code ec) {
                            BOOST_TEST(!w.seen);
                            w.seen = ec;
                            order.push_back(i);
                        })));
                    if (result) {
                        w.pending = false;
                        w.expected = *result;
                        expected_order.push_back(i);
                    }
                    break;
                }
                case 3:
                case 4:
                    if (!waits.empty()) {
                        auto const i = static_cast<std::size_t>(random(static_cast<int>(waits.size())));
                        if (std::exchange(waits[i].pending, false)) {
                            waits[i].expected = asio::error::operation_aborted;
                            expected_order.push_back(i);
                        }
                        waits[i].signal.emit(asio::cancellation_type::total);
                    }
                    break;
                case 5:
                    if (random(4) == 0 && !producers.empty()) {
                        BOOST_TEST(producers.back().try_set_value(step) == !result);
                        if (!result)
                            settle({});
                    }
                    break;
                case 6:
                    if (random(4) == 0) {
                        BOOST_TEST(future.try_cancel() == !result);
                        if (!result)
                            settle(make_error_code(errc::cancelled));
                    }
                    break;
                case 7:
                    if (!producers.empty() && random(2) == 0) {
                        producers.push_back(producers.front());
                    } else if (!producers.empty() && random(2) == 0) {
                        producers.pop_back();
                        if (producers.empty() && !result)
                            settle(make_error_code(errc::broken_promise));
                    }
                    break;
                case 8: ctx.poll_one(); break;
                }
                BOOST_TEST(future.done() == result.has_value());
            }
            producers.clear();
            if (!result)
                settle(make_error_code(errc::broken_promise));
            ctx.restart();
            ctx.run();
            for (auto const& w : waits)
                BOOST_TEST((w.seen && *w.seen == *w.expected));
            BOOST_TEST(order == expected_order, boost::test_tools::per_element());
            BOOST_TEST(log.live() == 0u);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_barrier_does_what_its_model_does) {
    seeded random;
    BOOST_TEST_MESSAGE("seed " << random.seed);
    BOOST_TEST_CONTEXT("seed " << random.seed) {
        for (int run_number = 0; run_number < 200; ++run_number) {
            struct outcome {
                error_code code;
                std::ptrdiff_t index;
                bool operator==(outcome const&) const = default;
            };
            struct wait_model {
                asio::cancellation_signal signal;
                std::optional<outcome> expected;
                std::optional<outcome> seen;
            };
            std::ptrdiff_t const parties = 1 + random(4);
            asio::io_context ctx(1);
            std::optional<asyncio::barrier> barrier(std::in_place, ctx, parties);
            std::deque<wait_model> waits;
            std::vector<std::size_t> inside; // the model
            bool broken = false;
            outcome const failed{make_error_code(errc::broken_barrier), -1};
            outcome const cancelled{asio::error::operation_aborted, -1};

            auto const all_inside = [&](outcome const& o) {
                for (auto i : std::exchange(inside, {}))
                    waits[i].expected = o;
            };
            for (int step = 0; step < 60; ++step) {
                switch (random(12)) {
                default: {
                    auto const i = waits.size();
                    auto& w = waits.emplace_back();
                    barrier->async_wait(
                        asio::bind_cancellation_slot(w.signal.slot(), [&w](error_code ec, std::ptrdiff_t index) {
                            BOOST_TEST(!w.seen);
                            w.seen = outcome{ec, index};
                        }));
                    if (broken) {
                        w.expected = failed;
                    } else {
                        inside.push_back(i);
                        if (std::ssize(inside) == parties) {
                            std::ptrdiff_t index = 0;
                            for (auto j : std::exchange(inside, {}))
                                waits[j].expected = outcome{{}, index++};
                        }
                    }
                    break;
                }
                case 0:
                case 1:
                    if (!waits.empty()) {
                        auto const i = static_cast<std::size_t>(random(static_cast<int>(waits.size())));
                        if (std::erase(inside, i) != 0)
                            waits[i].expected = cancelled;
                        waits[i].signal.emit(asio::cancellation_type::terminal);
                    }
                    break;
                case 2:
                    barrier->reset();
                    all_inside(failed);
                    broken = false;
                    break;
                case 3:
                    if (random(3) == 0) {
                        barrier->abort();
                        all_inside(failed);
                        broken = true;
                    }
                    break;
                case 4:
                case 5: ctx.poll_one(); break;
                }
                BOOST_TEST(barrier->waiting() == std::ssize(inside));
                BOOST_TEST(barrier->broken() == broken);
            }
            barrier.reset();
            all_inside(cancelled);
            ctx.restart();
            ctx.run();
            for (auto const& w : waits)
                BOOST_TEST((w.seen && *w.seen == *w.expected));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
