//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_TIMEOUT_HPP
#define ASYNCIO_TIMEOUT_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/deadline_queue.hpp>

#include <boost/asio/cancellation_type.hpp>

#include <chrono>
#include <concepts>
#include <ratio>
#include <type_traits>
#include <utility>

namespace asyncio {

/// A completion token adapter: the operation gets a deadline, and says so if that is what ended it.
///
/// Made by `timeout` and `timeout_at`. When the deadline passes, the operation is cancelled, as by a
/// `boost::asio::cancellation_signal`. The cancellation that it then reports becomes `errc::timed_out`:
///
/// @code
/// std::size_t n = co_await socket.async_read_some(buffer, asyncio::timeout(5s, asio::use_awaitable));
/// @endcode
///
/// @par What is reported
/// The completion signature is the operation's own, and its arguments are passed through: a read that times out still
/// says how many bytes arrived. Only a cancellation is ever changed, only after the deadline's signal was emitted, and
/// only if the operation was not cancelled by its own slot as well:
/// - a success is a success, however late;
/// - any other error is that error;
/// - an operation cancelled both by its deadline and by its slot was cancelled.
///
/// "A cancellation" is what `errc::cancelled` holds for. Signatures that begin with an `error_code` are served, and
/// those that begin with a `std::exception_ptr` (`co_spawn`, `throwing`), where the exception becomes a `timeout_error`
/// with the details of the cancellation. Operations that report no error are just cancelled: so it is behind
/// `redirect_error`, which has taken the error away. Write `redirect_error` inside, `timeout(d, redirect_error(...))`.
///
/// The operation completes when it completes. One that ignores the cancellation type takes its time: a resolver, a
/// coroutine with cancellation disabled.
///
/// @par Deadlines
/// They are those of `std::chrono::steady_clock`. A deadline is never early, and as exact as a timer of Asio. A zero or
/// negative duration, or a time that has passed, starts the operation and cancels it: what is ready succeeds. The
/// greatest duration and time point mean that there is none.
///
/// @par Executor
/// The signal is emitted on the handler's associated executor (by default the one of the operation's initiation),
/// posted to it when the deadline has passed. As with every cancellation in Asio this must be the strand, explicit or
/// implicit, on which the operation is started and does its work. The deadlines belong to the executor's execution
/// context; an executor that has none is refused when it is compiled, an empty `any_io_executor` throws
/// `boost::asio::bad_executor` when the operation is started. A pending deadline is work for an `io_context` or
/// `thread_pool`, and keeps `run()` from returning; nothing is left of it once the operation has completed.
///
/// @par Cost
/// The executor, allocator and immediate executor of the handler are passed through. One block of memory per operation
/// comes from the associated allocator, and is given back before the handler is called. Without one it is recycled as
/// that of Asio's operations is; while more than 16,384 operations are pending in a context, it comes from a slab,
/// which the context keeps until they are gone and it has been idle twice. All deadlines of a context share one timer:
/// a deadline that is met costs no system call.
///
/// @par Cancellation
/// The handler's cancellation slot still cancels the operation, with every type that the operation supports.
///
/// @par Thread safety
/// Distinct operations may be started and may complete on different threads.
///
/// @tparam CompletionToken The token that is adapted.
template <class CompletionToken> class timeout_t {
public:
    /// Adapts the token; see `timeout` and `timeout_at`.
    template <class Token>
    constexpr timeout_t(detail::deadline_spec deadline, boost::asio::cancellation_type_t type, Token&& token)
        : token_(std::forward<Token>(token)), deadline_(deadline), type_(type) {}

    /// The token that is adapted.
    constexpr CompletionToken& inner() & noexcept { return token_; }
    /// The token that is adapted.
    constexpr CompletionToken const& inner() const& noexcept { return token_; }

    /// The deadline.
    constexpr detail::deadline_spec deadline() const noexcept { return deadline_; }

    /// How the operation is cancelled.
    constexpr boost::asio::cancellation_type_t type() const noexcept { return type_; }

private:
    CompletionToken token_;
    detail::deadline_spec deadline_;
    boost::asio::cancellation_type_t type_;
};

/// A completion token that gives the operation a deadline, and is otherwise the operation's default token.
///
/// Made by `timeout` and `timeout_at` without a token. A token where Asio has such (Boost 1.86 and newer); everywhere a
/// function that adapts one.
class partial_timeout {
public:
    /// See `timeout` and `timeout_at`.
    constexpr partial_timeout(detail::deadline_spec deadline, boost::asio::cancellation_type_t type) noexcept
        : deadline_(deadline), type_(type) {}

    /// Adapts a completion token.
    template <class CompletionToken>
    [[nodiscard]] constexpr timeout_t<std::decay_t<CompletionToken>> operator()(CompletionToken&& token) const {
        return {deadline_, type_, std::forward<CompletionToken>(token)};
    }

    /// The deadline.
    constexpr detail::deadline_spec deadline() const noexcept { return deadline_; }

    /// How the operation is cancelled.
    constexpr boost::asio::cancellation_type_t type() const noexcept { return type_; }

private:
    detail::deadline_spec deadline_;
    boost::asio::cancellation_type_t type_;
};

namespace detail {

template <class Token>
concept timeout_inner_token = !std::same_as<std::decay_t<Token>, boost::asio::cancellation_type_t>;

template <class Rep, class Period>
constexpr deadline_spec deadline_after(std::chrono::duration<Rep, Period> d) noexcept;
template <class Duration>
constexpr deadline_spec deadline_at(std::chrono::time_point<std::chrono::steady_clock, Duration> t) noexcept;

} // namespace detail

/// Gives an operation a deadline: a duration from when it is started.
///
/// @param d How long the operation may take. A token that is used again starts anew.
/// @param token The token that is adapted.
/// @return A completion token; see `timeout_t`.
template <class Rep, class Period, detail::timeout_inner_token CompletionToken>
[[nodiscard]] constexpr timeout_t<std::decay_t<CompletionToken>> timeout(std::chrono::duration<Rep, Period> d,
                                                                         CompletionToken&& token) {
    return {detail::deadline_after(d), boost::asio::cancellation_type::terminal, std::forward<CompletionToken>(token)};
}

/// The same, with the type of the cancellation; `terminal` where none is given.
///
/// A type that the operation doesn't support is ignored by it, and then there is no timeout.
template <class Rep, class Period, class CompletionToken>
[[nodiscard]] constexpr timeout_t<std::decay_t<CompletionToken>>
timeout(std::chrono::duration<Rep, Period> d, boost::asio::cancellation_type_t type, CompletionToken&& token) {
    return {detail::deadline_after(d), type, std::forward<CompletionToken>(token)};
}

/// The same, for the operation's default token.
template <class Rep, class Period>
[[nodiscard]] constexpr partial_timeout
timeout(std::chrono::duration<Rep, Period> d,
        boost::asio::cancellation_type_t type = boost::asio::cancellation_type::terminal) noexcept {
    return {detail::deadline_after(d), type};
}

/// Gives an operation a deadline: a point in time. A budget for several operations is one time point for all of them.
///
/// @param t When the operation is to be cancelled.
/// @param token The token that is adapted.
/// @return A completion token; see `timeout_t`.
template <class Duration, detail::timeout_inner_token CompletionToken>
[[nodiscard]] constexpr timeout_t<std::decay_t<CompletionToken>>
timeout_at(std::chrono::time_point<std::chrono::steady_clock, Duration> t, CompletionToken&& token) {
    return {detail::deadline_at(t), boost::asio::cancellation_type::terminal, std::forward<CompletionToken>(token)};
}

/// The same, with the type of the cancellation; `terminal` where none is given.
template <class Duration, class CompletionToken>
[[nodiscard]] constexpr timeout_t<std::decay_t<CompletionToken>>
timeout_at(std::chrono::time_point<std::chrono::steady_clock, Duration> t, boost::asio::cancellation_type_t type,
           CompletionToken&& token) {
    return {detail::deadline_at(t), type, std::forward<CompletionToken>(token)};
}

/// The same, for the operation's default token.
template <class Duration>
[[nodiscard]] constexpr partial_timeout
timeout_at(std::chrono::time_point<std::chrono::steady_clock, Duration> t,
           boost::asio::cancellation_type_t type = boost::asio::cancellation_type::terminal) noexcept {
    return {detail::deadline_at(t), type};
}

} // namespace asyncio

#include <asyncio/impl/timeout.hpp>

#endif // ASYNCIO_TIMEOUT_HPP
