//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// A Boost condition knows nothing of ours: the comparison would compile, and be false.
// expect: deleted
#include <asyncio/errc.hpp>

bool compare(boost::system::error_code const& code, boost::system::error_condition const& condition) {
#if defined(FAIL)
    return condition == asyncio::errc::timed_out;
#else
    return code == asyncio::errc::timed_out && condition.value() != 0;
#endif
}
