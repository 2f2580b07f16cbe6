//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_FUTURE_HPP
#define ASYNCIO_IMPL_FUTURE_HPP

#include <asyncio/associated_error_details.hpp>
#include <asyncio/detail/complete_at_once.hpp>
#include <asyncio/detail/wait_initiation.hpp>
#include <asyncio/detail/waiter_op.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/promise.hpp>

#include <boost/asio/error.hpp>

#include <cassert>
#include <cstddef>
#include <optional>

namespace asyncio {
namespace detail {

// How a wait for a future ends.
template <class State> class complete_future_wait {
public:
    complete_future_wait(object_pointer<State> state, verdict outcome, std::ptrdiff_t) noexcept
        : code_(outcome == verdict::cancelled ? boost::asio::error::operation_aborted : state->code()),
          exception_(outcome == verdict::cancelled ? nullptr : state->original()) {}

    template <class Handler> void operator()(Handler& handler) {
        record_error(handler, code_, std::nullopt, [this](error_details& place) {
            place.operation = "async_wait";
            place.exception = std::move(exception_);
        });
        std::move(handler)(code_);
    }

private:
    boost::system::error_code code_;
    std::exception_ptr exception_;
};

// What a consumer is given.
template <class T> class future_consumption {
public:
    template <class State> void take(State& state) {
        if (state.take_value())
            value_.emplace(state.move_value());
        else
            state.value(); // throws what there is instead of a value, or that it was taken
    }

    template <class Handler> void operator()(Handler& handler, std::exception_ptr exception) {
        if (value_)
            std::move(handler)(std::move(exception), std::move(*value_));
        else
            std::move(handler)(std::move(exception), T());
    }

private:
    std::optional<T> value_;
};

template <> class future_consumption<void> {
public:
    template <class State> void take(State& state) { state.value(); }

    template <class Handler> void operator()(Handler& handler, std::exception_ptr exception) {
        std::move(handler)(std::move(exception));
    }
};

template <class State> class complete_future_get;

template <class T, class Executor> class complete_future_get<future_state<T, Executor>> {
public:
    complete_future_get(object_pointer<future_state<T, Executor>> state, verdict outcome, std::ptrdiff_t) noexcept
        : state_(std::move(state)), outcome_(outcome) {}

    // The value is taken here, as late as can be: a consumer that never comes to run takes none.
    template <class Handler> void operator()(Handler& handler) {
        future_consumption<T> consumption;
        auto exception = take(consumption);
        state_.reset();
        consumption(handler, std::move(exception));
    }

private:
    std::exception_ptr take(future_consumption<T>& consumption) noexcept {
        if (outcome_ == verdict::cancelled) {
            error_details details;
            details.operation = "async_get";
            return make_exception(boost::asio::error::operation_aborted, details);
        }
        try {
            consumption.take(*state_);
            return nullptr;
        } catch (...) {
            return std::current_exception();
        }
    }

    object_pointer<future_state<T, Executor>> state_;
    verdict outcome_;
};

template <class State, class Completion> struct start_on_future {
    template <class Handler> static void start(object_pointer<State> state, Handler&& handler) {
        if (state->done()) {
            auto const executor = state->executor();
            complete_at_once(Completion(std::move(state), verdict::completed, 0), std::forward<Handler>(handler),
                             executor);
        } else {
            using op = waiter_op<State, Completion, std::decay_t<Handler>>;
            if (auto* const w = op::make(std::forward<Handler>(handler), std::move(state)))
                w->object().wait(*w);
        }
    }
};

template <class State>
class initiate_future_wait : public wait_initiation<State, start_on_future<State, complete_future_wait<State>>> {
public:
    using wait_initiation<State, start_on_future<State, complete_future_wait<State>>>::wait_initiation;
};

template <class State>
class initiate_future_get : public wait_initiation<State, start_on_future<State, complete_future_get<State>>> {
public:
    using wait_initiation<State, start_on_future<State, complete_future_get<State>>>::wait_initiation;
};

} // namespace detail

template <class T, class Executor> typename future<T, Executor>::state_type& future<T, Executor>::state() const {
    if (!state_)
        detail::future_core::throw_no_state();
    return *state_;
}

template <class T, class Executor> std::add_lvalue_reference_t<T const> future<T, Executor>::result() const {
    return state().value();
}

template <class T, class Executor> T future<T, Executor>::take() const {
    if constexpr (std::is_void_v<T>) {
        state().value();
    } else {
        if (!state().take_value()) {
            state().value();
            detail::future_core::throw_taken(); // there was one a moment ago, and another thread has it
        }
        return state().move_value();
    }
}

template <class T, class Executor> boost::system::error_code future<T, Executor>::error() const {
    return state().error();
}

template <class T, class Executor> std::exception_ptr future<T, Executor>::exception() const {
    return state().exception();
}

template <class T, class Executor> void future<T, Executor>::cancel(std::string_view message) const {
    if (!state().try_cancel(message))
        detail::future_core::throw_invalid_state();
}

template <class T, class Executor> bool future<T, Executor>::try_cancel(std::string_view message) const {
    return state().try_cancel(message);
}

template <class T, class Executor>
template <boost::asio::completion_token_for<void(boost::system::error_code)> CompletionToken>
auto future<T, Executor>::async_wait(CompletionToken&& token) const
    -> decltype(boost::asio::async_initiate<CompletionToken, void(boost::system::error_code)>(
        std::declval<detail::initiate_future_wait<state_type>>(), token)) {
    assert(valid());
    return boost::asio::async_initiate<CompletionToken, void(boost::system::error_code)>(
        detail::initiate_future_wait<state_type>(state_), token);
}

template <class T, class Executor>
template <class CompletionToken>
    requires(std::is_void_v<T> || (std::default_initializable<T> && std::move_constructible<T>))
            && boost::asio::completion_token_for<CompletionToken, typename detail::future_get_signature<T>::type>
auto future<T, Executor>::async_get(CompletionToken&& token) const
    -> decltype(boost::asio::async_initiate<CompletionToken, typename detail::future_get_signature<T>::type>(
        std::declval<detail::initiate_future_get<state_type>>(), token)) {
    assert(valid());
    return boost::asio::async_initiate<CompletionToken, typename detail::future_get_signature<T>::type>(
        detail::initiate_future_get<state_type>(state_), token);
}

} // namespace asyncio

#endif // ASYNCIO_IMPL_FUTURE_HPP
