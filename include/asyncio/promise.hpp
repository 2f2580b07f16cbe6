//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_PROMISE_HPP
#define ASYNCIO_PROMISE_HPP

#include <asyncio/detail/future_state.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>

namespace asyncio {

template <class T, class Executor> class future;

/// The side of a one-shot result that sets it.
///
/// A promise makes futures, and settles them once: with a value, an error, an exception, or a cancellation. Its usual
/// life is a bridge: a callback of a C library, or another thread, holds the promise; operations of Asio wait for the
/// future.
///
/// @code
/// asyncio::promise<int> promise(executor);
/// std::thread worker([promise]() mutable { promise.set_value(42); });
/// co_await promise.get_future().async_wait(asio::use_awaitable);
/// @endcode
///
/// Copies are producers of the same result. When the last one is destroyed without a result, the result is
/// `errc::broken_promise`, so that nobody waits for ever.
///
/// @par Settling
/// `set_*` and `cancel` throw `invalid_state_error` ("invalid state") if there is a result already, and leave it as it
/// is; `try_*` return false. While one thread is inside `set_value`, building the value, the others are refused
/// already; if building throws, the result is unset again.
///
/// Waiters are told in the order in which they began, each by a post to its own executor, never from inside the call.
/// The call takes no memory for that, if the executors are those of Asio's contexts, or strands of these, or know the
/// `allocator` property. Another kind of executor may throw: the result is set then, all other waiters are told, the
/// exception comes out, and the waiter in question is told by the next call that tries to set the result, that cancels,
/// or that waits.
///
/// @par Thread safety
/// Distinct objects: safe, also when they are copies. Shared objects: all `const` members are safe; assignment and move
/// are not. `set_*` and `cancel` are not `const`, and safe to call at once from several threads.
///
/// @tparam T What is promised; `void`, or an object type that can be moved or copied into place.
/// @tparam Executor The executor of futures, for handlers that have none of their own.
template <class T, class Executor = boost::asio::any_io_executor> class promise {
    static_assert(std::is_void_v<T> || std::is_object_v<T>, "a promise is of an object type, or of void");

public:
    /// What is promised.
    using value_type = T;

    /// The type of the executor.
    using executor_type = Executor;

    /// The same with another executor.
    template <class OtherExecutor> struct rebind_executor {
        /// The type.
        using other = promise<T, OtherExecutor>;
    };

    /// Makes a result that isn't set.
    ///
    /// @param executor Where handlers run that have no executor of their own.
    /// @throws std::bad_alloc There is no memory for it.
    explicit promise(executor_type const& executor);

    /// The same, in the memory of an allocator.
    ///
    /// @param allocator Is used once, and given its memory back by the last of the promises, futures and waiters, in
    /// any thread.
    /// @param executor As above.
    template <class Allocator> promise(std::allocator_arg_t, Allocator const& allocator, executor_type const& executor);

    /// The same, with the executor of an execution context.
    template <class ExecutionContext>
        requires std::derived_from<ExecutionContext, boost::asio::execution_context>
                 && std::convertible_to<typename ExecutionContext::executor_type, Executor>
    explicit promise(ExecutionContext& context) : promise(executor_type(context.get_executor())) {}

    /// Another promise of the same result.
    promise(promise const& other) noexcept;
    /// Takes the other's part; the other has none any more.
    promise(promise&& other) noexcept = default;
    /// Leaves its result, as the destructor does, and takes the other's part.
    promise& operator=(promise other) noexcept;

    /// If this is the last promise, and there is no result: the result is `errc::broken_promise`.
    ~promise();

    /// Whether there is a result behind it: false once it was moved from. Of such an object, `done` and `cancelled` are
    /// false, and all that would change or give something throws `invalid_state_error`.
    bool valid() const noexcept { return static_cast<bool>(state_); }

    /// The executor that it was made with. The promise must be valid.
    executor_type get_executor() const noexcept { return state_->executor(); }

    /// A future of the result; any number of them can be made.
    future<T, Executor> get_future() const;

    /// Whether there is a result.
    bool done() const noexcept { return state_ && state_->done(); }

    /// Whether the result is a cancellation: the consumers have lost interest, or a producer has given up.
    bool cancelled() const noexcept { return state_ && state_->cancelled(); }

    /// Settles with a value, built in place from the arguments: none for `void`.
    ///
    /// @throws invalid_state_error There is a result already.
    /// @throws ... What building the value throws; there is no result then.
    template <class... Args>
        requires(std::is_void_v<T> && sizeof...(Args) == 0) || std::constructible_from<T, Args...>
    void set_value(Args&&... args);

    /// The same; false if there is a result already.
    template <class... Args>
        requires(std::is_void_v<T> && sizeof...(Args) == 0) || std::constructible_from<T, Args...>
    bool try_set_value(Args&&... args);

    /// Settles with an error code.
    ///
    /// @param code A failure.
    /// @throws invalid_state_error There is a result already.
    /// @throws std::invalid_argument The code is a success; there is no result then.
    void set_error(boost::system::error_code const& code);

    /// The same; false if there is a result already.
    bool try_set_error(boost::system::error_code const& code);

    /// Settles with an exception.
    ///
    /// Waiters that get an error code get the exception's: see `to_error_code`; `errc::other_exception` if it has none.
    /// `result`, `async_get`, and every wait under `throwing` throw the exception itself.
    ///
    /// @throws invalid_state_error There is a result already.
    /// @throws std::invalid_argument The pointer is null; there is no result then.
    void set_exception(std::exception_ptr exception);

    /// The same; false if there is a result already.
    bool try_set_exception(std::exception_ptr exception);

    /// Settles with a cancellation: waiters get `errc::cancelled`.
    ///
    /// @param message Put before everything else in the text of the `cancelled_error` that is thrown.
    /// @throws invalid_state_error There is a result already.
    void cancel(std::string_view message = {});

    /// The same; false if there is a result already.
    bool try_cancel(std::string_view message = {});

private:
    detail::future_state<T, Executor>& state() const;

    detail::object_pointer<detail::future_state<T, Executor>> state_;
};

} // namespace asyncio

#include <asyncio/impl/promise.hpp>

#endif // ASYNCIO_PROMISE_HPP
