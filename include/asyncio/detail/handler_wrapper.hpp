//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_HANDLER_WRAPPER_HPP
#define ASYNCIO_DETAIL_HANDLER_WRAPPER_HPP

#include <boost/asio/associator.hpp>

#include <type_traits>
#include <utility>

namespace asyncio::detail {

// Base of the function objects that stand in for a completion handler while an operation runs: they have the handler's
// executor, allocator and all else that is associated with it.
template <class Handler> class handler_wrapper {
public:
    using wrapped_handler_type = Handler;

    template <class H> explicit handler_wrapper(std::in_place_t, H&& handler) : handler_(std::forward<H>(handler)) {}

    Handler const& wrapped_handler() const noexcept { return handler_; }

protected:
    Handler handler_;
};

template <class T>
concept wraps_handler = requires { typename T::wrapped_handler_type; }
                        && std::is_base_of_v<handler_wrapper<typename T::wrapped_handler_type>, T>;

} // namespace asyncio::detail

template <template <class, class> class Associator, asyncio::detail::wraps_handler T, class Candidate>
struct boost::asio::associator<Associator, T, Candidate> : Associator<typename T::wrapped_handler_type, Candidate> {
    using wrapped_associator = Associator<typename T::wrapped_handler_type, Candidate>;

    static typename wrapped_associator::type get(T const& wrapper) noexcept {
        return wrapped_associator::get(wrapper.wrapped_handler());
    }
    static auto get(T const& wrapper, Candidate const& candidate) noexcept
        -> decltype(wrapped_associator::get(wrapper.wrapped_handler(), candidate)) {
        return wrapped_associator::get(wrapper.wrapped_handler(), candidate);
    }
};

#endif // ASYNCIO_DETAIL_HANDLER_WRAPPER_HPP
