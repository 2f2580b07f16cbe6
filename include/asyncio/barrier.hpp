//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_BARRIER_HPP
#define ASYNCIO_BARRIER_HPP

#include <asyncio/detail/barrier_state.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>

namespace asyncio {

namespace detail {
template <class State> class initiate_barrier_wait;
}

/// A meeting point: operations wait until as many are there as the barrier has parties, then all go on.
///
/// @code
/// asyncio::barrier barrier(executor, 3);
/// auto index = co_await barrier.async_wait(asyncio::throwing(asio::use_awaitable));
/// if (index == 0)
///     sum_up(); // exactly one of the three
/// @endcode
///
/// It can be used for any number of rounds. Where more wait than there are parties, they are let go in order, as many
/// at a time as there are parties. A wait that is cancelled, or times out, leaves the barrier as if it had never come:
/// the others go on waiting, and the barrier isn't broken.
///
/// A barrier is an asyncio `Barrier`; what differs is listed in `doc/barrier.md`. The main thing: a round is decided
/// when its last party arrives. A `reset` or `abort` after that doesn't reach those that were let go.
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe, but for move, assignment and destruction. Waiters are told by posts to
/// their own executors, never from inside a call of the barrier.
///
/// @tparam Executor The executor of handlers that have none of their own.
template <class Executor> class basic_barrier {
    using state_type = detail::barrier_state<Executor>;

public:
    /// The type of the executor.
    using executor_type = Executor;

    /// The same with another executor.
    template <class OtherExecutor> struct rebind_executor {
        /// The type.
        using other = basic_barrier<OtherExecutor>;
    };

    /// Makes a barrier that nobody waits at.
    ///
    /// @param executor Where handlers run that have no executor of their own.
    /// @param parties How many have to wait until all go on, at least 1.
    /// @throws std::invalid_argument There are fewer parties than 1 ("parties must be > 0").
    /// @throws std::bad_alloc There is no memory for it.
    basic_barrier(executor_type const& executor, std::ptrdiff_t parties);

    /// The same, in the memory of an allocator.
    ///
    /// @param allocator Is used once, and given its memory back by the last of the barrier and its waiters, in any
    /// thread.
    /// @param executor Where handlers run that have no executor of their own.
    /// @param parties How many have to wait until all go on, at least 1.
    template <class Allocator>
    basic_barrier(std::allocator_arg_t, Allocator const& allocator, executor_type const& executor,
                  std::ptrdiff_t parties);

    /// The same, with the executor of an execution context.
    template <class ExecutionContext>
        requires std::derived_from<ExecutionContext, boost::asio::execution_context>
                 && std::convertible_to<typename ExecutionContext::executor_type, Executor>
    basic_barrier(ExecutionContext& context, std::ptrdiff_t parties)
        : basic_barrier(executor_type(context.get_executor()), parties) {}

    /// What was moved from can be assigned to and destroyed, and nothing else.
    basic_barrier(basic_barrier&& other) noexcept = default;
    /// Ends the waits of the barrier that was here, as its destruction does.
    basic_barrier& operator=(basic_barrier&& other) noexcept;

    /// The waits end with `asio::error::operation_aborted`, as those of any I/O object do.
    ~basic_barrier();

    /// The executor that it was made with.
    executor_type get_executor() const noexcept { return state_->executor(); }

    /// How many have to wait until all go on.
    std::ptrdiff_t parties() const noexcept { return state_->parties(); }

    /// How many are waiting now: less than `parties`.
    std::ptrdiff_t waiting() const noexcept { return state_->waiting(); }

    /// Whether the barrier was aborted, and not reset since.
    bool broken() const noexcept { return state_->broken(); }

    /// Makes the barrier as new. Those that wait get `errc::broken_barrier`; a barrier that was aborted can be used
    /// again.
    ///
    /// @throws ... What an executor throws to which a waiter couldn't be posted; see `promise`. The barrier is reset
    /// then, too.
    void reset() { state_->reset(); }

    /// Breaks the barrier: those that wait, and all that come later, get `errc::broken_barrier`, until it is reset.
    /// Throws as `reset` does.
    void abort() { state_->abort(); }

    /// Waits until as many wait as there are parties.
    ///
    /// @par Completion signature
    /// @code void(boost::system::error_code, std::ptrdiff_t index) @endcode
    /// On success, the indices of a round are the numbers from 0 to `parties() - 1`, each once, in the order of
    /// arrival. On failure, the index is -1.
    ///
    /// @par Error conditions
    /// `errc::broken_barrier`: the barrier was aborted before ("Barrier aborted" in the text of the exception), or it
    /// was aborted or reset while this was waiting ("Abort or reset of barrier"). `errc::cancelled`, exactly
    /// `asio::error::operation_aborted`: the wait was cancelled, and has left the barrier; or the barrier was
    /// destroyed.
    ///
    /// @par Per-operation cancellation
    /// Total, partial and terminal, all the same: the wait leaves the barrier. A cancellation that comes after the last
    /// party does nothing: the round is complete.
    ///
    /// @par Executor, allocator, immediate completion
    /// The handler runs on its associated executor, with that of the barrier as the default, and counts as work there
    /// while it waits. Waiting takes one block of memory, by the associated allocator; it is given back before the
    /// handler runs. Handlers of a round are posted in the order of arrival. The last to arrive doesn't wait, and
    /// neither does one that finds the barrier broken: their handlers are called through their immediate executors
    /// (Boost 1.82 and newer), or posted.
    ///
    /// @par Lifetimes
    /// When the execution context of the handler's executor is destroyed, so are the waits whose handlers would have
    /// run there, without being called: they leave the barrier.
    template <boost::asio::completion_token_for<void(boost::system::error_code, std::ptrdiff_t)> CompletionToken =
                  boost::asio::default_completion_token_t<Executor>>
    auto async_wait(CompletionToken&& token = boost::asio::default_completion_token_t<Executor>())
        -> decltype(boost::asio::async_initiate<CompletionToken, void(boost::system::error_code, std::ptrdiff_t)>(
            std::declval<detail::initiate_barrier_wait<state_type>>(), token));

private:
    detail::object_pointer<state_type> state_;
};

/// A barrier whose waits may be of any executor.
using barrier = basic_barrier<boost::asio::any_io_executor>;

} // namespace asyncio

#include <asyncio/impl/barrier.hpp>

#endif // ASYNCIO_BARRIER_HPP
