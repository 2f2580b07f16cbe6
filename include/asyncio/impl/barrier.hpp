//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_BARRIER_HPP
#define ASYNCIO_IMPL_BARRIER_HPP

#include <asyncio/associated_error_details.hpp>
#include <asyncio/detail/complete_at_once.hpp>
#include <asyncio/detail/wait_initiation.hpp>
#include <asyncio/detail/waiter_op.hpp>
#include <asyncio/errc.hpp>

#include <boost/asio/error.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace asyncio {
namespace detail {

// How a wait at a barrier ends.
template <class State> class complete_barrier_wait {
public:
    complete_barrier_wait(object_pointer<State> const&, verdict outcome, std::ptrdiff_t index) noexcept
        : outcome_(outcome), index_(outcome == verdict::completed ? index : -1) {}

    template <class Handler> void operator()(Handler& handler) {
        boost::system::error_code code;
        char const* reason = nullptr;
        switch (outcome_) {
        case verdict::completed: break;
        case verdict::cancelled: code = boost::asio::error::operation_aborted; break;
        case verdict::broken:
            code = make_error_code(errc::broken_barrier);
            reason = "Abort or reset of barrier";
            break;
        case verdict::refused:
            code = make_error_code(errc::broken_barrier);
            reason = "Barrier aborted";
            break;
        }
        record_error(handler, code, std::nullopt, [reason](error_details& place) {
            place.operation = "async_wait";
            place.reason = reason;
        });
        std::move(handler)(code, index_);
    }

private:
    verdict outcome_;
    std::ptrdiff_t index_;
};

template <class State> struct start_barrier_wait {
    template <class Handler> static void start(object_pointer<State> state, Handler&& handler) {
        using completion = complete_barrier_wait<State>;
        if (has_immediate_executor(handler, state->executor())) {
            if (auto const outcome = state->try_arrive()) {
                complete_at_once(completion(state, *outcome, state->parties() - 1), std::forward<Handler>(handler),
                                 state->executor());
                return;
            }
        }
        // Also for the last party: if there is no memory for its handler, the others must not have been let go.
        using op = waiter_op<State, completion, std::decay_t<Handler>>;
        if (auto* const w = op::make(std::forward<Handler>(handler), std::move(state)))
            w->object().arrive(*w);
    }
};

template <class State> class initiate_barrier_wait : public wait_initiation<State, start_barrier_wait<State>> {
public:
    using wait_initiation<State, start_barrier_wait<State>>::wait_initiation;
};

} // namespace detail

template <class Executor>
basic_barrier<Executor>::basic_barrier(executor_type const& executor, std::ptrdiff_t parties)
    : basic_barrier(std::allocator_arg, std::allocator<void>(), executor, parties) {}

template <class Executor>
template <class Allocator>
basic_barrier<Executor>::basic_barrier(std::allocator_arg_t, Allocator const& allocator, executor_type const& executor,
                                       std::ptrdiff_t parties)
    : state_(detail::allocated_barrier_state<Executor, Allocator>::make(allocator, executor, parties)) {}

template <class Executor> basic_barrier<Executor>& basic_barrier<Executor>::operator=(basic_barrier&& other) noexcept {
    basic_barrier local(std::move(other));
    std::swap(state_, local.state_);
    return *this;
}

template <class Executor> basic_barrier<Executor>::~basic_barrier() {
    if (state_)
        state_->abandon();
}

template <class Executor>
template <boost::asio::completion_token_for<void(boost::system::error_code, std::ptrdiff_t)> CompletionToken>
auto basic_barrier<Executor>::async_wait(CompletionToken&& token)
    -> decltype(boost::asio::async_initiate<CompletionToken, void(boost::system::error_code, std::ptrdiff_t)>(
        std::declval<detail::initiate_barrier_wait<state_type>>(), token)) {
    return boost::asio::async_initiate<CompletionToken, void(boost::system::error_code, std::ptrdiff_t)>(
        detail::initiate_barrier_wait<state_type>(state_), token);
}

} // namespace asyncio

#endif // ASYNCIO_IMPL_BARRIER_HPP
