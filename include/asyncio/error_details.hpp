//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERROR_DETAILS_HPP
#define ASYNCIO_ERROR_DETAILS_HPP

#include <asyncio/detail/config.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace asyncio {

/// What an operation knows of its failure beyond the error code.
///
/// An exception carries it as its payload. Every member is optional, and copying never throws. It has a constructor,
/// and so is safe to build inside a `co_await` expression with g++ 12.
class ASYNCIO_ERRC_VISIBLE error_details {
public:
    /// Knows nothing yet.
    error_details() noexcept {}

    /// The code that the operation reported.
    boost::system::error_code code;

    /// The operation's name, such as `async_read_exactly`: a string of static storage duration, or null.
    char const* operation = nullptr;

    /// Why, where the code leaves it open: a string of static storage duration, or null.
    char const* reason = nullptr;

    /// How many bytes arrived, or were sent, before the failure.
    std::optional<std::size_t> transferred;

    /// How many bytes the caller asked for; empty where the end is marked by a separator.
    std::optional<std::size_t> expected;

    /// How many bytes at the start of the buffer belong to the record that outgrew the limit, and can be skipped
    /// without cutting a separator.
    std::optional<std::size_t> consumed;

    /// Whether the separator was seen, beyond the limit.
    bool separator_found = false;

    /// The operating system's error number behind the code, or 0.
    int native_error = 0;

    /// The bytes that arrived, where the operation would otherwise lose them. Shared by the copies of an exception.
    std::shared_ptr<std::string const> partial;

    /// The exception that the operation ended with, where it was given one: `throwing` throws this object, rather than
    /// one made for the code. Null otherwise.
    std::exception_ptr exception;
};

} // namespace asyncio

#endif // ASYNCIO_ERROR_DETAILS_HPP
