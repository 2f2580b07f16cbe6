//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_PROMISE_HPP
#define ASYNCIO_IMPL_PROMISE_HPP

#include <asyncio/future.hpp>

#include <utility>

namespace asyncio {

template <class T, class Executor>
promise<T, Executor>::promise(executor_type const& executor)
    : promise(std::allocator_arg, std::allocator<void>(), executor) {}

template <class T, class Executor>
template <class Allocator>
promise<T, Executor>::promise(std::allocator_arg_t, Allocator const& allocator, executor_type const& executor)
    : state_(detail::allocated_future_state<T, Executor, Allocator>::make(allocator, executor)) {}

template <class T, class Executor> promise<T, Executor>::promise(promise const& other) noexcept : state_(other.state_) {
    if (state_)
        state_->add_producer();
}

template <class T, class Executor> promise<T, Executor>& promise<T, Executor>::operator=(promise other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}

template <class T, class Executor> promise<T, Executor>::~promise() {
    if (state_)
        state_->remove_producer();
}

template <class T, class Executor> detail::future_state<T, Executor>& promise<T, Executor>::state() const {
    if (!state_)
        detail::future_core::throw_no_state();
    return *state_;
}

template <class T, class Executor> future<T, Executor> promise<T, Executor>::get_future() const {
    state();
    return future<T, Executor>(state_);
}

template <class T, class Executor>
template <class... Args>
    requires(std::is_void_v<T> && sizeof...(Args) == 0) || std::constructible_from<T, Args...>
void promise<T, Executor>::set_value(Args&&... args) {
    if (!state().try_set_value(std::forward<Args>(args)...))
        detail::future_core::throw_invalid_state();
}

template <class T, class Executor>
template <class... Args>
    requires(std::is_void_v<T> && sizeof...(Args) == 0) || std::constructible_from<T, Args...>
bool promise<T, Executor>::try_set_value(Args&&... args) {
    return state().try_set_value(std::forward<Args>(args)...);
}

template <class T, class Executor> void promise<T, Executor>::set_error(boost::system::error_code const& code) {
    if (!state().try_set_error(code))
        detail::future_core::throw_invalid_state();
}

template <class T, class Executor> bool promise<T, Executor>::try_set_error(boost::system::error_code const& code) {
    return state().try_set_error(code);
}

template <class T, class Executor> void promise<T, Executor>::set_exception(std::exception_ptr exception) {
    if (!state().try_set_exception(std::move(exception)))
        detail::future_core::throw_invalid_state();
}

template <class T, class Executor> bool promise<T, Executor>::try_set_exception(std::exception_ptr exception) {
    return state().try_set_exception(std::move(exception));
}

template <class T, class Executor> void promise<T, Executor>::cancel(std::string_view message) {
    if (!state().try_cancel(message))
        detail::future_core::throw_invalid_state();
}

template <class T, class Executor> bool promise<T, Executor>::try_cancel(std::string_view message) {
    return state().try_cancel(message);
}

} // namespace asyncio

#endif // ASYNCIO_IMPL_PROMISE_HPP
