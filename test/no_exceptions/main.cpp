//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/error_table.hpp>

#include <asyncio/errc.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

// Codes and conditions in a program that has neither exceptions nor run-time type information, and no Boost.Test.

namespace {

int failures = 0;

void check(bool holds, char const* what) {
    if (!holds) {
        std::printf("not so: %s\n", what);
        ++failures;
    }
}

} // namespace

#define CHECK(expression) check((expression), #expression)

int main() {
    using asyncio::errc;

    boost::system::error_code const timed_out = make_error_code(errc::timed_out);
    CHECK(timed_out == errc::timed_out);
    CHECK(timed_out != errc::cancelled);
    CHECK(timed_out.failed());
    CHECK(std::strcmp(timed_out.category().name(), "asyncio") == 0);

    char message[64];
    CHECK(*timed_out.message(message, sizeof message) != '\0');
    CHECK(std::strcmp(asyncio::to_string(errc::broken_barrier), "broken_barrier") == 0);

    boost::system::error_code const aborted(ECANCELED, boost::system::system_category());
    CHECK(aborted == errc::cancelled);
    CHECK(asyncio::is_cancelled(aborted));
    CHECK(asyncio::is_expected_shutdown(aborted));
    CHECK(!asyncio::is_expected_shutdown(timed_out));

    std::error_code const converted = aborted;
    CHECK(converted == errc::cancelled);
    CHECK(converted == make_error_condition(errc::cancelled));
    CHECK(std::make_error_code(std::errc::timed_out) == errc::timed_out);

    CHECK(!(boost::system::error_code() == errc::cancelled));
    CHECK(!asyncio::error_table().empty());

    return failures == 0 ? 0 : 1;
}
