//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Two enumerators, both of which become conditions: they are never equal.
// expect: deleted
#include <asyncio/errc.hpp>

bool compare() {
#if defined(FAIL)
    return asyncio::errc::timed_out == std::errc::timed_out;
#else
    return make_error_code(asyncio::errc::timed_out) == std::errc::timed_out;
#endif
}
