//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SUPPORT_PRECOMPILED_HPP
#define ASYNCIO_ERRC_TEST_SUPPORT_PRECOMPILED_HPP

// What most tests include and rarely changes. It saves time only: a build without it shows that each file includes what
// it needs.
#include <boost/asio.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <system_error>
#include <tuple>
#include <vector>

#endif // ASYNCIO_ERRC_TEST_SUPPORT_PRECOMPILED_HPP
