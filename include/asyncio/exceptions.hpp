//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_EXCEPTIONS_HPP
#define ASYNCIO_EXCEPTIONS_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/error_details.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace asyncio {

/// The base of asyncio's failures: catch it for any of them.
///
/// A cancellation is not among them, as Python's `CancelledError` is no `Exception`: see `cancelled_error`.
///
/// `code()` is the code that the operation reported, not a translation: `asio::error::eof` stays visible behind an
/// `incomplete_read_error`. The type is the most derived one whose condition the code matches, so that `catch` and
/// `code() == errc::...` never disagree. `what()` gives the operation and the numbers, then the code's own text; the
/// source location that Asio attaches to a code is left out of it, and kept in `location()`.
///
/// Copying never throws. An object may be read by several threads at once.
class ASYNCIO_ERRC_DECL error : public boost::system::system_error {
public:
    /// Wraps a code with what is known of it.
    ///
    /// @param code What the operation reported; a failure.
    /// @param details What else it knew.
    /// @param context Put before everything else in `what()`.
    explicit error(boost::system::error_code const& code, error_details const& details = {},
                   std::string_view context = {});

    error(error const&) noexcept = default;
    error& operator=(error const&) noexcept = default;
    ~error() override;

    /// All that the operation told.
    error_details const& details() const noexcept { return details_; }

    /// The operation's name, or an empty string.
    char const* operation() const noexcept { return details_.operation ? details_.operation : ""; }

    /// How many bytes arrived, or were sent, before the failure; 0 where the operation counts none.
    std::size_t transferred() const noexcept { return details_.transferred.value_or(0); }

    /// Where the code was made, if it says so.
    boost::source_location location() const noexcept { return details_.code.location(); }

private:
    error_details details_;
};

/// A deadline passed: `errc::timed_out`. `transferred()` says how much had arrived.
class ASYNCIO_ERRC_DECL timeout_error : public error {
public:
    using error::error;
    /// With this library's own code.
    explicit timeout_error(std::string_view message = {});
    timeout_error(timeout_error const&) noexcept = default;
    timeout_error& operator=(timeout_error const&) noexcept = default;
    ~timeout_error() override;
};

/// The call isn't allowed in the object's present state: `errc::invalid_state`.
class ASYNCIO_ERRC_DECL invalid_state_error : public error {
public:
    using error::error;
    /// With this library's own code.
    explicit invalid_state_error(std::string_view message = {});
    invalid_state_error(invalid_state_error const&) noexcept = default;
    invalid_state_error& operator=(invalid_state_error const&) noexcept = default;
    ~invalid_state_error() override;
};

/// The kernel can't send this file, and the fallback was ruled out: `errc::sendfile_not_available`.
class ASYNCIO_ERRC_DECL sendfile_not_available_error : public error {
public:
    using error::error;
    /// With this library's own code.
    explicit sendfile_not_available_error(std::string_view message = {});
    sendfile_not_available_error(sendfile_not_available_error const&) noexcept = default;
    sendfile_not_available_error& operator=(sendfile_not_available_error const&) noexcept = default;
    ~sendfile_not_available_error() override;

    /// Why, in asyncio's words; or an empty string.
    char const* reason() const noexcept { return details().reason ? details().reason : ""; }

    /// The operating system's error number, or 0 where it wasn't asked.
    int native_error() const noexcept { return details().native_error; }
};

/// The stream ended: `errc::eof`.
class ASYNCIO_ERRC_DECL eof_error : public error {
public:
    using error::error;
    /// With this library's own code.
    explicit eof_error(std::string_view message = {});
    eof_error(eof_error const&) noexcept = default;
    eof_error& operator=(eof_error const&) noexcept = default;
    ~eof_error() override;
};

/// The stream ended inside what was to be read: `errc::incomplete_read`.
///
/// `transferred() == 0` tells a peer that left between two records from one that left inside one.
class ASYNCIO_ERRC_DECL incomplete_read_error : public eof_error {
public:
    using eof_error::eof_error;
    /// With this library's own code.
    explicit incomplete_read_error(std::string_view message = {});
    /// With this library's own code: the bytes that arrived, and how many were expected, if that was known.
    incomplete_read_error(std::string partial, std::optional<std::size_t> expected);
    incomplete_read_error(incomplete_read_error const&) noexcept = default;
    incomplete_read_error& operator=(incomplete_read_error const&) noexcept = default;
    ~incomplete_read_error() override;

    /// The bytes that arrived, as far as the operation handed them over; valid as long as any copy of the exception.
    std::string_view partial() const noexcept;

    /// How many bytes were asked for; empty where the end is marked by a separator, or isn't known.
    std::optional<std::size_t> expected() const noexcept { return details().expected; }
};

/// A record outgrew its limit: `errc::limit_overrun`.
class ASYNCIO_ERRC_DECL limit_overrun_error : public error {
public:
    using error::error;
    /// With this library's own code.
    explicit limit_overrun_error(std::string_view message = {}, std::size_t consumed = 0);
    limit_overrun_error(limit_overrun_error const&) noexcept = default;
    limit_overrun_error& operator=(limit_overrun_error const&) noexcept = default;
    ~limit_overrun_error() override;

    /// How many bytes at the start of the buffer can be skipped without cutting a separator.
    std::size_t consumed() const noexcept { return details().consumed.value_or(0); }

    /// Whether the separator was seen, beyond the limit.
    bool separator_found() const noexcept { return details().separator_found; }
};

/// The barrier was aborted, or reset while it was waited for: `errc::broken_barrier`.
class ASYNCIO_ERRC_DECL broken_barrier_error : public error {
public:
    using error::error;
    /// With this library's own code.
    explicit broken_barrier_error(std::string_view message = {});
    broken_barrier_error(broken_barrier_error const&) noexcept = default;
    broken_barrier_error& operator=(broken_barrier_error const&) noexcept = default;
    ~broken_barrier_error() override;
};

/// The producer of a result is gone: `errc::broken_promise`.
class ASYNCIO_ERRC_DECL broken_promise_error : public error {
public:
    using error::error;
    /// With this library's own code.
    explicit broken_promise_error(std::string_view message = {});
    broken_promise_error(broken_promise_error const&) noexcept = default;
    broken_promise_error& operator=(broken_promise_error const&) noexcept = default;
    ~broken_promise_error() override;
};

/// The caller gave the operation up: `errc::cancelled`.
///
/// Not an `asyncio::error`: a handler for failures must not swallow a cancellation. It is a
/// `boost::system::system_error`, since that is what Asio's own users catch; a handler that catches so widely asks
/// `is_cancelled`, or calls `rethrow_if_cancelled` first.
class ASYNCIO_ERRC_DECL cancelled_error : public boost::system::system_error {
public:
    /// Wraps a code with what is known of it; see `error`.
    explicit cancelled_error(boost::system::error_code const& code, error_details const& details = {},
                             std::string_view context = {});
    /// With this library's own code.
    explicit cancelled_error(std::string_view message = {});
    cancelled_error(cancelled_error const&) noexcept = default;
    cancelled_error& operator=(cancelled_error const&) noexcept = default;
    ~cancelled_error() override;

    /// All that the operation told.
    error_details const& details() const noexcept { return details_; }

    /// The operation's name, or an empty string.
    char const* operation() const noexcept { return details_.operation ? details_.operation : ""; }

    /// How many bytes arrived, or were sent, before the cancellation; 0 where the operation counts none.
    std::size_t transferred() const noexcept { return details_.transferred.value_or(0); }

    /// Where the code was made, if it says so.
    boost::source_location location() const noexcept { return details_.code.location(); }

private:
    error_details details_;
};

/// Makes the exception for a code: the most derived type of this header whose condition the code matches, or a plain
/// `boost::system::system_error` where none does.
///
/// @param code What was reported. Success gives a null pointer.
/// @param details What else is known; becomes the exception's payload.
/// @param context Put before everything else in `what()`.
/// @return The exception; `std::bad_alloc` if there is no memory for it.
ASYNCIO_ERRC_DECL std::exception_ptr make_exception(boost::system::error_code const& code,
                                                    error_details const& details = {},
                                                    std::string_view context = {}) noexcept;

/// Throws what `make_exception` would make. The code must be a failure.
[[noreturn]] ASYNCIO_ERRC_DECL void throw_error(boost::system::error_code const& code,
                                                error_details const& details = {}, std::string_view context = {});

/// Gives a plain `boost::system::system_error` the type of this header that its code calls for.
///
/// Anything else, null included, comes back as it is: an exception that has its own type, of this library or another,
/// keeps it. The text that stood before the code's message is kept.
ASYNCIO_ERRC_DECL std::exception_ptr with_type(std::exception_ptr exception) noexcept;

/// The error code in an exception.
///
/// Of a `system_error` of Boost or of the standard library, of a `std::future_error`, or of the first exception in an
/// `asio::multiple_exceptions`, its code; of `std::bad_alloc`, `std::errc::not_enough_memory`; of any other,
/// `errc::other_exception`, and so of one whose code says success; of a null pointer, success.
ASYNCIO_ERRC_DECL boost::system::error_code to_error_code(std::exception_ptr const& exception) noexcept;

/// The same for an exception at hand.
ASYNCIO_ERRC_DECL boost::system::error_code to_error_code(std::exception const& exception) noexcept;

/// For code that knows the standard library only: a `boost::system::system_error` becomes a `std::system_error` with
/// the same code and the same text. Anything else comes back as it is.
ASYNCIO_ERRC_DECL std::exception_ptr to_std(std::exception_ptr exception) noexcept;

/// Whether the exception says that the caller gave the operation up: its code matches `errc::cancelled`.
ASYNCIO_ERRC_DECL bool is_cancelled(std::exception_ptr const& exception) noexcept;

/// The same for an exception at hand.
ASYNCIO_ERRC_DECL bool is_cancelled(std::exception const& exception) noexcept;

/// Throws the exception on if it is a cancellation, and otherwise does nothing.
///
/// The first line of a handler that catches everything, so that a loop which retries can still be stopped:
/// @code
/// catch (...) {
///     asyncio::rethrow_if_cancelled(std::current_exception());
///     failed = true;
/// }
/// @endcode
ASYNCIO_ERRC_DECL void rethrow_if_cancelled(std::exception_ptr const& exception);

} // namespace asyncio

#endif // ASYNCIO_EXCEPTIONS_HPP
