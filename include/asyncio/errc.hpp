//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_HPP
#define ASYNCIO_ERRC_HPP

#include <asyncio/detail/config.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>

#include <iosfwd>
#include <system_error>

namespace asyncio {

/// The error conditions of asyncio, as portable conditions of any program on Asio.
///
/// An enumerator is used as those of `std::errc` are:
///
/// @code
/// if (ec == asyncio::errc::timed_out)                    // a timeout, whoever reports it
/// if (ec == make_error_code(asyncio::errc::timed_out))   // exactly this library's code
/// ec = make_error_code(asyncio::errc::timed_out);        // make the code
/// @endcode
///
/// `ec` is a `boost::system::error_code` or a `std::error_code`. Which codes each condition holds for is one public
/// table, `asyncio::error_table()`. Conditions overlap where their meanings do: every `incomplete_read` is an `eof`
/// too. Success and values that a category doesn't define hold for none.
///
/// Write the enumerators qualified, `asyncio::errc::x`: with `using namespace asyncio` beside `std` or
/// `boost::system`, a bare `errc` is ambiguous.
enum class errc {
    /// A deadline passed.
    ///
    /// Of an operation under `asyncio::timeout`, or of the kernel, a driver, another library. Never a kind of
    /// `cancelled`. Our code equals `std::errc::timed_out`.
    timed_out = 1,

    /// The caller gave the operation up.
    ///
    /// Whichever way Asio reports it: an aborted socket, a cancelled channel. Our code equals
    /// `std::errc::operation_canceled`.
    cancelled,

    /// The object doesn't allow this call in its present state.
    ///
    /// A future that is set twice, a result that isn't there yet, a second read while one is pending. Our code equals
    /// `std::errc::operation_not_permitted`.
    invalid_state,

    /// The file can't be sent by the kernel's own path, and the fallback was ruled out.
    ///
    /// Our code equals `std::errc::operation_not_supported`.
    sendfile_not_available,

    /// The stream ended inside what was to be read.
    ///
    /// Holds for Asio's `eof` as well: the code alone can't tell an orderly end from a torn record, the number of bytes
    /// that arrived can.
    incomplete_read,

    /// A record outgrew the limit that was set for it.
    limit_overrun,

    /// The barrier was aborted, or reset while it was waited for.
    broken_barrier,

    /// The stream ended. Holds for every `incomplete_read`.
    eof,

    /// The producer of a result is gone, and there will be no result.
    broken_promise,

    /// An exception that carries no error code, where only a code can be reported.
    other_exception
};

/// The category of this library's codes; its name is `asyncio`.
constexpr boost::system::error_category const& error_category() noexcept;

/// The category of this library's conditions; its name is `asyncio`.
///
/// A native `std::error_category`, so that conditions hold for codes of both worlds and for codes that were converted
/// from one to the other. Never destroyed.
std::error_category const& condition_category() noexcept;

/// Makes this library's own code for a condition.
constexpr boost::system::error_code make_error_code(errc e) noexcept;

/// The same, with the place where it happened.
boost::system::error_code make_error_code(errc e, boost::source_location const* where) noexcept;

/// Makes the condition object, for interfaces that take a `std::error_condition`.
std::error_condition make_error_condition(errc e) noexcept;

/// Whether the condition holds for the code. Never throws, never allocates.
bool operator==(boost::system::error_code const& code, errc condition) noexcept;

/// Whether the condition holds for the code. Never throws, never allocates.
bool operator==(std::error_code const& code, errc condition) noexcept;

/// Deleted: a Boost condition knows nothing of conditions, and would answer false without a word.
bool operator==(boost::system::error_condition const&, errc) = delete;

/// Deleted: the two are different conditions, even where one code is both.
bool operator==(std::errc, errc) = delete;

/// The name of the condition, such as `timed_out`; `unknown` for a value that isn't an enumerator.
ASYNCIO_ERRC_DECL char const* to_string(errc e) noexcept;

/// Prints the name of the condition.
template <class Char, class Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& os, errc e);

/// Whether the code says that the caller gave the operation up: `code == errc::cancelled`.
bool is_cancelled(boost::system::error_code const& code) noexcept;

/// Whether the code is one that a program meets when it stops, and need not log.
///
/// True for a cancellation, an orderly end of a stream, of a TLS connection or of a WebSocket, and a closed channel.
/// False for an end inside a record, such as TLS cut off without its closing message.
ASYNCIO_ERRC_DECL bool is_expected_shutdown(boost::system::error_code const& code) noexcept;

} // namespace asyncio

#include <asyncio/impl/errc.hpp>

#endif // ASYNCIO_ERRC_HPP
