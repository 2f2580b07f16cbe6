//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_SIGNATURE_HPP
#define ASYNCIO_DETAIL_SIGNATURE_HPP

namespace asyncio::detail {

// A completion signature without the qualifiers that Asio allows on it.
template <class Signature> struct unqualified;
template <class R, class... T> struct unqualified<R(T...)> {
    using type = R(T...);
};
template <class R, class... T> struct unqualified<R(T...)&> : unqualified<R(T...)> {};
template <class R, class... T> struct unqualified<R(T...) &&> : unqualified<R(T...)> {};
template <class R, class... T> struct unqualified<R(T...) noexcept> : unqualified<R(T...)> {};
template <class R, class... T> struct unqualified<R(T...) & noexcept> : unqualified<R(T...)> {};
template <class R, class... T> struct unqualified<R(T...) && noexcept> : unqualified<R(T...)> {};
template <class Signature> using unqualified_t = typename unqualified<Signature>::type;

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_SIGNATURE_HPP
