//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/io_fixture.hpp"

#include <asyncio/barrier.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/require.hpp>
#include <boost/test/unit_test.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

// Waiters whose executors throw, or run nothing; and waiters of several contexts, which go one after another.

using namespace asyncio_test;
using asyncio::errc;
using boost::system::error_code;

namespace {

enum class mood {
    willing,
    throws,            // and lets go of the function
    throws_afterwards, // though it has taken the function
    drops              // the function, without a word
};

struct refused : std::runtime_error {
    refused() : std::runtime_error("refused") {}
};

// An executor of a context, in one mood or another.
class moody_executor {
public:
    moody_executor(asio::io_context& ctx, mood& m) noexcept : ctx_(&ctx), mood_(&m) {}

    template <class Function> void execute(Function f) const {
        if (*mood_ == mood::throws)
            throw refused();
        if (*mood_ == mood::drops)
            return;
        asio::require(ctx_->get_executor(), asio::execution::blocking.never).execute(std::move(f));
        if (*mood_ == mood::throws_afterwards)
            throw refused();
    }

    asio::execution_context& query(asio::execution::context_t) const noexcept { return *ctx_; }
    moody_executor require(asio::execution::blocking_t::never_t) const noexcept { return *this; }

    friend bool operator==(moody_executor const& a, moody_executor const& b) noexcept {
        return a.ctx_ == b.ctx_ && a.mood_ == b.mood_;
    }

private:
    asio::io_context* ctx_;
    mood* mood_;
};

// The order in which handlers ran, with their codes; and whether they are still somewhere.
struct record {
    auto operator()(int id) {
        return [this, id, w = witness](error_code ec, auto...) {
            order.push_back(id);
            codes.push_back(ec);
        };
    }
    bool all_gone() const { return witness.use_count() == 1; }

    std::vector<int> order;
    std::vector<error_code> codes;
    std::shared_ptr<int> witness = std::make_shared<int>(0);
};

struct moody_fixture : io_fixture {
    // As it is, and without its type.
    asio::any_io_executor erased() { return asio::any_io_executor(moody()); }
    moody_executor moody() { return {ctx, m}; }

    ~moody_fixture() { BOOST_TEST(seen.all_gone()); }

    mood m = mood::willing;
    record seen;
};

} // namespace

BOOST_AUTO_TEST_SUITE(executors_that_refuse)

BOOST_FIXTURE_TEST_CASE(the_result_is_set_and_the_others_are_told, moody_fixture) {
    for (bool const with_type : {true, false}) {
        seen.order.clear();
        ctx.restart();
        asyncio::promise<int> promise(ctx);
        auto const future = promise.get_future();
        future.async_wait(seen(1));
        if (with_type)
            future.async_wait(asio::bind_executor(moody(), seen(2)));
        else
            future.async_wait(asio::bind_executor(erased(), seen(2)));
        future.async_wait(seen(3));
        m = mood::throws;
        BOOST_CHECK_THROW(promise.set_value(5), refused);
        BOOST_TEST(future.result() == 5);
        ctx.poll();
        BOOST_TEST(seen.order == (std::vector<int>{1, 3}), boost::test_tools::per_element());

        // Told by the next call, which may be refused as well.
        BOOST_CHECK_THROW(promise.try_set_value(6), refused);
        m = mood::willing;
        BOOST_TEST(!promise.try_set_value(6));
        run();
        BOOST_TEST(seen.order == (std::vector<int>{1, 3, 2}), boost::test_tools::per_element());
        BOOST_TEST(!seen.codes.back());
    }
}

BOOST_FIXTURE_TEST_CASE(each_call_that_may_tell_a_refused_waiter_does, moody_fixture) {
    asio::cancellation_signal signal;
    auto const by = [&](auto call) {
        asyncio::promise<int> promise(ctx);
        auto const future = promise.get_future();
        future.async_wait(asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(moody(), seen(1))));
        m = mood::throws;
        BOOST_CHECK_THROW(promise.set_value(5), refused);
        m = mood::willing;
        ctx.restart();
        BOOST_TEST(ctx.poll() == 0u);
        call(promise, future);
        run();
        BOOST_REQUIRE(!seen.order.empty());
        BOOST_TEST(seen.order.front() == 1);
        BOOST_TEST(!seen.codes.front()); // the result, whatever the call
        seen.order.clear();
        seen.codes.clear();
    };
    by([](auto& promise, auto&) { BOOST_TEST(!promise.try_set_error(asio::error::eof)); });
    by([](auto& promise, auto&) { BOOST_TEST(!promise.try_set_exception(std::make_exception_ptr(1))); });
    by([](auto&, auto& future) { BOOST_TEST(!future.try_cancel()); });
    by([](auto& promise, auto&) { BOOST_CHECK_THROW(promise.set_value(6), asyncio::invalid_state_error); });
    by([&](auto&, auto&) { signal.emit(asio::cancellation_type::terminal); });
    by([](auto& promise, auto&) { promise = asyncio::promise<int>(promise.get_executor()); });
}

BOOST_FIXTURE_TEST_CASE(a_broken_promise_throws_nothing, moody_fixture) {
    asyncio::future<int> future;
    {
        asyncio::promise<int> const promise(ctx);
        future = promise.get_future();
        future.async_wait(asio::bind_executor(moody(), seen(1)));
        m = mood::throws;
    }
    m = mood::willing;
    BOOST_TEST(future.error() == errc::broken_promise);
    BOOST_TEST(!future.try_cancel());
    run();
    BOOST_TEST(seen.codes.at(0) == errc::broken_promise);
}

BOOST_FIXTURE_TEST_CASE(a_cancellation_that_is_refused_is_told_later, moody_fixture) {
    asio::cancellation_signal signal;
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    future.async_wait(asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(moody(), seen(1))));
    m = mood::throws;
    BOOST_CHECK_THROW(signal.emit(asio::cancellation_type::terminal), refused);
    BOOST_CHECK_THROW(signal.emit(asio::cancellation_type::terminal), refused);
    m = mood::willing;
    signal.emit(asio::cancellation_type::terminal);
    run();
    BOOST_TEST(seen.codes.at(0) == asio::error::operation_aborted);
    BOOST_TEST(!promise.done());
}

BOOST_FIXTURE_TEST_CASE(an_executor_that_throws_and_runs_the_function_tells_once, moody_fixture) {
    asyncio::promise<int> promise(ctx);
    promise.get_future().async_wait(asio::bind_executor(moody(), seen(1)));
    m = mood::throws_afterwards;
    BOOST_CHECK_THROW(promise.set_value(5), refused);
    BOOST_TEST(!promise.try_set_value(6));
    run();
    BOOST_TEST(seen.order == (std::vector<int>{1}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(an_executor_that_drops_the_function_drops_the_wait, moody_fixture) {
    asyncio::promise<int> promise(ctx);
    promise.get_future().async_wait(asio::bind_executor(moody(), seen(1)));
    promise.get_future().async_wait(seen(2));
    m = mood::drops;
    promise.set_value(5);
    run();
    BOOST_TEST(seen.order == (std::vector<int>{2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_refused_waiter_is_dropped_with_its_context) {
    record seen;
    mood m = mood::willing;
    std::optional<asyncio::promise<int>> promise;
    std::optional<asyncio::barrier> barrier;
    {
        asio::io_context ctx(1);
        moody_executor const moody(ctx, m);
        promise.emplace(ctx);
        promise->get_future().async_wait(asio::bind_executor(moody, seen(1)));
        barrier.emplace(ctx, 2);
        barrier->async_wait(asio::bind_executor(moody, seen(2)));
        m = mood::throws;
        BOOST_CHECK_THROW(promise->set_value(5), refused);
        BOOST_CHECK_THROW(barrier->abort(), refused);
        BOOST_TEST(!seen.all_gone());
    }
    BOOST_TEST(seen.all_gone());
    BOOST_TEST(!promise->try_set_value(6));
    barrier->reset();
    BOOST_TEST(seen.order.empty());
}

BOOST_FIXTURE_TEST_CASE(a_round_is_complete_whatever_an_executor_throws, moody_fixture) {
    asyncio::barrier barrier(ctx, 2);
    barrier.async_wait(asio::bind_executor(moody(), seen(1)));
    m = mood::throws;
    barrier.async_wait(seen(2)); // throws nothing
    ctx.poll();
    BOOST_TEST(seen.order == (std::vector<int>{2}), boost::test_tools::per_element());
    BOOST_TEST(barrier.waiting() == 0);
    m = mood::willing;
    barrier.reset(); // of nobody, and the one that was refused
    run();
    BOOST_TEST(seen.order == (std::vector<int>{2, 1}), boost::test_tools::per_element());
    BOOST_TEST(!seen.codes.back());
}

BOOST_FIXTURE_TEST_CASE(a_reset_and_an_abort_throw_what_an_executor_throws_and_are_done, moody_fixture) {
    asyncio::barrier barrier(ctx, 2);
    barrier.async_wait(asio::bind_executor(moody(), seen(1)));
    m = mood::throws;
    BOOST_CHECK_THROW(barrier.abort(), refused);
    BOOST_TEST(barrier.broken());
    BOOST_CHECK_THROW(barrier.reset(), refused);
    BOOST_TEST(!barrier.broken());
    m = mood::willing;
    barrier.async_wait(seen(2));
    barrier.async_wait(seen(3)); // completes the round, and takes the first along
    run();
    BOOST_TEST(seen.order == (std::vector<int>{1, 2, 3}), boost::test_tools::per_element());
    BOOST_TEST(seen.codes[0] == errc::broken_barrier);
    BOOST_TEST(!seen.codes[1]);
    BOOST_TEST(!seen.codes[2]);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(several_contexts)

BOOST_AUTO_TEST_CASE(each_context_takes_its_own_waiters_along) {
    for (int const first_gone : {0, 1}) {
        record in[2];
        std::optional<asio::io_context> contexts[2];
        for (auto& ctx : contexts)
            ctx.emplace(1);
        asyncio::promise<int> promise(*contexts[0]);
        auto const future = promise.get_future();
        std::optional<asyncio::barrier> barrier(std::in_place, *contexts[1], 5);
        for (int i = 0; i < 4; ++i) {
            auto& ctx = *contexts[i % 2];
            future.async_wait(asio::bind_executor(ctx, in[i % 2](i)));
            barrier->async_wait(asio::bind_executor(ctx, in[i % 2](i)));
        }
        contexts[first_gone].reset();
        BOOST_TEST(in[first_gone].all_gone());
        BOOST_TEST(barrier->waiting() == 2);
        int const left = 1 - first_gone;
        BOOST_TEST(in[left].witness.use_count() == 5);

        promise.set_value(1);
        barrier->reset();
        run(*contexts[left]);
        BOOST_TEST(in[left].order == (std::vector<int>{left, left + 2, left, left + 2}),
                   boost::test_tools::per_element());
        BOOST_TEST(in[left].all_gone());
        contexts[left].reset();
        BOOST_TEST(in[first_gone].order.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_result_and_a_barrier_are_used_on_with_a_context_in_the_place_of_one_that_is_gone) {
    record seen;
    std::optional<asio::io_context> ctx;
    std::optional<asyncio::promise<int>> promise;
    std::optional<asyncio::barrier> barrier;
    for (int round = 0; round < 3; ++round) {
        ctx.emplace(1); // at the same address
        if (!promise) {
            promise.emplace(*ctx);
            barrier.emplace(*ctx, 2);
        }
        promise->get_future().async_wait(asio::bind_executor(*ctx, seen(round)));
        barrier->async_wait(asio::bind_executor(*ctx, seen(round)));
        BOOST_TEST(!seen.all_gone());
        if (round < 2) {
            ctx.reset();
            BOOST_TEST(seen.all_gone());
            BOOST_TEST(barrier->waiting() == 0);
        }
    }
    promise->set_value(1);
    barrier->async_wait(asio::bind_executor(*ctx, seen(3)));
    run(*ctx);
    BOOST_TEST(seen.order == (std::vector<int>{2, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
