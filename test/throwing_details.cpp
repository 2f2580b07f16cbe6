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
#include "throwing_operations.hpp"

#include <asyncio/associated_error_details.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/consign.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/handler_continuation_hook.hpp>
#include <boost/asio/prepend.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
#include <boost/asio/bind_immediate_executor.hpp>
#define ASYNCIO_TEST_HAS_IMMEDIATE_EXECUTOR
#endif

#include <cerrno>
#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asio = boost::asio;
namespace test = asyncio_test;

using asyncio::cancelled_error;
using asyncio::errc;
using asyncio::error_details;
using asyncio::get_associated_error_details;
using asyncio::incomplete_read_error;
using asyncio::record_error;
using asyncio::restamp_error;
using asyncio::throwing;
using asyncio::throwing_t;
using boost::system::error_code;
using test::async_count;
using test::async_nothing;
using test::async_told;
using test::io_fixture;

namespace {

auto const eof = error_code(asio::error::eof);
auto const reset = error_code(asio::error::connection_reset);
auto const success = error_code();

// What a completion under `throwing` brought. The handler has every association, so that they can be found again.
class outcome {
public:
    std::exception_ptr exception;
    std::size_t n = 0;
    int calls = 0;

    error_details details() const {
        try {
            std::rethrow_exception(exception);
        } catch (asyncio::error const& e) {
            return e.details();
        } catch (cancelled_error const& e) {
            return e.details();
        }
    }
    std::string text() const {
        try {
            std::rethrow_exception(exception);
        } catch (std::exception const& e) {
            return e.what();
        }
    }
};

class keep {
public:
    explicit keep(outcome& to) noexcept : to_(&to) {}
    void operator()(std::exception_ptr e, std::size_t n) const noexcept {
        to_->exception = std::move(e);
        to_->n = n;
        ++to_->calls;
    }
    void operator()(std::exception_ptr e) const noexcept { (*this)(std::move(e), 0); }
    // Behind append and before prepend
    void operator()(std::exception_ptr e, std::size_t n, int) const noexcept { (*this)(std::move(e), n); }
    void operator()(int, std::exception_ptr e, std::size_t n) const noexcept { (*this)(std::move(e), n); }

    friend bool asio_handler_is_continuation(keep*) { return true; }

private:
    outcome* to_;
};

// An initiation that only looks at its handler.
template <class Look> class look_at {
public:
    explicit look_at(Look look) : look_(std::move(look)) {}
    template <class Handler> void operator()(Handler handler) const { look_(handler); }

private:
    Look look_;
};
template <class Token, class Look> auto look(Token token, Look at) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(look_at<Look>(std::move(at)), token);
}

template <class Handler> bool is_continuation(Handler& handler) {
    using asio::asio_handler_is_continuation;
    return asio_handler_is_continuation(std::addressof(handler));
}

// Starts an operation that tells, and then does with its failure what it is told.
enum class then { fail_as_is, fail_otherwise, fail_with_other_count, fail_alike, succeed };
class composed {
public:
    composed(asio::io_context& ctx, then what) : ctx_(&ctx), what_(what) {}

    template <class Self> void operator()(Self& self) {
        step_ = 1;
        async_told(*ctx_, eof, 3, std::move(self));
    }
    template <class Self> void operator()(Self& self, error_code code, std::size_t n) {
        if (step_ == 1) {
            BOOST_TEST(code == eof);
            switch (what_) {
            case then::fail_as_is: return self.complete(code, n);
            case then::fail_otherwise: return self.complete(reset, 3);
            case then::fail_with_other_count: return self.complete(code, 5);
            case then::succeed: return self.complete({}, 3);
            case then::fail_alike: break;
            }
            step_ = 2;
            // Another operation, which tells nothing, fails with the same code.
            return async_count(*ctx_, eof, 4, std::move(self));
        }
        self.complete(code, n);
    }

private:
    asio::io_context* ctx_;
    then what_;
    int step_ = 0;
};
template <class Token> auto async_composed(asio::io_context& ctx, then what, Token&& token) {
    return asio::async_compose<Token, void(error_code, std::size_t)>(composed(ctx, what), token, ctx);
}

// The same without a count in its signature: reads, and reports the read's failure or a later one with the same code.
class composed_without_count {
public:
    explicit composed_without_count(asio::io_context& ctx) : ctx_(&ctx) {}

    template <class Self> void operator()(Self& self) { async_told(*ctx_, eof, 3, std::move(self)); }
    template <class Self> void operator()(Self& self, error_code code, std::size_t) {
        BOOST_TEST(code == eof);
        async_nothing(*ctx_, eof, std::move(self));
    }
    template <class Self> void operator()(Self& self, error_code code) { self.complete(code); }

private:
    asio::io_context* ctx_;
};

// A token that tells whether the initiation has an executor, and which.
struct ask_initiation {};

} // namespace

template <class Signature> struct boost::asio::async_result<ask_initiation, Signature> {
    template <class Initiation, class... Args>
    static auto initiate(Initiation&& initiation, ask_initiation, Args&&...) {
        if constexpr (requires { typename std::decay_t<Initiation>::executor_type; })
            return initiation.get_executor();
        else
            return false;
    }
};

BOOST_FIXTURE_TEST_SUITE(throwing_details, io_fixture)

BOOST_AUTO_TEST_CASE(what_an_operation_tells_is_in_the_exception) {
    outcome got;
    async_told(ctx, eof, 3, throwing(keep(got)));
    run();
    auto const details = got.details();
    BOOST_TEST(details.operation == std::string("async_told"));
    BOOST_TEST((details.transferred == 3u));
    BOOST_TEST((details.expected == 10u));
    BOOST_TEST(details.code == eof);
    BOOST_TEST(got.text().starts_with("async_told: 3 bytes read on a total of 10 expected bytes: "));

    async_told(ctx, asio::error::operation_aborted, 4, throwing(keep(got)));
    run();
    BOOST_TEST((got.details().transferred == 4u));
    BOOST_TEST((got.details().expected == 10u));
}

BOOST_AUTO_TEST_CASE(what_it_tells_passes_through_adapters) {
    outcome got;
    auto const check = [&](auto token) {
        got = outcome();
        async_told(ctx, eof, 3, std::move(token));
        run();
        BOOST_TEST(got.calls == 1);
        BOOST_TEST((got.details().expected == 10u));
        BOOST_TEST(got.details().operation == std::string("async_told"));
    };
    test::memory_log log;
    asio::cancellation_signal signal;
    auto const ex = ctx.get_executor();
    check(asio::bind_executor(ex, throwing(keep(got))));
    check(throwing(asio::bind_executor(ex, keep(got))));
    check(asio::bind_allocator(test::test_allocator<>(log), throwing(keep(got))));
    check(throwing(asio::bind_allocator(test::test_allocator<>(log), keep(got))));
    check(asio::bind_cancellation_slot(signal.slot(), throwing(keep(got))));
    check(throwing(asio::bind_cancellation_slot(signal.slot(), keep(got))));
    check(asio::append(throwing(keep(got)), 1));
    check(throwing(asio::append(keep(got), 1)));
    check(throwing(asio::prepend(keep(got), 1)));
    check(asio::consign(throwing(keep(got)), std::make_shared<int>(1)));
    check(throwing(asio::consign(keep(got), std::make_shared<int>(1))));
    check(asio::bind_executor(ex, asio::bind_allocator(test::test_allocator<>(log),
                                                       asio::append(throwing(asio::bind_executor(ex, keep(got))), 1))));
}

BOOST_AUTO_TEST_CASE(what_it_tells_is_in_a_pointer_that_is_a_value) {
    run([](asio::io_context& c) -> asio::awaitable<void> {
        auto const [e, n] = co_await async_told(c, eof, 3, throwing(asio::as_tuple(asio::use_awaitable)));
        try {
            std::rethrow_exception(e);
        } catch (incomplete_read_error const& failure) {
            BOOST_TEST((failure.expected() == 10u));
        }
        try {
            co_await async_told(c, eof, 3, throwing(asio::use_awaitable));
            BOOST_ERROR("it must throw");
        } catch (incomplete_read_error const& failure) {
            BOOST_TEST((failure.expected() == 10u));
            BOOST_TEST(failure.operation() == std::string("async_told"));
        }
    }(ctx));
}

BOOST_AUTO_TEST_CASE(a_composed_operation_passes_a_failure_on_with_its_details) {
    outcome got;
    async_composed(ctx, then::fail_as_is, throwing(keep(got)));
    run();
    BOOST_TEST((got.details().expected == 10u));
}

BOOST_AUTO_TEST_CASE(a_failure_that_was_handled_leaves_no_trace) {
    for (auto const what : {then::fail_with_other_count, then::fail_alike}) {
        outcome got;
        async_composed(ctx, what, throwing(keep(got)));
        run();
        BOOST_TEST(!got.details().expected.has_value());
        BOOST_TEST((got.details().operation == nullptr));
        BOOST_TEST((got.details().transferred == got.n));
    }
    outcome got;
    async_composed(ctx, then::fail_otherwise, throwing(keep(got)));
    run();
    BOOST_TEST(got.text().find("async_told") == std::string::npos);
    BOOST_TEST(got.text().starts_with("3 bytes transferred: "));

    async_composed(ctx, then::succeed, throwing(keep(got)));
    run();
    BOOST_TEST((got.exception == nullptr));
    BOOST_TEST(got.n == 3u);
}

BOOST_AUTO_TEST_CASE(what_was_recorded_with_a_count_is_not_of_a_completion_without_results) {
    outcome got;
    auto token = throwing(keep(got));
    asio::async_compose<throwing_t<keep>, void(error_code)>(composed_without_count(ctx), token, ctx);
    run();
    BOOST_TEST(!got.details().expected.has_value());
    BOOST_TEST((got.details().operation == nullptr));
    BOOST_TEST(!got.details().transferred.has_value());
}

BOOST_AUTO_TEST_CASE(an_operation_without_a_count_tells_its_details) {
    outcome got;
    auto token = throwing(keep(got));
    auto const initiation = look_at([](auto& handler) {
        record_error(handler, eof, std::nullopt, "connect");
        std::move(handler)(eof);
    });
    asio::async_initiate<throwing_t<keep>, void(error_code)>(initiation, token);
    BOOST_TEST(got.details().operation == std::string("connect"));
    BOOST_TEST(!got.details().transferred.has_value());
}

BOOST_AUTO_TEST_CASE(in_a_parallel_group_each_exception_keeps_its_details) {
    outcome first, second;
    auto const told = [&](error_code code, std::size_t n) {
        return async_told(ctx, code, n, throwing(asio::deferred));
    };
    asio::experimental::make_parallel_group(told(eof, 3), told(reset, 4))
        .async_wait(asio::experimental::wait_for_all(),
                    [&](auto, std::exception_ptr e1, std::size_t n1, std::exception_ptr e2, std::size_t n2) {
                        keep{first}(e1, n1);
                        keep{second}(e2, n2);
                    });
    run();
    BOOST_TEST((first.details().expected == 10u));
    BOOST_TEST(first.n == 3u);
    BOOST_TEST(second.text().starts_with("async_told: 4 of 10 bytes transferred: "));
}

BOOST_AUTO_TEST_CASE(recording_stamps_clears_and_restamps_the_place) {
    outcome got;
    look(throwing(keep(got)), [](auto& handler) {
        auto* const place = get_associated_error_details(handler);
        BOOST_TEST_REQUIRE(place);
        BOOST_TEST(!place->code.failed());

        record_error(handler, eof, 3, "read");
        BOOST_TEST(place->code == eof);
        BOOST_TEST((place->transferred == 3u));
        BOOST_TEST(place->operation == std::string("read"));

        restamp_error(handler, reset, make_error_code(errc::timed_out)); // of another code
        BOOST_TEST(place->code == eof);
        place->exception = std::make_exception_ptr(1);
        restamp_error(handler, eof, eof);
        BOOST_TEST((place->exception != nullptr));
        restamp_error(handler, eof, make_error_code(errc::timed_out));
        BOOST_TEST(place->code == make_error_code(errc::timed_out));
        BOOST_TEST((place->exception == nullptr));
        BOOST_TEST((place->transferred == 3u));

        int filled = 0;
        record_error(handler, reset, 4, [&](error_details& details) {
            ++filled;
            BOOST_TEST(details.code == reset);
            BOOST_TEST((details.transferred == 4u));
            BOOST_TEST((details.operation == nullptr)); // nothing of what was there before
            details.partial = std::make_shared<std::string const>("abcd");
        });
        BOOST_TEST(filled == 1);
        record_error(handler, success, 4, [&](error_details&) { ++filled; });
        BOOST_TEST(filled == 1);
        BOOST_TEST(!place->code.failed());
        BOOST_TEST((place->partial == nullptr));
        restamp_error(handler, eof, reset);
        BOOST_TEST(!place->code.failed());
    });
}

BOOST_AUTO_TEST_CASE(a_restamped_failure_keeps_its_details_under_the_new_code) {
    outcome got;
    look(throwing(keep(got)), [](auto& handler) {
        auto const timed_out = make_error_code(errc::timed_out);
        record_error(handler, asio::error::operation_aborted, 3, [](error_details& details) {
            details.operation = "async_read_exactly";
            details.expected = 10;
        });
        restamp_error(handler, asio::error::operation_aborted, timed_out);
        std::move(handler)(timed_out, 3u);
    });
    BOOST_TEST(got.text() == "async_read_exactly: 3 of 10 bytes transferred: The operation timed out [asyncio:1]");
}

BOOST_AUTO_TEST_CASE(an_exception_that_the_operation_was_given_is_thrown_itself) {
    outcome got;
    auto const given = std::make_exception_ptr(42);
    look(throwing(keep(got)), [&](auto& handler) {
        record_error(handler, make_error_code(errc::other_exception), 0u,
                     [&](error_details& details) { details.exception = given; });
        std::move(handler)(make_error_code(errc::other_exception), 0u);
    });
    BOOST_TEST((got.exception == given));
}

BOOST_AUTO_TEST_CASE(a_handler_without_a_place_costs_and_does_nothing) {
    auto const handler = [](error_code, std::size_t) {};
    BOOST_TEST((get_associated_error_details(handler) == nullptr));
    BOOST_TEST((get_associated_error_details(asio::bind_executor(ctx.get_executor(), handler)) == nullptr));
    bool filled = false;
    record_error(handler, eof, 3, [&](error_details&) { filled = true; });
    record_error(handler, eof, 3, "read");
    restamp_error(handler, eof, reset);
    BOOST_TEST(!filled);
    static_assert(noexcept(record_error(handler, eof, 3, "read")));
}

BOOST_AUTO_TEST_CASE(the_handlers_associations_are_those_of_the_inner_token) {
    outcome got;
    test::memory_log log;
    asio::cancellation_signal signal;
    auto const strand = asio::make_strand(ctx);
    auto const inner =
        asio::bind_executor(strand, asio::bind_allocator(test::test_allocator<>(log),
                                                         asio::bind_cancellation_slot(signal.slot(), keep(got))));
    look(throwing(inner), [&](auto& handler) {
        BOOST_TEST((asio::get_associated_executor(handler) == strand));
        BOOST_TEST((asio::get_associated_executor(handler, ctx.get_executor()) == strand));
        BOOST_TEST((asio::get_associated_allocator(handler) == test::test_allocator<>(log)));
        BOOST_TEST((asio::get_associated_cancellation_slot(handler) == signal.slot()));
        BOOST_TEST(asio::get_associated_cancellation_slot(handler).is_connected());
    });
    look(throwing(keep(got)), [&](auto& handler) {
        // None of its own, and so the candidate
        BOOST_TEST((asio::get_associated_executor(handler, strand) == strand));
        BOOST_TEST(
            (asio::get_associated_allocator(handler, test::test_allocator<>(log)) == test::test_allocator<>(log)));
        BOOST_TEST(!asio::get_associated_cancellation_slot(handler).is_connected());
        BOOST_TEST(is_continuation(handler));
    });
    look(throwing([](std::exception_ptr, std::size_t) {}),
         [](auto& handler) { BOOST_TEST(!is_continuation(handler)); });
}

#if defined(ASYNCIO_TEST_HAS_IMMEDIATE_EXECUTOR)
BOOST_AUTO_TEST_CASE(the_immediate_executor_is_that_of_the_inner_token) {
    outcome got;
    auto const strand = asio::make_strand(ctx);
    look(throwing(asio::bind_immediate_executor(strand, keep(got))), [&](auto& handler) {
        BOOST_TEST((asio::get_associated_immediate_executor(handler, ctx.get_executor()) == strand));
    });
}
#endif

BOOST_AUTO_TEST_CASE(the_initiation_has_an_executor_exactly_when_the_wrapped_one_has) {
    auto const executor = async_count(ctx, eof, 3, throwing(ask_initiation()));
    static_assert(std::same_as<decltype(executor), asio::io_context::executor_type const>);
    BOOST_TEST((executor == ctx.get_executor()));

    auto const none = look(throwing(ask_initiation()), [](auto&) {});
    static_assert(std::same_as<decltype(none), bool const>);
    BOOST_TEST(!none);
}

BOOST_AUTO_TEST_CASE(a_cancellation_reaches_the_operation_through_the_adapter) {
    asio::steady_timer never(ctx, asio::steady_timer::time_point::max());
    asio::cancellation_signal signal;
    outcome got;
    never.async_wait(throwing(asio::bind_cancellation_slot(signal.slot(), keep(got))));
    signal.emit(asio::cancellation_type::terminal);
    run();
    BOOST_TEST(got.calls == 1);
    BOOST_TEST((got.details().code == asio::error::operation_aborted));

    got = outcome();
    never.async_wait(asio::bind_cancellation_slot(signal.slot(), throwing(keep(got))));
    signal.emit(asio::cancellation_type::terminal);
    run();
    BOOST_TEST((got.details().code == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(the_laws_of_handlers_hold_under_the_adapter) {
    test::tracker<std::exception_ptr, std::size_t> failed(ctx.get_executor());
    test::tracker<std::exception_ptr, std::size_t> fine(ctx.get_executor());
    failed.start([&](auto handler) { async_told(ctx, eof, 3, throwing(std::move(handler))); });
    fine.start([&](auto handler) { async_told(ctx, success, 7, throwing(std::move(handler))); });
    run();
    BOOST_TEST((failed.get<0>() != nullptr));
    BOOST_TEST(failed.get<1>() == 3u);
    BOOST_TEST(failed.memory().allocations() > 0u);
    BOOST_TEST((fine.get<0>() == nullptr));
    BOOST_TEST(fine.get<1>() == 7u);
}

BOOST_AUTO_TEST_CASE(success_allocates_nothing_that_the_bare_operation_does_not) {
    auto const allocations = [&](auto start) {
        start(); // the first one warms the caches up
        run();
        test::allocation_probe const probe;
        start();
        run();
        return probe.count();
    };
    outcome got;
    auto const bare = allocations([&] { async_told(ctx, success, 7, [](error_code, std::size_t) {}); });
    BOOST_TEST(allocations([&] { async_told(ctx, success, 7, throwing(keep(got))); }) == bare);
    BOOST_TEST(allocations([&] { async_nothing(ctx, success, throwing(keep(got))); }) == bare);
    BOOST_TEST(allocations([&] { async_told(ctx, eof, 7, throwing(keep(got))); }) > bare); // it does count
    BOOST_TEST((got.exception != nullptr));
}

BOOST_AUTO_TEST_CASE(comparing_a_code_allocates_nothing) {
    std::error_code const converted = eof;
    test::allocation_probe const probe;
    bool all = eof == errc::eof && converted == errc::eof && reset != errc::eof;
    all = all && std::error_code(ECANCELED, std::system_category()) == errc::cancelled;
    all = all && error_code(std::error_code(ECANCELED, std::system_category())) == errc::cancelled;
    auto const counted = probe.count();
    BOOST_TEST(all);
    BOOST_TEST(counted == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
