//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/io_fixture.hpp"
#include "support/memory.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// The result itself: its states, what each call does in each of them, and who owns it. The waits are next door.

using namespace asyncio_test;
using asyncio::errc;
using boost::system::error_code;

namespace {

// Throws what the function throws, and gives its text; fails if it throws nothing or something else.
template <class Exception, class Function> std::string text_of(Function function) {
    try {
        function();
    } catch (Exception const& e) {
        BOOST_TEST((typeid(e) == typeid(Exception)));
        return e.what();
    }
    BOOST_ERROR("nothing was thrown");
    return {};
}

bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

struct no_default {
    explicit no_default(int v) : value(v) {}
    no_default(no_default&&) = default;
    int value;
};

// Its copy throws as long as it is told so.
struct throws_on_copy {
    explicit throws_on_copy(bool& now) : armed(&now) {}
    throws_on_copy(throws_on_copy const& other) : armed(other.armed) {
        if (*armed)
            throw std::length_error("copy");
    }
    bool* armed;
};

struct immovable {
    immovable(int a, int b) : sum(a + b) {}
    immovable(immovable const&) = delete;
    int sum;
};

} // namespace

BOOST_AUTO_TEST_SUITE(result)

BOOST_FIXTURE_TEST_CASE(FU_01_a_cancelled_future_is_done_and_refuses_everything, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    BOOST_TEST(future.try_cancel());
    BOOST_TEST(future.done());
    BOOST_TEST(future.cancelled());
    BOOST_TEST(promise.done());
    BOOST_TEST(promise.cancelled());
    BOOST_CHECK_THROW(future.result(), asyncio::cancelled_error);
    BOOST_CHECK_THROW(future.take(), asyncio::cancelled_error);
    BOOST_CHECK_THROW(future.exception(), asyncio::cancelled_error);
    BOOST_CHECK_THROW(future.error(), asyncio::cancelled_error);
    BOOST_CHECK_THROW(promise.set_value(1), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(promise.set_error(asio::error::eof), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(promise.set_exception(std::make_exception_ptr(1)), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(promise.cancel(), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(future.cancel(), asyncio::invalid_state_error);
    BOOST_TEST(!future.try_cancel());
    BOOST_TEST(!promise.try_cancel());
    BOOST_TEST(!promise.try_set_value(1));
    BOOST_TEST(future.cancelled());
}

BOOST_FIXTURE_TEST_CASE(FU_02_a_value_is_set_once, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    BOOST_TEST(!future.done());
    BOOST_CHECK_THROW(future.result(), asyncio::invalid_state_error);
    promise.set_value(42);
    BOOST_TEST(future.done());
    BOOST_TEST(!future.cancelled());
    BOOST_TEST(future.result() == 42);
    BOOST_TEST(future.result() == 42);
    BOOST_TEST(!future.error());
    BOOST_TEST((future.exception() == nullptr));
    BOOST_CHECK_THROW(promise.set_value(1), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(promise.set_exception(std::make_exception_ptr(1)), asyncio::invalid_state_error);
    BOOST_TEST(!promise.try_set_value(1));
    BOOST_TEST(!promise.try_set_error(asio::error::eof));
    BOOST_TEST(!promise.try_set_exception(std::make_exception_ptr(1)));
    BOOST_TEST(!future.try_cancel());
    BOOST_TEST(future.result() == 42);
}

BOOST_FIXTURE_TEST_CASE(FU_04_the_texts_are_those_of_asyncio, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    using asyncio::invalid_state_error;
    BOOST_TEST(starts_with(text_of<invalid_state_error>([&] { future.result(); }), "Result is not set."));
    BOOST_TEST(starts_with(text_of<invalid_state_error>([&] { future.take(); }), "Result is not set."));
    BOOST_TEST(starts_with(text_of<invalid_state_error>([&] { future.exception(); }), "Exception is not set."));
    BOOST_TEST(starts_with(text_of<invalid_state_error>([&] { future.error(); }), "Exception is not set."));
    promise.set_value(1);
    BOOST_TEST(starts_with(text_of<invalid_state_error>([&] { promise.set_value(2); }), "invalid state"));
    BOOST_TEST(future.result() == 1);
}

BOOST_FIXTURE_TEST_CASE(FU_05_nothing_to_throw_is_an_argument_error_and_sets_nothing, io_fixture) {
    asyncio::promise<int> promise(ctx);
    BOOST_TEST(text_of<std::invalid_argument>([&] { promise.set_exception(nullptr); }) == "invalid exception object");
    BOOST_CHECK_THROW(promise.try_set_exception(nullptr), std::invalid_argument);
    BOOST_CHECK_THROW(promise.set_error({}), std::invalid_argument);
    BOOST_CHECK_THROW(promise.try_set_error({}), std::invalid_argument);
    BOOST_TEST(!promise.done());
    promise.set_value(1);
    BOOST_TEST(promise.get_future().result() == 1);
}

BOOST_FIXTURE_TEST_CASE(FU_07_the_message_of_a_cancellation_stays_available, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    future.cancel("my message");
    for (int i = 0; i < 2; ++i)
        BOOST_TEST(starts_with(text_of<asyncio::cancelled_error>([&] { future.result(); }), "my message"));

    auto const wait = [](auto f) -> asio::awaitable<std::string> {
        try {
            co_await f.async_wait(asyncio::throwing(asio::use_awaitable));
        } catch (asyncio::cancelled_error const& e) {
            co_return e.what();
        }
        co_return "";
    };
    BOOST_TEST(starts_with(run(wait(future)), "my message"));
}

BOOST_FIXTURE_TEST_CASE(FU_08_what_was_moved_from_has_no_state, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto future = promise.get_future();
    auto const future_holder = std::move(future);
    auto const promise_holder = std::move(promise);
    BOOST_TEST(!future.valid());
    BOOST_TEST(!promise.valid());
    BOOST_TEST(!future.done());
    BOOST_TEST(!future.cancelled());
    BOOST_TEST(!promise.done());
    BOOST_TEST(!promise.cancelled());
    BOOST_CHECK_THROW(future.result(), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(future.take(), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(future.error(), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(future.exception(), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(future.cancel(), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(promise.set_value(1), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(promise.try_set_value(1), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(promise.get_future(), asyncio::invalid_state_error);
    BOOST_TEST(!asyncio::future<int>().valid());
    BOOST_TEST(future_holder.valid());
    BOOST_TEST(!future_holder.done());
}

BOOST_FIXTURE_TEST_CASE(FU_17_setting_unless_cancelled_is_a_no_op_on_a_cancelled_future, io_fixture) {
    asyncio::promise<int> promise(ctx);
    promise.get_future().cancel();
    BOOST_TEST(!promise.try_set_value(1));
    BOOST_TEST(promise.cancelled());
}

BOOST_FIXTURE_TEST_CASE(an_error_code_is_kept_as_it_is, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    promise.set_error(asio::error::eof);
    BOOST_TEST(future.done());
    BOOST_TEST(!future.cancelled());
    BOOST_TEST(future.error() == asio::error::eof);
    try {
        future.result();
        BOOST_ERROR("nothing was thrown");
    } catch (asyncio::eof_error const& e) {
        BOOST_TEST(e.code() == asio::error::eof);
    }
    BOOST_TEST(asyncio::to_error_code(future.exception()) == asio::error::eof);
}

BOOST_FIXTURE_TEST_CASE(an_exception_is_the_very_object_that_was_set, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    auto const exception = std::make_exception_ptr(std::out_of_range("e"));
    promise.set_exception(exception);
    BOOST_TEST((future.exception() == exception));
    BOOST_CHECK_THROW(future.result(), std::out_of_range);
    BOOST_CHECK_THROW(future.take(), std::out_of_range);
    BOOST_TEST(future.error() == errc::other_exception);
}

BOOST_FIXTURE_TEST_CASE(an_exception_that_holds_a_success_is_a_failure_still, io_fixture) {
    asyncio::promise<int> promise(ctx);
    promise.set_exception(std::make_exception_ptr(boost::system::system_error(error_code())));
    BOOST_TEST(promise.get_future().error() == errc::other_exception);
}

BOOST_FIXTURE_TEST_CASE(an_exception_that_says_cancelled_is_not_a_cancelled_future, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const future = promise.get_future();
    auto const exception = std::make_exception_ptr(asyncio::cancelled_error());
    promise.set_exception(exception);
    BOOST_TEST(!future.cancelled());
    BOOST_TEST((future.exception() == exception));
    BOOST_CHECK_THROW(future.result(), asyncio::cancelled_error);
    BOOST_TEST(future.error() == errc::cancelled);
}

BOOST_FIXTURE_TEST_CASE(a_value_is_taken_once, io_fixture) {
    asyncio::promise<std::unique_ptr<int>> promise(ctx);
    auto const future = promise.get_future();
    promise.set_value(std::make_unique<int>(7));
    BOOST_TEST(*future.result() == 7);
    auto const value = future.take();
    BOOST_TEST(*value == 7);
    BOOST_TEST(future.done());
    BOOST_TEST(!future.error());
    BOOST_CHECK_THROW(future.take(), asyncio::invalid_state_error);
    BOOST_CHECK_THROW(future.result(), asyncio::invalid_state_error);
    BOOST_TEST(!promise.try_set_value(nullptr));
}

BOOST_FIXTURE_TEST_CASE(any_kind_of_value, io_fixture) {
    asyncio::promise<void> nothing(ctx);
    nothing.set_value();
    nothing.get_future().result();
    nothing.get_future().take();
    nothing.get_future().take();
    static_assert(std::is_void_v<decltype(nothing.get_future().result())>);

    asyncio::promise<no_default> made(ctx);
    made.set_value(3);
    BOOST_TEST(made.get_future().take().value == 3);

    asyncio::promise<immovable> in_place(ctx);
    in_place.set_value(3, 4);
    BOOST_TEST(in_place.get_future().result().sum == 7);

    asyncio::promise<std::string> text(ctx);
    text.set_value("abc");
    static_assert(std::is_same_v<decltype(text.get_future().result()), std::string const&>);
    BOOST_TEST(text.get_future().result() == "abc");
}

BOOST_FIXTURE_TEST_CASE(a_value_that_throws_on_its_way_in_leaves_the_result_unset, io_fixture) {
    bool armed = true;
    throws_on_copy const value(armed);
    asyncio::promise<throws_on_copy> promise(ctx);
    BOOST_CHECK_THROW(promise.set_value(value), std::length_error);
    BOOST_TEST(!promise.done());
    armed = false;
    promise.set_value(value);
    BOOST_TEST(promise.get_future().result().armed == &armed);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(ownership)

BOOST_FIXTURE_TEST_CASE(the_last_producer_that_goes_without_a_result_breaks_the_promise, io_fixture) {
    asyncio::future<int> future;
    {
        asyncio::promise<int> one(ctx);
        future = one.get_future();
        asyncio::promise<int> two(one);
        {
            auto const moved = std::move(one);
            auto const copied = two;
        }
        BOOST_TEST(!future.done());
        auto const& same = two;
        two = same;
        BOOST_TEST(!future.done());
    }
    BOOST_TEST(future.done());
    BOOST_TEST(!future.cancelled());
    BOOST_TEST(future.error() == errc::broken_promise);
    BOOST_CHECK_THROW(future.result(), asyncio::broken_promise_error);
}

BOOST_FIXTURE_TEST_CASE(assigning_over_the_last_producer_breaks_its_promise, io_fixture) {
    asyncio::promise<int> promise(ctx);
    auto const before = promise.get_future();
    promise = asyncio::promise<int>(ctx);
    BOOST_TEST(before.error() == errc::broken_promise);
    BOOST_TEST(!promise.done());
}

BOOST_FIXTURE_TEST_CASE(a_result_outlives_its_producers, io_fixture) {
    asyncio::future<std::string> future;
    {
        asyncio::promise<std::string> promise(ctx);
        future = promise.get_future();
        promise.set_value("kept");
    }
    auto const copy = future;
    future = {};
    BOOST_TEST(copy.result() == "kept");
}

BOOST_FIXTURE_TEST_CASE(the_value_is_destroyed_with_the_last_of_them, io_fixture) {
    auto const value = std::make_shared<int>(1);
    {
        asyncio::promise<std::shared_ptr<int>> promise(ctx);
        auto const future = promise.get_future();
        promise.set_value(value);
        BOOST_TEST(value.use_count() == 2);
    }
    BOOST_TEST(value.use_count() == 1);
}

BOOST_FIXTURE_TEST_CASE(all_of_it_lives_in_one_block_of_the_given_allocator, io_fixture) {
    memory_log log;
    {
        asyncio::promise<int> promise(std::allocator_arg, test_allocator<>(log), ctx.get_executor());
        auto const future = promise.get_future();
        auto const copy = promise;
        promise.set_value(1);
        BOOST_TEST(log.allocations() == 1u);
        BOOST_TEST(log.live() == 1u);
    }
    BOOST_TEST(log.live() == 0u);

    log.fail_at(1);
    BOOST_CHECK_THROW(asyncio::promise<int>(std::allocator_arg, test_allocator<>(log), ctx.get_executor()),
                      std::bad_alloc);
    BOOST_TEST(log.live() == 0u);
}

BOOST_FIXTURE_TEST_CASE(the_executor_is_the_one_that_it_was_made_with, io_fixture) {
    asyncio::promise<int> const promise(ctx);
    BOOST_TEST((promise.get_executor() == asio::any_io_executor(ctx.get_executor())));
    BOOST_TEST((promise.get_future().get_executor() == asio::any_io_executor(ctx.get_executor())));
    asyncio::promise<int, asio::io_context::executor_type> const typed(ctx);
    BOOST_TEST((typed.get_future().get_executor() == ctx.get_executor()));
}

BOOST_AUTO_TEST_SUITE_END()
