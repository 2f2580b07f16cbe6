//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/io_fixture.hpp"
#include "throwing_operations.hpp"

#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/version.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#if __has_include(<boost/asio/any_completion_handler.hpp>)
#include <boost/asio/any_completion_handler.hpp>
#define ASYNCIO_TEST_HAS_ANY_COMPLETION_HANDLER
#endif
#if BOOST_ASIO_VERSION >= 103100
#include <boost/asio/cancel_after.hpp>
#endif

#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace asio = boost::asio;
namespace local = boost::asio::local;
namespace test = asyncio_test;

using asio::ip::tcp;
using asyncio::cancelled_error;
using asyncio::errc;
using asyncio::incomplete_read_error;
using asyncio::throwing;
using asyncio::timeout_error;
using boost::system::error_code;
using boost::system::system_error;
using test::async_count;
using test::async_exception;
using test::async_nothing;
using test::async_plain;
using test::async_two;
using test::io_fixture;

namespace {

auto const eof = error_code(asio::error::eof);
auto const success = error_code();

template <class Error> bool holds(std::exception_ptr const& exception) {
    if (!exception)
        return false;
    try {
        std::rethrow_exception(exception);
    } catch (Error const&) {
        return true;
    } catch (...) {
        return false;
    }
}

std::size_t transferred_in(std::exception_ptr const& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (asyncio::error const& e) {
        return e.transferred();
    }
}

// Takes one completion, whatever its results, and can only be moved.
template <class... Results> class keep_results {
public:
    explicit keep_results(std::optional<std::tuple<Results...>>& place)
        : place_(&place), moves_only_(std::make_unique<int>(1)) {}

    void operator()(Results... results) {
        BOOST_TEST(!place_->has_value());
        BOOST_TEST(*moves_only_ == 1);
        place_->emplace(std::move(results)...);
    }

private:
    std::optional<std::tuple<Results...>>* place_;
    std::unique_ptr<int> moves_only_;
};

// Tells the ways apart in which an operation may complete.
struct said_result {
    std::string said;
    std::exception_ptr exception;
};
class says_which {
public:
    explicit says_which(said_result& to) : to_(&to) {}
    void operator()(std::exception_ptr e) { *to_ = {"nothing", e}; }
    void operator()(std::exception_ptr e, std::string text) { *to_ = {"text " + text, e}; }
    void operator()(int value) { *to_ = {"number " + std::to_string(value), nullptr}; }

private:
    said_result* to_;
};

struct calls_with_enumerator {
    template <class Handler> void operator()(Handler handler) const {
        std::move(handler)(asio::error::eof, 3u); // neither an error_code nor a size_t
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(throwing_tokens, io_fixture)

BOOST_AUTO_TEST_CASE(use_awaitable_throws_the_typed_exception) {
    run([](asio::io_context& c) -> asio::awaitable<void> {
        co_await async_nothing(c, success, throwing(asio::use_awaitable));
        std::size_t const n = co_await async_count(c, success, 7, throwing(asio::use_awaitable));
        BOOST_TEST(n == 7u);
        auto const two = co_await async_two(c, success, 7, "text", throwing(asio::use_awaitable));
        BOOST_TEST(std::get<0>(two) == 7u);
        BOOST_TEST(std::get<1>(two) == "text");

        try {
            co_await async_nothing(c, asio::error::operation_aborted, throwing(asio::use_awaitable));
            BOOST_ERROR("it must throw");
        } catch (cancelled_error const& e) {
            BOOST_TEST(e.code() == asio::error::operation_aborted);
            BOOST_TEST(e.transferred() == 0u);
        }
        try {
            co_await async_count(c, eof, 3, throwing(asio::use_awaitable));
            BOOST_ERROR("it must throw");
        } catch (incomplete_read_error const& e) {
            BOOST_TEST(e.code() == asio::error::eof);
            BOOST_TEST(e.transferred() == 3u);
            BOOST_TEST(!e.expected().has_value());
        }
        try {
            co_await async_two(c, asio::error::timed_out, 5, "text", throwing(asio::use_awaitable));
            BOOST_ERROR("it must throw");
        } catch (timeout_error const& e) {
            BOOST_TEST(e.transferred() == 5u);
        }
        try {
            co_await async_count(c, asio::error::connection_reset, 3, throwing(asio::use_awaitable));
            BOOST_ERROR("it must throw");
        } catch (asyncio::error const&) {
            BOOST_ERROR("a reset connection is none of ours");
        } catch (system_error const& e) {
            BOOST_TEST(e.code() == asio::error::connection_reset);
        }
    }(ctx));
}

BOOST_AUTO_TEST_CASE(deferred_throws_under_co_await) {
    run([](asio::io_context& c) -> asio::awaitable<void> {
        co_await async_nothing(c, success, throwing(asio::deferred));
        try {
            co_await async_nothing(c, asio::error::operation_aborted, throwing(asio::deferred));
            BOOST_ERROR("it must throw");
        } catch (cancelled_error const& e) {
            BOOST_TEST(e.code() == asio::error::operation_aborted);
        }
        auto later = async_nothing(c, asio::error::timed_out, throwing(asio::deferred));
        try {
            co_await std::move(later);
            BOOST_ERROR("it must throw");
        } catch (timeout_error const&) {
        }
#if BOOST_ASIO_VERSION >= 103100 // before, Asio's own deferred fails to compile there
        std::size_t const n = co_await async_count(c, success, 7, throwing(asio::deferred));
        BOOST_TEST(n == 7u);
        try {
            co_await async_count(c, eof, 3, throwing(asio::deferred));
            BOOST_ERROR("it must throw");
        } catch (incomplete_read_error const& e) {
            BOOST_TEST(e.transferred() == 3u);
        }
        try {
            co_await async_two(c, asio::error::timed_out, 5, "text", throwing(asio::deferred));
            BOOST_ERROR("it must throw");
        } catch (timeout_error const& e) {
            BOOST_TEST(e.transferred() == 5u);
        }
#endif
    }(ctx));
}

BOOST_AUTO_TEST_CASE(a_deferred_operation_can_be_started_with_another_token_later) {
    auto deferred = async_count(ctx, eof, 3, throwing(asio::deferred));
    std::optional<std::tuple<std::exception_ptr, std::size_t>> got;
    std::move(deferred)(keep_results<std::exception_ptr, std::size_t>(got));
    run();
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST(holds<incomplete_read_error>(std::get<0>(*got)));
    BOOST_TEST(std::get<1>(*got) == 3u);

    auto plain = async_count(ctx, eof, 4, asio::deferred);
    got.reset();
    plain(throwing(keep_results<std::exception_ptr, std::size_t>(got)));
    run();
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST(transferred_in(std::get<0>(*got)) == 4u);
}

BOOST_AUTO_TEST_CASE(use_future_throws_from_get) {
    auto done = async_nothing(ctx, success, throwing(asio::use_future));
    auto seven = async_count(ctx, success, 7, throwing(asio::use_future));
    auto two = async_two(ctx, success, 7, "text", throwing(asio::use_future));
    auto failed = async_count(ctx, eof, 3, throwing(asio::use_future));
    auto stopped = async_nothing(ctx, asio::error::operation_aborted, throwing(asio::use_future));
    run();
    BOOST_CHECK_NO_THROW(done.get());
    BOOST_TEST(seven.get() == 7u);
    BOOST_TEST(std::get<1>(two.get()) == "text");
    BOOST_CHECK_EXCEPTION(failed.get(), incomplete_read_error, [](auto const& e) { return e.transferred() == 3; });
    BOOST_CHECK_THROW(stopped.get(), cancelled_error);
}

BOOST_AUTO_TEST_CASE(yield_context_throws) {
    bool finished = false;
    asio::spawn(
        ctx,
        [&](asio::yield_context yield) {
            async_nothing(ctx, success, throwing(yield));
            BOOST_TEST(async_count(ctx, success, 7, throwing(yield)) == 7u);
            BOOST_TEST(std::get<1>(async_two(ctx, success, 7, "text", throwing(yield))) == "text");
            BOOST_CHECK_THROW(async_nothing(ctx, asio::error::operation_aborted, throwing(yield)), cancelled_error);
            BOOST_CHECK_EXCEPTION(async_count(ctx, eof, 3, throwing(yield)), incomplete_read_error,
                                  [](auto const& e) { return e.transferred() == 3; });
            BOOST_CHECK_THROW(async_two(ctx, asio::error::timed_out, 7, "", throwing(yield)), timeout_error);
            finished = true;
        },
        asio::detached);
    run();
    BOOST_TEST(finished);
}

BOOST_AUTO_TEST_CASE(a_callback_gets_the_pointer_and_the_results) {
    std::optional<std::tuple<std::exception_ptr>> nothing;
    std::optional<std::tuple<std::exception_ptr, std::size_t>> count;
    std::optional<std::tuple<std::exception_ptr, std::size_t, std::string>> two;
    async_nothing(ctx, success, throwing(keep_results<std::exception_ptr>(nothing)));
    async_count(ctx, eof, 3, throwing(keep_results<std::exception_ptr, std::size_t>(count)));
    async_two(ctx, asio::error::timed_out, 5, "text",
              throwing(keep_results<std::exception_ptr, std::size_t, std::string>(two)));
    BOOST_TEST(!nothing.has_value());
    run();
    BOOST_TEST_REQUIRE((nothing && count && two));
    BOOST_TEST((std::get<0>(*nothing) == nullptr));
    BOOST_TEST(transferred_in(std::get<0>(*count)) == 3u);
    BOOST_TEST(std::get<1>(*count) == 3u);
    BOOST_TEST(holds<timeout_error>(std::get<0>(*two)));
    BOOST_TEST(std::get<1>(*two) == 5u);
    BOOST_TEST(std::get<2>(*two) == "text");
}

BOOST_AUTO_TEST_CASE(a_token_can_be_kept_copied_and_used_again) {
    auto token = throwing(asio::use_future);
    auto const constant = token;
    auto direct(token); // from an object that isn't const
    auto moved(std::move(direct));
    for (int i = 0; i != 2; ++i) {
        auto a = async_count(ctx, eof, 1, token);
        auto b = async_count(ctx, eof, 2, constant);
        auto c = async_count(ctx, eof, 3, asio::bind_executor(ctx.get_executor(), moved));
        run();
        BOOST_CHECK_THROW(a.get(), incomplete_read_error);
        BOOST_CHECK_THROW(b.get(), incomplete_read_error);
        BOOST_CHECK_THROW(c.get(), incomplete_read_error);
    }
    static constexpr auto compile_time = throwing(asio::use_awaitable);
    static_assert(std::same_as<decltype(throwing(asio::detached)), asyncio::throwing_t<asio::detached_t>>);
    (void)compile_time;
}

BOOST_AUTO_TEST_CASE(detached_takes_and_ignores_a_failure) {
    async_count(ctx, eof, 3, throwing(asio::detached));
    run();
}

BOOST_AUTO_TEST_CASE(throwing_around_as_tuple_gives_the_pointer_as_a_value) {
    run([](asio::io_context& c) -> asio::awaitable<void> {
        auto const [e, n] = co_await async_count(c, eof, 3, throwing(asio::as_tuple(asio::use_awaitable)));
        static_assert(std::same_as<decltype(e), std::exception_ptr const>);
        BOOST_TEST(transferred_in(e) == 3u);
        BOOST_TEST(n == 3u);
        auto const [none] = co_await async_nothing(c, success, throwing(asio::as_tuple(asio::use_awaitable)));
        BOOST_TEST((none == nullptr));
    }(ctx));
}

BOOST_AUTO_TEST_CASE(as_tuple_around_throwing_gives_the_code) {
    run([](asio::io_context& c) -> asio::awaitable<void> {
        auto const [code, n] = co_await async_count(c, eof, 3, asio::as_tuple(throwing(asio::use_awaitable)));
        BOOST_TEST(code == asio::error::eof);
        BOOST_TEST(n == 3u);
    }(ctx));
}

BOOST_AUTO_TEST_CASE(redirect_error_inside_and_outside) {
    run([](asio::io_context& c) -> asio::awaitable<void> {
        // Outside, it takes the code away before the adapter sees it.
        error_code code;
        std::size_t const n =
            co_await async_count(c, eof, 3, asio::redirect_error(throwing(asio::use_awaitable), code));
        BOOST_TEST(code == asio::error::eof);
        BOOST_TEST(n == 3u);

        // Inside, there is no code left for it to take.
        error_code untouched;
        try {
            co_await async_count(c, eof, 3, throwing(asio::redirect_error(asio::use_awaitable, untouched)));
            BOOST_ERROR("it must throw");
        } catch (incomplete_read_error const& e) {
            BOOST_TEST(e.transferred() == 3u);
        }
        BOOST_TEST(!untouched.failed());
    }(ctx));
}

BOOST_AUTO_TEST_CASE(a_plain_system_error_in_a_pointer_is_given_its_type) {
    std::optional<std::tuple<std::exception_ptr, int>> got;
    auto const ask = [&](std::exception_ptr e) {
        got.reset();
        async_exception(ctx, e, 5, throwing(keep_results<std::exception_ptr, int>(got)));
        run();
        BOOST_TEST_REQUIRE(got.has_value());
        BOOST_TEST(std::get<1>(*got) == 5);
        return std::get<0>(*got);
    };
    BOOST_TEST((ask(nullptr) == nullptr));
    BOOST_TEST(holds<incomplete_read_error>(ask(std::make_exception_ptr(system_error(eof)))));
    BOOST_TEST(holds<cancelled_error>(ask(std::make_exception_ptr(system_error(asio::error::operation_aborted)))));

    auto const own = std::make_exception_ptr(timeout_error("deadline"));
    auto const foreign = std::make_exception_ptr(std::runtime_error("x"));
    auto const number = std::make_exception_ptr(42);
    BOOST_TEST((ask(own) == own));
    BOOST_TEST((ask(foreign) == foreign));
    BOOST_TEST((ask(number) == number));
}

BOOST_AUTO_TEST_CASE(co_spawn_reports_the_typed_exception) {
    auto const fails = [](asio::io_context& c) -> asio::awaitable<int> {
        co_await async_count(c, eof, 3, asio::use_awaitable); // Asio's own exception
        co_return 1;
    };
    std::optional<std::tuple<std::exception_ptr, int>> got;
    asio::co_spawn(ctx, fails(ctx), throwing(keep_results<std::exception_ptr, int>(got)));
    run();
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST(holds<incomplete_read_error>(std::get<0>(*got)));

    auto const waits = [fails](asio::io_context& c) -> asio::awaitable<void> {
        try {
            co_await asio::co_spawn(c, fails(c), throwing(asio::use_awaitable));
            BOOST_ERROR("it must throw");
        } catch (incomplete_read_error const& e) {
            BOOST_TEST(e.code() == asio::error::eof);
        }
    };
    run(waits(ctx));
}

BOOST_AUTO_TEST_CASE(signatures_without_an_error_pass_through) {
    std::optional<std::tuple<int>> got;
    async_plain(ctx, 5, throwing(keep_results<int>(got)));
    run();
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST(std::get<0>(*got) == 5);
    run([](asio::io_context& c) -> asio::awaitable<void> {
        int const value = co_await async_plain(c, 5, throwing(asio::use_awaitable));
        BOOST_TEST(value == 5);
        co_await asio::post(c, throwing(asio::use_awaitable));
    }(ctx));
}

// An operation that may complete in several ways
BOOST_AUTO_TEST_CASE(each_of_several_signatures_is_adapted) {
    said_result got;
    auto const start = [&]<class... Results>(std::tuple<Results...> results) {
        test::async_finish<void(error_code), void(error_code, std::string), void(int)>(
            ctx, test::told(), std::move(results), throwing(says_which(got)));
        run();
    };
    start(std::tuple(eof));
    BOOST_TEST(got.said == "nothing");
    BOOST_TEST(holds<incomplete_read_error>(got.exception));
    start(std::tuple(success, std::string("a")));
    BOOST_TEST(got.said == "text a");
    BOOST_TEST((got.exception == nullptr));
    start(std::tuple(5));
    BOOST_TEST(got.said == "number 5");
}

BOOST_AUTO_TEST_CASE(qualified_signatures_are_kept) {
    std::optional<std::tuple<std::exception_ptr, std::size_t>> got;
    test::async_finish<void(error_code, std::size_t) &&>(ctx, test::told(), std::tuple(eof, std::size_t(3)),
                                                         throwing(keep_results<std::exception_ptr, std::size_t>(got)));
    run();
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST(transferred_in(std::get<0>(*got)) == 3u);

    got.reset();
    test::async_finish<void(error_code, std::size_t) noexcept>(
        ctx, test::told(), std::tuple(eof, std::size_t(4)),
        throwing([&](std::exception_ptr e, std::size_t n) noexcept { got.emplace(e, n); }));
    run();
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST(transferred_in(std::get<0>(*got)) == 4u);
}

BOOST_AUTO_TEST_CASE(an_operation_may_call_with_what_converts) {
    std::optional<std::tuple<std::exception_ptr, std::size_t>> got;
    auto token = throwing(keep_results<std::exception_ptr, std::size_t>(got));
    asio::async_initiate<decltype(token), void(error_code, std::size_t)>(calls_with_enumerator(), token);
    BOOST_TEST_REQUIRE(got.has_value());
    BOOST_TEST(transferred_in(std::get<0>(*got)) == 3u);
}

BOOST_AUTO_TEST_CASE(a_result_that_can_only_be_moved) {
    tcp::acceptor acceptor(ctx, {asio::ip::address_v4::loopback(), 0});
    run([](tcp::acceptor& a) -> asio::awaitable<void> {
        tcp::socket client(a.get_executor());
        client.connect(a.local_endpoint());
        tcp::socket server = co_await a.async_accept(throwing(asio::use_awaitable));
        BOOST_TEST(server.is_open());
        a.close();
        try {
            co_await a.async_accept(throwing(asio::use_awaitable));
            BOOST_ERROR("it must throw");
        } catch (system_error const& e) {
            BOOST_TEST(e.code() == asio::error::bad_descriptor);
        }
    }(acceptor));
}

BOOST_AUTO_TEST_CASE(asios_own_operations_on_a_real_stream) {
    local::stream_protocol::socket a(ctx);
    local::stream_protocol::socket b(ctx);
    local::connect_pair(a, b);
    asio::write(b, asio::buffer("abc", 3));
    b.close();
    run([](local::stream_protocol::socket& s) -> asio::awaitable<void> {
        char data[10];
        try {
            co_await asio::async_read(s, asio::buffer(data), throwing(asio::use_awaitable));
            BOOST_ERROR("it must throw");
        } catch (asyncio::eof_error const& e) {
            BOOST_TEST(e.transferred() == 3u);
            BOOST_TEST(std::string(e.what()).starts_with("3 bytes read on a total of undefined expected bytes: "));
            BOOST_TEST(std::string(e.what()).find(".hpp") == std::string::npos);
        }
    }(a));
}

BOOST_AUTO_TEST_CASE(it_can_be_the_default_token_of_an_object) {
    using socket = asyncio::throwing_t<asio::use_awaitable_t<>>::as_default_on_t<local::stream_protocol::socket>;
    socket a(ctx);
    local::stream_protocol::socket b(ctx);
    local::connect_pair(a, b);
    b.close();
    auto const reads = [](socket& s) -> asio::awaitable<void> {
        char data[10];
        try {
            co_await s.async_read_some(asio::buffer(data));
            BOOST_ERROR("it must throw");
        } catch (incomplete_read_error const& e) {
            BOOST_TEST(e.transferred() == 0u);
        }
    };
    run(reads(a));

    auto timer = throwing(asio::use_awaitable).as_default_on(asio::steady_timer(ctx, std::chrono::hours(1)));
    timer.cancel();
    bool cancelled = false;
    auto const waits = [](auto& t, bool& c) -> asio::awaitable<void> {
        auto& ref = t;
        asio::post(ref.get_executor(), [&ref] { ref.cancel(); });
        try {
            co_await ref.async_wait();
        } catch (cancelled_error const&) {
            c = true;
        }
    };
    run(waits(timer, cancelled));
    BOOST_TEST(cancelled);
}

#if defined(ASYNCIO_TEST_HAS_ANY_COMPLETION_HANDLER)
BOOST_AUTO_TEST_CASE(an_erased_handler_keeps_type_code_and_transferred) {
    struct erasing {
        asio::io_context* ctx;
        void operator()(asio::any_completion_handler<void(error_code, std::size_t)> handler) const {
            test::async_told(*ctx, asio::error::eof, 3, std::move(handler));
        }
    };
    auto const start = [&](auto token) {
        return asio::async_initiate<decltype(token), void(error_code, std::size_t)>(erasing{&ctx}, token);
    };
    auto failed = start(throwing(asio::use_future));
    run();
    try {
        failed.get();
        BOOST_ERROR("it must throw");
    } catch (incomplete_read_error const& e) {
        BOOST_TEST(e.code() == asio::error::eof);
        BOOST_TEST(e.transferred() == 3u);
        BOOST_TEST(!e.expected().has_value());
        BOOST_TEST(e.operation() == std::string());
    }

    // The adapter itself in an erased handler
    std::optional<std::tuple<std::exception_ptr, std::size_t>> got;
    asio::any_completion_handler<void(std::exception_ptr, std::size_t)> erased(
        keep_results<std::exception_ptr, std::size_t>{got});
    test::async_told(ctx, asio::error::eof, 3, throwing(std::move(erased)));
    run();
    BOOST_TEST_REQUIRE(got.has_value());
    try {
        std::rethrow_exception(std::get<0>(*got));
    } catch (incomplete_read_error const& e) {
        BOOST_TEST((e.expected() == 10u));
    }
}
#endif

#if BOOST_ASIO_VERSION >= 103100
BOOST_AUTO_TEST_CASE(by_itself_it_adapts_the_default_token) {
    run([](asio::io_context& c) -> asio::awaitable<void> {
        co_await async_nothing(c, success, throwing);
        std::size_t const n = co_await async_count(c, success, 7, throwing);
        BOOST_TEST(n == 7u);
        try {
            co_await async_count(c, eof, 3, throwing);
            BOOST_ERROR("it must throw");
        } catch (incomplete_read_error const& e) {
            BOOST_TEST(e.transferred() == 3u);
        }
    }(ctx));
}

BOOST_AUTO_TEST_CASE(asios_cancel_after_works_inside_and_outside) {
    auto const waits = [](asio::io_context& c) -> asio::awaitable<void> {
        asio::steady_timer never(c, asio::steady_timer::time_point::max());
        auto const soon = std::chrono::milliseconds(1);
        int cancelled = 0;
        try {
            co_await never.async_wait(asio::cancel_after(soon, throwing(asio::use_awaitable)));
        } catch (cancelled_error const& e) {
            cancelled += e.code() == asio::error::operation_aborted;
        }
        try {
            co_await never.async_wait(throwing(asio::cancel_after(soon, asio::use_awaitable)));
        } catch (cancelled_error const& e) {
            cancelled += e.code() == asio::error::operation_aborted;
        }
        // Through the initiation alone: the handler has no executor to tell
        auto deferred = never.async_wait(asio::cancel_after(soon, throwing(asio::deferred)));
        try {
            co_await std::move(deferred);
        } catch (cancelled_error const&) {
            ++cancelled;
        }
        BOOST_TEST(cancelled == 3);
    };
    run(waits(ctx));
}
#endif

BOOST_AUTO_TEST_SUITE_END()
