//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_ASSOCIATED_ERROR_DETAILS_HPP
#define ASYNCIO_IMPL_ASSOCIATED_ERROR_DETAILS_HPP

namespace asyncio {
namespace detail {

// An adapter of Asio forwards the question to the handler inside; anything else has no place.
template <class T, class Candidate> struct associated_error_details_impl {
    using type = Candidate;

    static type get(T const&) noexcept { return type(); }
    static type get(T const&, Candidate const& candidate) noexcept { return candidate; }
};

template <class T, class Candidate>
    requires requires { typename boost::asio::associator<associated_error_details, T, Candidate>::type; }
struct associated_error_details_impl<T, Candidate> : boost::asio::associator<associated_error_details, T, Candidate> {};

} // namespace detail

template <class T, class Candidate>
struct associated_error_details : detail::associated_error_details_impl<T, Candidate> {};

template <class Handler> error_details* get_associated_error_details(Handler const& handler) noexcept {
    return associated_error_details<Handler>::get(handler);
}

template <class Handler, class Fill>
void record_error(Handler const& handler, boost::system::error_code const& code, std::optional<std::size_t> transferred,
                  Fill fill) noexcept {
    error_details* const place = get_associated_error_details(handler);
    if (!place)
        return;
    *place = error_details();
    if (!code.failed())
        return;
    place->code = code;
    place->transferred = transferred;
    fill(*place);
}

template <class Handler>
void record_error(Handler const& handler, boost::system::error_code const& code, std::optional<std::size_t> transferred,
                  char const* operation) noexcept {
    record_error(handler, code, transferred, [operation](error_details& place) { place.operation = operation; });
}

template <class Handler>
void restamp_error(Handler const& handler, boost::system::error_code const& from,
                   boost::system::error_code const& to) noexcept {
    error_details* const place = get_associated_error_details(handler);
    if (!place || place->code != from)
        return;
    place->code = to;
    if (to != from)
        place->exception = nullptr; // it stood for the other code
}

} // namespace asyncio

#endif // ASYNCIO_IMPL_ASSOCIATED_ERROR_DETAILS_HPP
