//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_EXECUTION_CONTEXT_HPP
#define ASYNCIO_DETAIL_EXECUTION_CONTEXT_HPP

#include <boost/asio/execution/bad_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/context_as.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

#include <concepts>
#include <type_traits>

namespace asyncio::detail {

template <class Executor>
concept queries_context = requires(Executor const& e) {
    { boost::asio::query(e, boost::asio::execution::context) } -> std::convertible_to<boost::asio::execution_context&>;
};

// As a type-erased executor has it.
template <class Executor>
concept queries_context_as = requires(Executor const& e) {
    {
        boost::asio::query(e, boost::asio::execution::context_as<boost::asio::execution_context&>)
    } -> std::convertible_to<boost::asio::execution_context&>;
};

// As the executors of the Networking TS have it.
template <class Executor>
concept returns_context = requires(Executor const& e) {
    { e.context() } -> std::convertible_to<boost::asio::execution_context&>;
};

template <class Executor>
concept has_context = queries_context<Executor> || queries_context_as<Executor> || returns_context<Executor>;

// The context that an executor runs things in. Throws bad_executor for an empty one.
template <has_context Executor> boost::asio::execution_context& context_of(Executor const& executor) {
    // To query an empty any_io_executor of Boost 1.81 is to dereference a null pointer.
    if constexpr (std::is_constructible_v<bool, Executor const&>) {
        if (!static_cast<bool>(executor))
            throw boost::asio::execution::bad_executor();
    }
    if constexpr (queries_context<Executor>)
        return boost::asio::query(executor, boost::asio::execution::context);
    else if constexpr (queries_context_as<Executor>)
        return boost::asio::query(executor, boost::asio::execution::context_as<boost::asio::execution_context&>);
    else
        return executor.context();
}

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_EXECUTION_CONTEXT_HPP
