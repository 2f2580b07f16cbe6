//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_HPP
#define ASYNCIO_HPP

#include <asyncio/associated_error_details.hpp>
#include <asyncio/barrier.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/error_details.hpp>
#include <asyncio/error_table.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>
#include <asyncio/read_exactly.hpp>
#include <asyncio/sendfile.hpp>
#include <asyncio/separators.hpp>
#include <asyncio/stream_reader.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#endif // ASYNCIO_HPP
