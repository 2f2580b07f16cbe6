//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/post_wake.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

namespace asyncio::detail {
namespace {

// Whether the function was posted: the executor inside is of this type, or of the type that tracks work.
template <class Executor> bool post_to(boost::asio::any_io_executor const& executor, wake_function& wake) {
    using tracked = decltype(boost::asio::prefer(std::declval<Executor const&>(),
                                                 boost::asio::execution::outstanding_work.tracked));
    if (auto const* const target = executor.target<Executor>()) {
        post_wake(*target, std::move(wake));
        return true;
    }
    if (auto const* const target = executor.target<std::decay_t<tracked>>()) {
        post_wake(*target, std::move(wake));
        return true;
    }
    return false;
}

} // namespace

void post_wake_untyped(boost::asio::any_io_executor const& executor, wake_function&& wake) {
    using in_context = boost::asio::io_context::executor_type;
    using in_pool = boost::asio::thread_pool::executor_type;
    if (!post_to<in_context>(executor, wake) && !post_to<boost::asio::strand<in_context>>(executor, wake)
        && !post_to<in_pool>(executor, wake) && !post_to<boost::asio::strand<in_pool>>(executor, wake))
        boost::asio::post(executor, std::move(wake));
}

} // namespace asyncio::detail
