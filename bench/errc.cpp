//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//

// Comparing a code with a condition: ours, beside Boost's own comparison of the same code, and the floor of testing an
// integer in place.

#include <asyncio/errc.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/channel_error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/errc.hpp>

#include <benchmark/benchmark.h>

#include <cerrno>
#include <system_error>

namespace {

namespace posix = boost::system::errc;
using asyncio::errc;
using boost::system::error_code;

// The code comes from memory each time, as it does in a handler: nothing of it is known to the compiler.
template <class Code, class Condition> void compare(benchmark::State& state, Code code, Condition condition) {
    for (auto _ : state) {
        asm volatile("" : "+m"(code));
        bool const result = code == condition;
        asm volatile("" : : "r"(result));
    }
}

struct integer_code {
    int value;
    friend bool operator==(integer_code const& code, int condition) { return code.value == condition; }
};

error_code const success;
auto const own = make_error_code(errc::timed_out);
error_code const aborted(ECANCELED, boost::system::system_category());
error_code const reset(ECONNRESET, boost::system::system_category());
auto const generic = posix::make_error_code(posix::timed_out);
error_code const end = boost::asio::error::eof;
error_code const channel = boost::asio::experimental::error::channel_cancelled;
auto const http = make_error_code(boost::beast::http::error::partial_message);
auto const http_method = make_error_code(boost::beast::http::error::bad_method);
std::error_code const std_aborted(ECANCELED, std::system_category());
std::error_code const std_end = end;

// Each row: who is compared with what. `floor`, `boost` and `std` are the peers.
[[maybe_unused]] bool const registered = [] {
    auto const row = [](char const* name, auto code, auto condition) {
        benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { compare(state, code, condition); });
    };
    row("success/floor", integer_code{0}, 110);
    row("success/ours", success, errc::timed_out);
    row("success/boost", success, posix::timed_out);

    row("own_match/ours", own, errc::timed_out);
    row("own_match/boost", own, posix::timed_out);
    row("own_match/boost_generic", generic, posix::timed_out);
    row("own_other/ours", own, errc::cancelled);
    row("own_other/boost", own, posix::operation_canceled);
    row("own_other/boost_generic", generic, posix::operation_canceled);

    row("system_match/ours", aborted, errc::cancelled);
    row("system_match/boost", aborted, posix::operation_canceled);
    row("system_other/ours", reset, errc::cancelled);
    row("system_other/boost", reset, posix::operation_canceled);

    row("generic_match/ours", generic, errc::timed_out);
    row("generic_match/boost", generic, posix::timed_out);
    row("generic_other/ours", generic, errc::cancelled);
    row("generic_other/boost", generic, posix::operation_canceled);

    // Boost's own comparison never matches these: its other answer costs the same.
    row("asio_eof_match/ours", end, errc::eof);
    row("asio_eof_other/ours", end, errc::timed_out);
    row("asio_eof_other/boost", end, posix::timed_out);
    row("channel_match/ours", channel, errc::cancelled);
    row("channel_other/ours", channel, errc::timed_out);
    row("channel_other/boost", channel, posix::timed_out);
    row("http_match/ours", http, errc::incomplete_read);
    row("http_other/ours", http_method, errc::incomplete_read);
    row("http_other/boost", http_method, posix::timed_out);

    row("std_system_match/ours", std_aborted, errc::cancelled);
    row("std_system_match/std", std_aborted, std::errc::operation_canceled);
    row("std_converted_match/ours", std_end, errc::eof);
    row("std_converted_other/std", std_end, std::errc::timed_out);
    row("condition_object_match/ours", aborted, make_error_condition(errc::cancelled));
    row("condition_object_match/std", aborted, std::make_error_condition(std::errc::operation_canceled));
    return true;
}();

template <class Enum> void make(benchmark::State& state, Enum e) {
    for (auto _ : state) {
        asm volatile("" : "+r"(e));
        error_code const code = make_error_code(e);
        asm volatile("" : : "m"(code) : "memory");
    }
}
BENCHMARK_CAPTURE(make, ours, errc::timed_out);
BENCHMARK_CAPTURE(make, boost_generic, posix::timed_out);

template <class Code> void message(benchmark::State& state, Code code) {
    char buffer[128];
    for (auto _ : state)
        benchmark::DoNotOptimize(code.message(buffer, sizeof buffer));
}
BENCHMARK_CAPTURE(message, ours, own);
BENCHMARK_CAPTURE(message, asio_eof, end);

} // namespace
