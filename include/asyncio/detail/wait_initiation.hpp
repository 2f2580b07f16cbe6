//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_WAIT_INITIATION_HPP
#define ASYNCIO_DETAIL_WAIT_INITIATION_HPP

#include <asyncio/detail/waiter_list.hpp>

#include <type_traits>
#include <utility>

namespace asyncio::detail {

// Starts a wait for an object, by `Start::start(pointer, handler)`. Has the object's executor, and keeps the object: a
// deferred wait outlives who made it.
template <class State, class Start> class wait_initiation {
public:
    using executor_type = std::remove_cvref_t<decltype(std::declval<State const&>().executor())>;

    explicit wait_initiation(object_pointer<State> state) noexcept : state_(std::move(state)) {}

    executor_type get_executor() const noexcept { return state_->executor(); }

    template <class Handler> void operator()(Handler&& handler) const& {
        Start::start(state_, std::forward<Handler>(handler));
    }
    template <class Handler> void operator()(Handler&& handler) && {
        Start::start(std::move(state_), std::forward<Handler>(handler));
    }

private:
    object_pointer<State> state_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_WAIT_INITIATION_HPP
