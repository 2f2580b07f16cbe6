//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Makes real sockets, pipes, files and timers fail, and shows each failure in the three forms in which a program meets
// it: the error_code in a handler, the exception from a co_await, the comparison with std::errc.
//
// Exits with 1 if a failure looks other than expected.
#include "demo/scenario.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/error_table.hpp>
#include <asyncio/exceptions.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace {

using asyncio::errc;
using boost::system::error_code;

constexpr errc conditions[] = {errc::timed_out,
                               errc::cancelled,
                               errc::invalid_state,
                               errc::eof,
                               errc::incomplete_read,
                               errc::limit_overrun,
                               errc::broken_barrier,
                               errc::broken_promise,
                               errc::sendfile_not_available,
                               errc::other_exception};

constexpr std::pair<std::errc, char const*> posix_conditions[] = {
    {std::errc::timed_out, "timed_out"},
    {std::errc::operation_canceled, "operation_canceled"},
    {std::errc::operation_not_permitted, "operation_not_permitted"},
    {std::errc::operation_not_supported, "operation_not_supported"},
};

// The condition that says most: an incomplete read is an end of stream as well.
errc most_specific(asyncio::condition_set set) {
    errc found = errc::other_exception;
    for (errc e : conditions)
        if (set.contains(e))
            found = e;
    return found;
}

asyncio::condition_set conditions_of(error_code const& code) {
    asyncio::condition_set set;
    for (errc e : conditions)
        if (code == e)
            set = set | asyncio::condition_set{e};
    return set;
}

asyncio::condition_set conditions_of(std::error_code const& code) {
    asyncio::condition_set set;
    for (errc e : conditions)
        if (code == e)
            set = set | asyncio::condition_set{e};
    return set;
}

// The third form: what a program that knows the standard library only can ask.
std::string_view posix_equal(std::error_code const& code) {
    for (auto const& [condition, name] : posix_conditions)
        if (code == condition)
            return name;
    return "";
}

// The second form: the type that a catch clause sees.
struct caught {
    std::string type;
    error_code code;
    std::size_t bytes = 0;
    std::string text;
};

template <class Exception> caught describe(char const* type, Exception const& e) {
    return {type, e.code(), e.transferred(), e.what()};
}

caught inspect(std::exception_ptr const& exception) {
    if (!exception)
        return {"nothing", {}, 0, ""};
    try {
        std::rethrow_exception(exception);
    } catch (asyncio::cancelled_error const& e) {
        return describe("cancelled_error", e);
    } catch (asyncio::timeout_error const& e) {
        return describe("timeout_error", e);
    } catch (asyncio::incomplete_read_error const& e) {
        return describe("incomplete_read_error", e);
    } catch (asyncio::eof_error const& e) {
        return describe("eof_error", e);
    } catch (asyncio::limit_overrun_error const& e) {
        return describe("limit_overrun_error", e);
    } catch (asyncio::invalid_state_error const& e) {
        return describe("invalid_state_error", e);
    } catch (asyncio::broken_barrier_error const& e) {
        return describe("broken_barrier_error", e);
    } catch (asyncio::broken_promise_error const& e) {
        return describe("broken_promise_error", e);
    } catch (asyncio::sendfile_not_available_error const& e) {
        return describe("sendfile_not_available_error", e);
    } catch (std::exception const& e) {
        return {"another exception", {}, 0, e.what()};
    }
}

std::string text_of(error_code const& code) {
    return std::string(code.category().name()) + ':' + std::to_string(code.value());
}

// What differs from the expectation; empty if nothing does.
std::string difference(demo::observation const& seen, caught const& thrown) {
    auto const& expected = seen.expected;
    if (!seen.code)
        return "the handler was never called";
    if (text_of(*seen.code) != expected.code)
        return "the handler got " + text_of(*seen.code) + " instead of " + expected.code;
    if (conditions_of(*seen.code) != expected.conditions)
        return "other conditions hold for the code";
    if (conditions_of(static_cast<std::error_code>(*seen.code)) != expected.conditions)
        return "other conditions hold for the code as a std::error_code";
    if (expected.bytes && seen.bytes != *expected.bytes)
        return "the handler got " + std::to_string(seen.bytes) + " bytes";
    if (posix_equal(*seen.code) != expected.posix)
        return "the code equals another std::errc";
    if (thrown.type != expected.exception)
        return "co_await threw " + thrown.type + ": " + thrown.text;
    if (thrown.code != *seen.code)
        return "the exception has the code " + text_of(thrown.code);
    if (expected.bytes && thrown.bytes != *expected.bytes)
        return "the exception has " + std::to_string(thrown.bytes) + " bytes";
    return "";
}

void print_row(char const* a, char const* b, char const* c, char const* d) {
    std::printf("  %-41s %-17s %-28s %s\n", a, b, c, d);
}

} // namespace

int main() {
    demo::observations all;
    try {
        demo::observe_asio(all);
        demo::observe_tls(all);
        demo::observe_beast(all);
        demo::observe_own(all);
    } catch (std::exception const& e) {
        std::fprintf(stderr, "The demo could not be set up: %s\n", e.what());
        return 1;
    }

    int failures = 0;
    std::string texts;
    print_row("", "in a handler", "from co_await", "== std::errc");
    for (errc condition : conditions) {
        bool first = true;
        for (auto const& seen : all) {
            if (most_specific(seen.expected.conditions) != condition)
                continue;
            if (std::exchange(first, false))
                std::printf("asyncio::errc::%s\n", to_string(condition));

            auto const thrown = inspect(seen.exception);
            auto const posix = seen.code ? posix_equal(*seen.code) : std::string_view();
            print_row(seen.expected.story.data(), seen.code ? text_of(*seen.code).c_str() : "nothing",
                      thrown.type.c_str(), posix.empty() ? "none" : posix.data());
            if (auto const problem = difference(seen, thrown); !problem.empty()) {
                std::printf("    NOT AS EXPECTED: %s\n", problem.c_str());
                ++failures;
            }
            texts.append("  ").append(seen.expected.story).append("\n    ").append(thrown.text).append("\n");
        }
    }
    std::printf("\nWhat the exceptions say\n%s", texts.c_str());
    std::printf("\n%zu failures raised, %d not as expected\n", all.size(), failures);
    return failures == 0 ? 0 : 1;
}
