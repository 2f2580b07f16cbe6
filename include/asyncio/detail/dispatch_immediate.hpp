//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_DISPATCH_IMMEDIATE_HPP
#define ASYNCIO_DETAIL_DISPATCH_IMMEDIATE_HPP

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
#include <boost/asio/associated_immediate_executor.hpp>
#endif

#include <utility>

namespace asyncio::detail {

// Completes an operation that has its result already when it is initiated: by the handler's immediate executor where
// Asio has such, and otherwise by a post, so that the handler never runs inside the initiating function unasked.
template <class Completion, class Executor> void dispatch_immediate(Completion completion, Executor const& executor) {
#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
    auto const immediate = boost::asio::get_associated_immediate_executor(completion, executor);
    boost::asio::dispatch(immediate, std::move(completion));
#else
    boost::asio::post(executor, std::move(completion));
#endif
}

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_DISPATCH_IMMEDIATE_HPP
