//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Codes of the standard library: a part of the program that knows <system_error> and nothing of Boost.
#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/channel_error.hpp>

#include <exception>
#include <iostream>
#include <string_view>
#include <system_error>
#include <utility>

// [std_errc]
// Takes a std::error_code, from wherever.
std::string_view advice(std::error_code const& code) {
    if (code == std::errc::timed_out)
        return "try again later"; // holds for asyncio's own code, and for the kernel's
    if (code == asyncio::errc::cancelled)
        return "say nothing"; // holds for a channel's cancellation too, which std::errc doesn't know
    if (code == asyncio::errc::eof)
        return "connect again";
    return "report it";
}
// [/std_errc]

// [to_std]
// Throws what code with `catch (std::system_error const&)` can catch.
void rethrow_as_std(std::exception_ptr const& exception) {
    std::rethrow_exception(asyncio::to_std(exception));
}
// [/to_std]

namespace {

bool expect_std_exception() {
    try {
        rethrow_as_std(asyncio::make_exception(boost::asio::error::eof));
    } catch (std::system_error const& e) {
        std::cout << "caught as std::system_error: " << e.what() << '\n';
        return e.code() == asyncio::errc::eof;
    }
    return false;
}

} // namespace

int main() {
    namespace error = boost::asio::error;
    using boost::system::error_code;

    // A Boost code converts to std::error_code by itself.
    std::pair<std::error_code, std::string_view> const cases[] = {
        {make_error_code(asyncio::errc::timed_out), "try again later"},
        {error_code(error::timed_out), "try again later"},
        {error_code(error::operation_aborted), "say nothing"},
        {error_code(boost::asio::experimental::error::channel_cancelled), "say nothing"},
        {error_code(error::eof), "connect again"},
        {error_code(error::connection_refused), "report it"},
    };
    bool good = expect_std_exception();
    for (auto const& [code, expected] : cases) {
        auto const given = advice(code);
        std::cout << code << " (" << code.message() << "): " << given << '\n';
        good = good && given == expected;
    }
    return good ? 0 : 1;
}
