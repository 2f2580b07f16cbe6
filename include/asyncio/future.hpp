//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_FUTURE_HPP
#define ASYNCIO_FUTURE_HPP

#include <asyncio/detail/future_state.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

namespace asyncio {

template <class T, class Executor> class promise;

namespace detail {

template <class State> class initiate_future_wait;
template <class State> class initiate_future_get;

template <class T> struct future_get_signature {
    using type = void(std::exception_ptr, T);
};
template <> struct future_get_signature<void> {
    using type = void(std::exception_ptr);
};

} // namespace detail

/// The side of a one-shot result that waits for it.
///
/// Made by `promise::get_future`. Copies are consumers of the same result. Any number of operations may wait for it,
/// each with a completion token of its own; each can be cancelled, or time out, without touching the result or the
/// other waiters: use `cancel` where the result itself is to be given up.
///
/// @code
/// auto future = promise.get_future();
/// co_await future.async_wait(asyncio::timeout(1s, asyncio::throwing(asio::use_awaitable)));
/// use(future.result());
/// @endcode
///
/// A future is an asyncio `Future` without a loop; what differs is listed in `doc/future.md`.
///
/// @par Thread safety
/// Distinct objects: safe, also when they are copies. Shared objects: all `const` members are safe, at once with each
/// other and with the promises, but that `take` and `async_get` move from what `result` refers to. Assignment and move
/// are not.
///
/// @tparam T What was promised; `void`, or an object type.
/// @tparam Executor The executor of handlers that have none of their own.
template <class T, class Executor = boost::asio::any_io_executor> class future {
    using state_type = detail::future_state<T, Executor>;

public:
    /// What was promised.
    using value_type = T;

    /// The type of the executor.
    using executor_type = Executor;

    /// The same with another executor.
    template <class OtherExecutor> struct rebind_executor {
        /// The type.
        using other = future<T, OtherExecutor>;
    };

    /// A future of nothing: not `valid`.
    future() noexcept = default;

    /// Whether there is a result behind it: false if it was made by the default constructor, or moved from. Of such an
    /// object, `done` and `cancelled` are false, waiting is not allowed, and all else throws `invalid_state_error`.
    bool valid() const noexcept { return static_cast<bool>(state_); }

    /// The executor that the promise was made with. The future must be valid.
    executor_type get_executor() const noexcept { return state_->executor(); }

    /// Whether there is a result.
    bool done() const noexcept { return state_ && state_->done(); }

    /// Whether the result is a cancellation, by `cancel`. An exception that says so isn't one.
    bool cancelled() const noexcept { return state_ && state_->cancelled(); }

    /// The value.
    ///
    /// @return A reference, valid until the value is taken, or the last promise and future are gone; nothing for
    /// `void`.
    /// @throws invalid_state_error There is no result yet ("Result is not set."), or the value was taken.
    /// @throws cancelled_error The result is a cancellation.
    /// @throws ... The exception that was set; what `make_exception` gives for the error code that was set.
    std::add_lvalue_reference_t<T const> result() const;

    /// Moves the value out, once. Throws as `result` does, and what moving the value throws; it is taken then, too.
    T take() const;

    /// The error code of the result: success if it is a value, taken or not.
    ///
    /// @throws invalid_state_error There is no result yet ("Exception is not set.").
    /// @throws cancelled_error The result is a cancellation.
    boost::system::error_code error() const;

    /// The exception of the result: null if it is a value. The very object that was set; for an error code, what
    /// `make_exception` gives. Throws as `error` does.
    std::exception_ptr exception() const;

    /// Settles the result with a cancellation, as `promise::cancel` does: every waiter gets `errc::cancelled`, and a
    /// producer that comes later is refused.
    ///
    /// @throws invalid_state_error There is a result already.
    void cancel(std::string_view message = {}) const;

    /// The same; false if there is a result already.
    bool try_cancel(std::string_view message = {}) const;

    /// Waits until there is a result, and tells its error code. The value stays where it is, for `result` or `take`.
    ///
    /// @par Completion signature
    /// @code void(boost::system::error_code) @endcode
    ///
    /// @par Error conditions
    /// Success: there is a value, though another may have taken it.
    /// `errc::cancelled`, exactly `make_error_code(errc::cancelled)`: the result is a cancellation.
    /// `errc::cancelled`, exactly `asio::error::operation_aborted`: this wait was cancelled; the result is as it was.
    /// `errc::broken_promise`: the last promise is gone, without a result.
    /// `errc::other_exception`: the result is an exception without a code; `throwing` throws it.
    /// Any other: what the result was set to.
    ///
    /// @par Per-operation cancellation
    /// Total, partial and terminal, all the same: the wait ends, the result is untouched. A cancellation that comes
    /// after the result does nothing.
    ///
    /// @par Executor, allocator, immediate completion
    /// The handler runs on its associated executor, with that of the promise as the default, and counts as work there
    /// while it waits. Waiting takes one block of memory, by the associated allocator; it is given back before the
    /// handler runs. Waiters complete in the order in which they began, as far as their executors keep it. If there is
    /// a result already, the handler is called through its immediate executor (Boost 1.82 and newer), or posted.
    ///
    /// @par Lifetimes
    /// The wait keeps the result alive: the futures and promises may go. When the execution context of the handler's
    /// executor is destroyed, so are the waits whose handlers would have run there, without being called; promises may
    /// outlive it, and be set after or meanwhile.
    template <boost::asio::completion_token_for<void(boost::system::error_code)> CompletionToken =
                  boost::asio::default_completion_token_t<Executor>>
    auto async_wait(CompletionToken&& token = boost::asio::default_completion_token_t<Executor>()) const
        -> decltype(boost::asio::async_initiate<CompletionToken, void(boost::system::error_code)>(
            std::declval<detail::initiate_future_wait<state_type>>(), token));

    /// Waits until there is a result, and moves the value out to this one consumer.
    ///
    /// As `async_wait`, but for what is said here. `T` is `void`, or can be moved and made by default, as Asio demands
    /// of what a handler is given beside an exception.
    ///
    /// @par Completion signature
    /// @code void(std::exception_ptr, T) @endcode
    /// `void(std::exception_ptr)` for `void`, which is not consumed.
    ///
    /// @par Error conditions
    /// Null and the value. Otherwise what `result` would throw, and `T()`: so a second consumer gets an
    /// `invalid_state_error`. A `cancelled_error` with `asio::error::operation_aborted` if this wait was cancelled: the
    /// value is still there for others. What moving the value throws.
    template <class CompletionToken = boost::asio::default_completion_token_t<Executor>>
        requires(std::is_void_v<T> || (std::default_initializable<T> && std::move_constructible<T>))
                && boost::asio::completion_token_for<CompletionToken, typename detail::future_get_signature<T>::type>
    auto async_get(CompletionToken&& token = boost::asio::default_completion_token_t<Executor>()) const
        -> decltype(boost::asio::async_initiate<CompletionToken, typename detail::future_get_signature<T>::type>(
            std::declval<detail::initiate_future_get<state_type>>(), token));

private:
    friend class promise<T, Executor>;

    explicit future(detail::object_pointer<state_type> state) noexcept : state_(std::move(state)) {}

    state_type& state() const;

    detail::object_pointer<state_type> state_;
};

} // namespace asyncio

#include <asyncio/impl/future.hpp>

#endif // ASYNCIO_FUTURE_HPP
