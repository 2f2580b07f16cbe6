//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_COMPLETE_AT_ONCE_HPP
#define ASYNCIO_DETAIL_COMPLETE_AT_ONCE_HPP

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/asio/require.hpp>

#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
#include <boost/asio/associated_immediate_executor.hpp>
#include <boost/asio/dispatch.hpp>
#endif

#include <type_traits>
#include <utility>

namespace asyncio::detail {

// A handler, and what it is called with, on the way to an executor.
template <class Completion, class Handler> class pending_completion {
public:
    using allocator_type = boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>;

    pending_completion(Completion completion, Handler handler)
        : completion_(std::move(completion)), handler_(std::move(handler)) {}

    allocator_type get_allocator() const noexcept {
        return boost::asio::get_associated_allocator(handler_, boost::asio::recycling_allocator<void>());
    }

    void operator()() { std::move(completion_)(handler_); }

protected:
    Completion completion_;
    Handler handler_;
};

// The same, for an executor that isn't the handler's: Asio sends it on to that one, if the handler has one.
template <class Completion, class Handler, class Executor>
class forwarded_completion : public pending_completion<Completion, Handler> {
public:
    using executor_type = boost::asio::associated_executor_t<Handler, Executor>;

    forwarded_completion(Completion completion, Handler handler, Executor const& executor)
        : pending_completion<Completion, Handler>(std::move(completion), std::move(handler)), executor_(executor) {}

    executor_type get_executor() const noexcept {
        return boost::asio::get_associated_executor(this->handler_, executor_);
    }

private:
    Executor executor_;
};

// Whether there can be a post to it. There can't to any_completion_executor, which is for the last step only.
template <class Executor>
inline constexpr bool can_post_to =
    !boost::asio::execution::is_executor<Executor>::value
    || boost::asio::can_require_v<Executor const&, boost::asio::execution::blocking_t::never_t>;

// Whether the handler has an immediate executor of its own. There are none before Boost 1.82.
template <class Handler, class Executor>
bool has_immediate_executor([[maybe_unused]] Handler const& handler, [[maybe_unused]] Executor const& executor) {
#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
    namespace execution = boost::asio::execution;
    auto const immediate = boost::asio::get_associated_immediate_executor(handler, executor);
    if constexpr (boost::asio::can_require_v<Executor const&, execution::blocking_t::never_t>) {
        auto const standard = boost::asio::require(executor, execution::blocking.never);
        if constexpr (std::is_same_v<std::decay_t<decltype(standard)>, std::decay_t<decltype(immediate)>>)
            return immediate != standard;
        else
            return true;
    } else {
        using standard = typename boost::asio::associated_immediate_executor<int, Executor>::type;
        return !std::is_same_v<standard, std::decay_t<decltype(immediate)>>;
    }
#else
    return false;
#endif
}

// Completes an operation that has nothing to wait for: through the handler's immediate executor, if it has one, and
// otherwise posted to its executor, for which `executor` stands in if it has none.
template <class Completion, class Handler, class Executor>
void complete_at_once(Completion completion, Handler&& handler, Executor const& executor) {
    using handler_type = std::decay_t<Handler>;

#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
    if (has_immediate_executor(handler, executor)) {
        auto const immediate = boost::asio::get_associated_immediate_executor(handler, executor);
        boost::asio::dispatch(immediate,
                              forwarded_completion<Completion, handler_type, std::decay_t<decltype(immediate)>>(
                                  std::move(completion), std::forward<Handler>(handler), immediate));
        return;
    }
#endif
    using own_executor = boost::asio::associated_executor_t<handler_type, Executor>;
    if constexpr (can_post_to<own_executor>) {
        own_executor const own = boost::asio::get_associated_executor(handler, executor);
        boost::asio::post(
            own, pending_completion<Completion, handler_type>(std::move(completion), std::forward<Handler>(handler)));
    } else {
        boost::asio::post(executor, forwarded_completion<Completion, handler_type, Executor>(
                                        std::move(completion), std::forward<Handler>(handler), executor));
    }
}

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_COMPLETE_AT_ONCE_HPP
