//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_POST_WAKE_HPP
#define ASYNCIO_DETAIL_POST_WAKE_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/waiter_list.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <type_traits>
#include <utility>

namespace asyncio::detail {

// An executor without a type knows nothing of allocators: it would take memory of its own, which there may be none of.
// The executors of Asio's contexts and their strands are found inside it, and posted to as what they are.
ASYNCIO_ERRC_DECL void post_wake_untyped(boost::asio::any_io_executor const& executor, wake_function&& wake);

template <class Executor> void post_wake(Executor const& executor, wake_function&& wake) {
    if constexpr (std::is_same_v<Executor, boost::asio::any_io_executor>)
        post_wake_untyped(executor, std::move(wake));
    else
        boost::asio::post(executor, std::move(wake));
}

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_POST_WAKE_HPP
