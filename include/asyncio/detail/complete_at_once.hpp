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
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>

#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
#include <boost/asio/associated_immediate_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/require.hpp>
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

// The same, for an immediate executor: Asio sends it on to the handler's own, if it has one.
template <class Completion, class Handler, class Immediate>
class immediate_completion : public pending_completion<Completion, Handler> {
public:
    using executor_type = boost::asio::associated_executor_t<Handler, Immediate>;

    immediate_completion(Completion completion, Handler handler, Immediate const& immediate)
        : pending_completion<Completion, Handler>(std::move(completion), std::move(handler)), immediate_(immediate) {}

    executor_type get_executor() const noexcept {
        return boost::asio::get_associated_executor(this->handler_, immediate_);
    }

private:
    Immediate immediate_;
};

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
// otherwise posted to its executor.
template <class Completion, class Handler, class Executor>
void complete_at_once(Completion completion, Handler&& handler, Executor const& executor) {
    using handler_type = std::decay_t<Handler>;

#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
    if (has_immediate_executor(handler, executor)) {
        auto const immediate = boost::asio::get_associated_immediate_executor(handler, executor);
        boost::asio::dispatch(immediate,
                              immediate_completion<Completion, handler_type, std::decay_t<decltype(immediate)>>(
                                  std::move(completion), std::forward<Handler>(handler), immediate));
        return;
    }
#endif
    boost::asio::post(
        executor, pending_completion<Completion, handler_type>(std::move(completion), std::forward<Handler>(handler)));
}

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_COMPLETE_AT_ONCE_HPP
