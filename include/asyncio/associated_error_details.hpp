//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ASSOCIATED_ERROR_DETAILS_HPP
#define ASYNCIO_ASSOCIATED_ERROR_DETAILS_HPP

#include <asyncio/error_details.hpp>

#include <boost/asio/associator.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace asyncio {

/// The place that a completion handler offers for the details of a failure: a property of the handler, as its executor
/// and allocator are.
///
/// An operation that knows more than its completion signature can say writes it there just before it calls the handler;
/// see `record_error`. Only the handlers of `throwing` offer a place. It passes through every adapter that specialises
/// `boost::asio::associator`, as all of Asio's do, and is lost where the type of the handler is erased.
///
/// @tparam T The type of the handler.
/// @tparam Candidate What `type` is where the handler has no place: `error_details*`.
template <class T, class Candidate = error_details*> struct associated_error_details;

/// Finds the handler's place for details.
///
/// The place is inside the handler: the pointer is valid until the handler moves or is called, and is to be used only
/// on the handler's executor.
///
/// @return The place, or null where the handler has none.
template <class Handler> error_details* get_associated_error_details(Handler const& handler) noexcept;

/// Tells the handler the details of the failure that it is about to be called with, or clears its place on success.
///
/// Costs nothing where the handler has no place. To be called with the very object that is called next, on its
/// executor, with no move between.
///
/// @param handler The handler about to be called.
/// @param code The code that it will get.
/// @param transferred The number of bytes that it will get; `std::nullopt` where its signature has none.
/// @param fill Called as `fill(error_details&)` on failure, where there is a place; must not throw. `code` and
/// `transferred` are set already.
template <class Handler, class Fill>
void record_error(Handler const& handler, boost::system::error_code const& code, std::optional<std::size_t> transferred,
                  Fill fill) noexcept;

/// The same, where the operation's name is all there is to tell.
template <class Handler>
void record_error(Handler const& handler, boost::system::error_code const& code, std::optional<std::size_t> transferred,
                  char const* operation) noexcept;

/// Tells the handler that the failure it is about to be called with goes under another code now.
///
/// For adapters that change a code: details that were recorded for the old one stay valid for the new one, but for the
/// exception, which is dropped.
template <class Handler>
void restamp_error(Handler const& handler, boost::system::error_code const& from,
                   boost::system::error_code const& to) noexcept;

} // namespace asyncio

#include <asyncio/impl/associated_error_details.hpp>

#endif // ASYNCIO_ASSOCIATED_ERROR_DETAILS_HPP
