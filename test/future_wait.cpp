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

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
#include <boost/asio/bind_immediate_executor.hpp>
#include <boost/asio/system_executor.hpp>
#endif

#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// Waiting for a result: in which order, where, with which tokens, and how a wait is given up.

using namespace asyncio_test;
using asyncio::errc;
using boost::system::error_code;

namespace {

using wait_tracker = tracker<error_code>;

auto wait_for(asyncio::future<int> future) {
    return [future](auto handler) { future.async_wait(std::move(handler)); };
}

// Makes a wait that was woken, by its own or another hand, run.
struct keeps_order {
    auto operator()(int id) {
        return [this, id](error_code) { order.push_back(id); };
    }
    std::vector<int> order;
};

} // namespace

BOOST_AUTO_TEST_SUITE(waiting)

BOOST_FIXTURE_TEST_CASE(a_wait_ends_with_the_result_and_keeps_the_laws, io_fixture) {
    asyncio::promise<int> promise(ctx);
    wait_tracker wait(ctx.get_executor());
    wait.start(wait_for(promise.get_future()));
    ctx.poll();
    BOOST_TEST(!wait.done());
    BOOST_TEST(wait.memory().live() == 1u);
    promise.set_value(1);
    BOOST_TEST(!wait.done()); // never from inside the setter
    run();
    BOOST_TEST(!wait.get<0>());
    BOOST_TEST(!wait.slot_was_occupied());
    BOOST_TEST(wait.memory().allocations() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_wait_for_what_is_there_is_posted, io_fixture) {
    asyncio::promise<int> promise(ctx);
    promise.set_value(1);
    wait_tracker wait(ctx.get_executor());
    wait.start(wait_for(promise.get_future()));
    BOOST_TEST(!wait.done());
    run();
    BOOST_TEST(!wait.get<0>());
}

BOOST_FIXTURE_TEST_CASE(every_kind_of_result_reaches_the_waiters, io_fixture) {
    auto const code_of = [this](auto settle) {
        asyncio::promise<int> promise(ctx);
        wait_tracker before(ctx.get_executor());
        before.start(wait_for(promise.get_future()));
        auto const future = promise.get_future();
        settle(promise);
        wait_tracker after(ctx.get_executor());
        after.start(wait_for(future));
        run();
        BOOST_TEST(before.get<0>() == after.get<0>());
        return before.get<0>();
    };
    using promise = asyncio::promise<int>;
    BOOST_TEST(!code_of([](promise& p) { p.set_value(1); }));
    BOOST_TEST(code_of([](promise& p) { p.set_error(asio::error::eof); }) == asio::error::eof);
    BOOST_TEST(code_of([](promise& p) { p.cancel(); }) == make_error_code(errc::cancelled));
    BOOST_TEST(code_of([](promise& p) { p.set_exception(std::make_exception_ptr(1)); }) == errc::other_exception);
    BOOST_TEST(code_of([](promise& p) { p.set_exception(std::make_exception_ptr(asyncio::timeout_error())); })
               == errc::timed_out);
    BOOST_TEST(code_of([](promise& p) { promise const gone(std::move(p)); }) == errc::broken_promise);
}

BOOST_FIXTURE_TEST_CASE(FU_13_waiters_complete_in_the_order_in_which_they_began, io_fixture) {
    asyncio::promise<void> promise(ctx);
    auto const future = promise.get_future();
    keeps_order log;
    future.async_wait(log(1));
    future.async_wait([&](error_code) {
        log.order.push_back(2);
        future.async_wait(log(5)); // one more, from inside a handler
    });
    future.async_wait(log(3));
    promise.set_value();
    future.async_wait(log(4)); // after the result, and behind those before it
    BOOST_TEST(log.order.empty());
    run();
    BOOST_TEST(log.order == (std::vector<int>{1, 2, 3, 4, 5}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(FU_14_a_handler_that_throws_does_not_keep_the_next_from_running, io_fixture) {
    asyncio::promise<void> promise(ctx);
    auto const future = promise.get_future();
    keeps_order log;
    future.async_wait([](error_code) { throw std::logic_error("handler"); });
    future.async_wait(log(2));
    promise.set_value();
    BOOST_CHECK_THROW(ctx.run(), std::logic_error);
    run();
    BOOST_TEST(log.order == (std::vector<int>{2}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(the_result_lives_as_long_as_anyone_waits, io_fixture) {
    wait_tracker wait(ctx.get_executor());
    memory_log log;
    {
        asyncio::promise<int> promise(std::allocator_arg, test_allocator<>(log), ctx.get_executor());
        wait.start(wait_for(promise.get_future()));
        promise.set_error(asio::error::eof);
    }
    BOOST_TEST(log.live() == 1u);
    run();
    BOOST_TEST(wait.get<0>() == asio::error::eof);
    BOOST_TEST(log.live() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_wait_is_work, io_fixture) {
    asyncio::promise<void> promise(ctx);
    bool called = false;
    promise.get_future().async_wait([&](error_code) { called = true; });
    BOOST_TEST(ctx.run_for(std::chrono::milliseconds(1)) == 0u);
    BOOST_TEST(!ctx.stopped());
    promise.set_value();
    run();
    BOOST_TEST(called);
}

BOOST_FIXTURE_TEST_CASE(each_waiter_runs_on_its_own_executor, io_fixture) {
    asyncio::promise<void> promise(ctx);
    auto const future = promise.get_future();
    asio::thread_pool pool(1);
    std::promise<bool> in_pool;
    auto in_strand = asio::make_strand(ctx);
    bool strand_seen = false;
    future.async_wait(asio::bind_executor(
        pool, [&](error_code) { in_pool.set_value(pool.get_executor().running_in_this_thread()); }));
    future.async_wait(
        asio::bind_executor(in_strand, [&](error_code) { strand_seen = in_strand.running_in_this_thread(); }));
    promise.set_value();
    run();
    BOOST_TEST(strand_seen);
    BOOST_TEST(in_pool.get_future().get());
    pool.join();
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(giving_up)

BOOST_FIXTURE_TEST_CASE(a_wait_is_cancelled_and_the_others_and_the_result_are_not, io_fixture) {
    for (auto const type :
         {asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total}) {
        asyncio::promise<int> promise(ctx);
        wait_tracker one(ctx.get_executor());
        wait_tracker two(ctx.get_executor());
        wait_tracker three(ctx.get_executor());
        for (auto* w : {&one, &two, &three})
            w->start(wait_for(promise.get_future()));
        two.cancel(type);
        BOOST_TEST(!two.done());
        run_until([&] { return two.done(); });
        BOOST_TEST(two.get<0>() == asio::error::operation_aborted);
        BOOST_TEST(two.get<0>() == errc::cancelled);
        BOOST_TEST(!promise.done());
        promise.set_value(1);
        run();
        BOOST_TEST(!one.get<0>());
        BOOST_TEST(!three.get<0>());
    }
}

BOOST_FIXTURE_TEST_CASE(a_cancellation_of_no_type_is_none, io_fixture) {
    asyncio::promise<int> promise(ctx);
    wait_tracker wait(ctx.get_executor());
    wait.start(wait_for(promise.get_future()));
    wait.cancel(asio::cancellation_type::none);
    ctx.poll();
    BOOST_TEST(!wait.done());
    promise.set_value(1);
    run();
    BOOST_TEST(!wait.get<0>());
}

BOOST_FIXTURE_TEST_CASE(a_cancel_that_finds_its_waiter_taken_does_nothing, io_fixture) {
    asyncio::promise<int> promise(ctx);
    wait_tracker wait(ctx.get_executor());
    wait.start(wait_for(promise.get_future()));
    promise.set_value(1);
    wait.cancel();
    wait.cancel();
    run();
    BOOST_TEST(!wait.get<0>());
    wait.cancel(); // the slot is empty
}

BOOST_FIXTURE_TEST_CASE(a_result_that_comes_after_the_cancel_does_not_change_it, io_fixture) {
    asyncio::promise<int> promise(ctx);
    wait_tracker wait(ctx.get_executor());
    wait.start(wait_for(promise.get_future()));
    wait.cancel();
    wait.cancel();
    promise.set_value(1);
    run();
    BOOST_TEST(wait.get<0>() == asio::error::operation_aborted);
    BOOST_TEST(promise.get_future().result() == 1);
}

BOOST_FIXTURE_TEST_CASE(cancelling_the_future_tells_all_waiters, io_fixture) {
    asyncio::promise<int> promise(ctx);
    wait_tracker one(ctx.get_executor());
    wait_tracker two(ctx.get_executor());
    one.start(wait_for(promise.get_future()));
    two.start(wait_for(promise.get_future()));
    promise.get_future().cancel();
    run();
    BOOST_TEST(one.get<0>() == make_error_code(errc::cancelled));
    BOOST_TEST(two.get<0>() == make_error_code(errc::cancelled));
    BOOST_TEST(!promise.try_set_value(1));
}

BOOST_AUTO_TEST_CASE(waits_are_dropped_with_their_context_and_promises_outlive_it) {
    auto const witness = std::make_shared<int>(0);
    std::optional<asyncio::promise<int>> pending, set_before;
    asyncio::future<int> future;
    asio::io_context other(1);
    bool elsewhere = false;
    {
        asio::io_context ctx(1);
        pending.emplace(ctx);
        set_before.emplace(ctx);
        future = pending->get_future();
        auto const refuse = [witness](error_code) { BOOST_ERROR("called"); };
        future.async_wait(refuse);
        future.async_wait(asio::bind_executor(other, [&](error_code ec) { elsewhere = !ec; }));
        future.async_wait(asio::bind_executor(asio::make_strand(ctx), refuse));
        set_before->get_future().async_wait(refuse);
        set_before->set_value(1); // its waiter is posted, and never runs
        BOOST_TEST(witness.use_count() == 5);
    }
    BOOST_TEST(witness.use_count() == 1);
    pending->set_value(2); // nobody of that context is told
    pending.reset();
    run(other);
    BOOST_TEST(elsewhere);
    BOOST_TEST(future.result() == 2);
}

BOOST_AUTO_TEST_CASE(a_coroutine_is_dropped_with_its_context_and_may_own_the_promise) {
    auto const witness = std::make_shared<int>(0);
    {
        asio::io_context ctx(1);
        auto const wait = [](asio::io_context& c, std::shared_ptr<int>) -> asio::awaitable<void> {
            asyncio::promise<int> promise(c);
            co_await promise.get_future().async_wait(asio::use_awaitable);
        };
        asio::co_spawn(ctx, wait(ctx, witness), asio::detached);
        ctx.poll();
        BOOST_TEST(witness.use_count() == 2);
    }
    BOOST_TEST(witness.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_wait_that_begins_while_its_context_goes_is_dropped) {
    struct begins_another {
        begins_another(asyncio::future<int> f, std::shared_ptr<int> w) : future(std::move(f)), witness(std::move(w)) {}
        begins_another(begins_another&&) = default;
        ~begins_another() {
            if (future.valid())
                future.async_wait([w = witness](error_code) { BOOST_ERROR("called"); });
        }
        void operator()(error_code) const { BOOST_ERROR("called"); }
        asyncio::future<int> future;
        std::shared_ptr<int> witness;
    };
    auto const witness = std::make_shared<int>(0);
    std::optional<asyncio::promise<int>> promise;
    {
        asio::io_context ctx(1);
        promise.emplace(ctx);
        promise->get_future().async_wait(begins_another(promise->get_future(), witness));
    }
    BOOST_TEST(witness.use_count() == 1);
    promise->set_value(1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(consuming)

BOOST_FIXTURE_TEST_CASE(one_consumer_gets_the_value_and_the_next_is_refused, io_fixture) {
    asyncio::promise<std::unique_ptr<int>> promise(ctx);
    auto const future = promise.get_future();
    tracker<std::exception_ptr, std::unique_ptr<int>> one(ctx.get_executor());
    tracker<std::exception_ptr, std::unique_ptr<int>> two(ctx.get_executor());
    for (auto* t : {&one, &two})
        t->start([&](auto handler) { future.async_get(std::move(handler)); });
    promise.set_value(std::make_unique<int>(5));
    run();
    BOOST_TEST((one.get<0>() == nullptr));
    BOOST_TEST(*one.get<1>() == 5);
    BOOST_TEST(asyncio::to_error_code(two.get<0>()) == errc::invalid_state);
    BOOST_TEST((two.get<1>() == nullptr));
}

BOOST_FIXTURE_TEST_CASE(a_consumer_that_was_cancelled_takes_nothing, io_fixture) {
    asyncio::promise<std::string> promise(ctx);
    auto const future = promise.get_future();
    tracker<std::exception_ptr, std::string> get(ctx.get_executor());
    get.start([&](auto handler) { future.async_get(std::move(handler)); });
    get.cancel();
    promise.set_value("for another");
    run();
    BOOST_TEST(asyncio::to_error_code(get.get<0>()) == asio::error::operation_aborted);
    BOOST_CHECK_THROW(std::rethrow_exception(get.get<0>()), asyncio::cancelled_error);
    BOOST_TEST(future.take() == "for another");
}

BOOST_FIXTURE_TEST_CASE(a_consumer_gets_the_exception_that_was_set, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    auto const exception = std::make_exception_ptr(std::out_of_range("e"));
    tracker<std::exception_ptr, int> before(ctx.get_executor());
    before.start([&](auto handler) { future.async_get(std::move(handler)); });
    promise.set_exception(exception);
    tracker<std::exception_ptr, int> after(ctx.get_executor());
    after.start([&](auto handler) { future.async_get(std::move(handler)); });
    run();
    BOOST_TEST((before.get<0>() == exception));
    BOOST_TEST((after.get<0>() == exception));
    BOOST_TEST(before.get<1>() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_void_result_has_any_number_of_consumers, io_fixture) {
    asyncio::promise<void> promise(ctx);
    auto const future = promise.get_future();
    tracker<std::exception_ptr> one(ctx.get_executor());
    tracker<std::exception_ptr> two(ctx.get_executor());
    for (auto* t : {&one, &two})
        t->start([&](auto handler) { future.async_get(std::move(handler)); });
    promise.set_value();
    run();
    BOOST_TEST((one.get<0>() == nullptr));
    BOOST_TEST((two.get<0>() == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tokens)

// Each as it is used, for a result that comes later, and for one that is there.
BOOST_AUTO_TEST_CASE(the_token_matrix) {
    for (bool const later : {true, false}) {
        BOOST_TEST_CONTEXT((later ? "later" : "at once")) {
            io_fixture io;
            asyncio::promise<std::string> promise(io.ctx);
            auto const future = promise.get_future();
            int done = 0;
            auto const settle = [&] { promise.set_error(asio::error::eof); };
            if (!later)
                settle();

            auto const coroutine = [&]() -> asio::awaitable<void> {
                error_code ec;
                co_await future.async_wait(asio::redirect_error(asio::use_awaitable, ec));
                BOOST_TEST(ec == asio::error::eof);
                auto [code] = co_await future.async_wait(asio::as_tuple(asio::use_awaitable));
                BOOST_TEST(code == asio::error::eof);
                auto operation = future.async_wait(asio::deferred);
                bool thrown = false;
                try {
                    co_await std::move(operation);
                } catch (boost::system::system_error const& e) {
                    thrown = e.code() == asio::error::eof;
                }
                BOOST_TEST(thrown);
                thrown = false;
                try {
                    co_await future.async_wait(asyncio::throwing(asio::deferred));
                } catch (asyncio::eof_error const& e) {
                    thrown = std::string(e.operation()) == "async_wait";
                }
                BOOST_TEST(thrown);
                thrown = false;
                try {
                    (void)co_await future.async_get(asio::use_awaitable);
                } catch (asyncio::eof_error const&) {
                    thrown = true;
                }
                BOOST_TEST(thrown);
                ++done;
            };
            asio::co_spawn(io.ctx, coroutine(), [](std::exception_ptr e) { BOOST_TEST((e == nullptr)); });

            asio::spawn(
                io.ctx,
                [&](asio::yield_context yield) {
                    error_code ec;
                    future.async_wait(yield[ec]);
                    BOOST_TEST(ec == asio::error::eof);
                    BOOST_CHECK_THROW(future.async_wait(asyncio::throwing(yield)), asyncio::eof_error);
                    ++done;
                },
                [](std::exception_ptr e) { BOOST_TEST((e == nullptr)); });

            auto waited = future.async_wait(asio::use_future);
            auto threw = future.async_wait(asyncio::throwing(asio::use_future));
            future.async_wait(
                asio::bind_executor(io.ctx.get_executor(), [&, p = std::make_unique<int>()](error_code ec) {
                    BOOST_TEST(ec == asio::error::eof);
                    ++done;
                }));
            future.async_wait(asio::detached);
            future.async_wait(asio::deferred)([&](error_code ec) {
                BOOST_TEST(ec == asio::error::eof);
                ++done;
            });

            io.ctx.poll();
            if (later)
                settle();
            io.run();
            BOOST_CHECK_THROW(waited.get(), boost::system::system_error);
            BOOST_CHECK_THROW(threw.get(), asyncio::eof_error);
            BOOST_TEST(done == 4);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(throwing_throws_the_exception_that_was_set, io_fixture) {
    struct special : std::runtime_error {
        using std::runtime_error::runtime_error;
    };
    asyncio::promise<int> promise(ctx);
    auto const wait = [](auto future) -> asio::awaitable<std::string> {
        try {
            co_await future.async_wait(asyncio::throwing(asio::use_awaitable));
        } catch (special const& e) {
            co_return e.what();
        }
        co_return "";
    };
    promise.set_exception(std::make_exception_ptr(special("as it was")));
    BOOST_TEST(run(wait(promise.get_future())) == "as it was");
}

BOOST_FIXTURE_TEST_CASE(a_cancelled_wait_throws_a_cancellation_and_not_what_the_result_would_have_been, io_fixture) {
    asyncio::promise<int> promise(ctx);
    asio::cancellation_signal signal;
    std::exception_ptr seen;
    promise.get_future().async_wait(
        asyncio::throwing(asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) { seen = e; })));
    signal.emit(asio::cancellation_type::terminal);
    promise.set_exception(std::make_exception_ptr(1));
    run();
    BOOST_CHECK_THROW(std::rethrow_exception(seen), asyncio::cancelled_error);
}

BOOST_FIXTURE_TEST_CASE(a_handler_without_a_type_is_told_before_and_after_and_is_called_by_its_own_executor,
                        io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    auto const strand = asio::make_strand(ctx);
    std::vector<int> told;
    auto const wait = [&](int name) {
        asio::any_completion_handler<void(error_code)> handler(asio::bind_executor(strand, [&, name](error_code ec) {
            BOOST_TEST(!ec);
            BOOST_TEST(strand.running_in_this_thread());
            told.push_back(name);
        }));
        future.async_wait(std::move(handler));
    };
    wait(1);
    promise.set_value(7);
    wait(2);
    int value = 0;
    future.async_get(asio::any_completion_handler<void(std::exception_ptr, int)>([&](std::exception_ptr e, int v) {
        BOOST_TEST(!e);
        value = v;
    }));
    BOOST_TEST(told.empty());
    BOOST_TEST(value == 0);
    run();
    BOOST_TEST(told == (std::vector<int>{1, 2}), boost::test_tools::per_element());
    BOOST_TEST(value == 7);
}

BOOST_FIXTURE_TEST_CASE(a_handler_without_a_type_is_cancelled_by_its_slot, io_fixture) {
    asyncio::promise<int> promise(ctx);
    asio::cancellation_signal signal;
    error_code seen;
    asio::any_completion_handler<void(error_code)> handler(
        asio::bind_cancellation_slot(signal.slot(), [&](error_code ec) { seen = ec; }));
    promise.get_future().async_wait(std::move(handler));
    signal.emit(asio::cancellation_type::terminal);
    BOOST_TEST(!seen);
    run();
    BOOST_TEST(seen == errc::cancelled);
}

BOOST_AUTO_TEST_CASE(a_handler_without_a_type_is_dropped_with_the_context_of_the_promise) {
    auto const witness = std::make_shared<int>(0);
    std::optional<asyncio::promise<int>> promise;
    {
        asio::io_context ctx(1);
        promise.emplace(ctx);
        promise->get_future().async_wait(
            asio::any_completion_handler<void(error_code)>([witness](error_code) { BOOST_ERROR("called"); }));
        BOOST_TEST(witness.use_count() == 2);
    }
    BOOST_TEST(witness.use_count() == 1);
    promise->set_value(1);
}

BOOST_FIXTURE_TEST_CASE(a_deferred_wait_outlives_the_future_that_it_was_made_by, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto operation = promise.get_future().async_wait(asio::deferred);
    promise.set_value(1);
    bool called = false;
    std::move(operation)([&](error_code ec) { called = !ec; });
    run();
    BOOST_TEST(called);
}

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
BOOST_FIXTURE_TEST_CASE(an_immediate_executor_is_honoured_and_only_for_what_is_there, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    int calls = 0;
    promise.set_value(1);
    future.async_wait(asio::bind_immediate_executor(asio::system_executor(), [&](error_code) { ++calls; }));
    BOOST_TEST(calls == 1);
    future.async_wait(asio::bind_immediate_executor(
        asio::system_executor(), asio::bind_executor(asio::system_executor(), [&](error_code) { ++calls; })));
    BOOST_TEST(calls == 2);

    bool elsewhere = false;
    future.async_wait(asio::bind_immediate_executor(asio::system_executor(), asio::bind_executor(ctx, [&](error_code) {
                                                        elsewhere = ctx.get_executor().running_in_this_thread();
                                                    })));
    run();
    BOOST_TEST(elsewhere);
}
#endif

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(memory)

// What a wait takes, with each allocation of it failing in turn.
BOOST_AUTO_TEST_CASE(a_wait_without_memory_throws_and_leaves_no_trace) {
    for (bool const later : {true, false}) {
        auto const failures = with_each_allocation_failing([&](memory_log& log) {
            io_fixture io;
            asyncio::promise<int> promise(io.ctx);
            if (!later)
                promise.set_value(1);
            bool called = false, thrown = false;
            auto const witness = std::make_shared<int>(0);
            try {
                promise.get_future().async_wait(asio::bind_executor(
                    io.ctx.get_executor(), asio::bind_allocator(test_allocator<>(log), [&, witness](error_code ec) {
                        BOOST_TEST(log.live() == 0u);
                        called = !ec;
                    })));
            } catch (std::bad_alloc const&) {
                thrown = true;
            }
            if (later)
                promise.set_value(1);
            io.run();
            BOOST_TEST(thrown == log.failed());
            BOOST_TEST(called != thrown);
            BOOST_TEST(witness.use_count() == 1);
            BOOST_TEST(log.live() == 0u);
        });
        BOOST_TEST(failures == 1u);
    }
}

// What else a wait takes: memory for what it puts into a cancellation slot and, the first time in a context, for the
// service there.
BOOST_AUTO_TEST_CASE(a_first_wait_without_memory_for_its_slot_or_its_service_leaves_no_trace) {
    if (!fail_allocation(0))
        return; // not under a sanitizer
    std::size_t failures = 0;
    for (bool thrown = true; thrown; failures += thrown) {
        io_fixture io;
        asyncio::promise<int> promise(io.ctx);
        asio::cancellation_signal signal;
        bool called = false;
        auto const witness = std::make_shared<int>(0);
        thrown = false;
        fail_allocation(failures + 1);
        try {
            promise.get_future().async_wait(
                asio::bind_cancellation_slot(signal.slot(), [&, witness](error_code ec) { called = !ec; }));
        } catch (std::bad_alloc const&) {
            thrown = true;
        }
        fail_allocation(0);
        BOOST_TEST(signal.slot().has_handler() == !thrown);
        BOOST_TEST(witness.use_count() == (thrown ? 1 : 2));
        promise.set_value(1);
        io.run();
        BOOST_TEST(called == !thrown);
        BOOST_TEST(witness.use_count() == 1);
    }
    BOOST_TEST(failures >= 3u); // its own block, the slot's, the service's
}

BOOST_AUTO_TEST_CASE(waking_takes_no_memory) {
    asio::io_context ctx(1);
    asio::thread_pool pool(1);
    auto const strand = asio::make_strand(ctx);
    asio::any_io_executor const executors[] = {ctx.get_executor(), strand, pool.get_executor(),
                                               asio::make_strand(pool)};
    for (int i = 0; i < 3; ++i) {
        asyncio::promise<void> promise(ctx);
        auto const future = promise.get_future();
        std::atomic<int> calls = 0;
        auto const handler = [&](error_code) { ++calls; };
        for (auto const& e : executors)
            future.async_wait(asio::bind_executor(e, handler));
        future.async_wait(asio::bind_executor(ctx.get_executor(), handler));
        future.async_wait(asio::bind_executor(strand, handler));
        allocation_probe const probe;
        promise.set_value();
        BOOST_TEST(probe.count() == 0u);
        run(ctx);
        while (calls != 6)
            std::this_thread::yield();
    }
    pool.join();
}

BOOST_AUTO_TEST_SUITE_END()
