//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_DEADLINE_HOME_HPP
#define ASYNCIO_DETAIL_DEADLINE_HOME_HPP

#include <asyncio/detail/deadline_queue.hpp>
#include <asyncio/detail/execution_context.hpp>
#include <asyncio/detail/light_mutex.hpp>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/system_context.hpp>

#include <concepts>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

// Which execution context owns the deadline of an operation, and how its cancellation gets there.

namespace asyncio::detail {

// Stands for the executor of a handler that has none.
struct no_executor {};

// Executors that run things in whatever thread asks them to, and otherwise in the threads of Asio's system_context:
// `system_executor`, and that of `use_future`, which only shows how it runs things.
template <class Executor>
concept runs_in_system = requires(Executor const& e) {
    { boost::asio::query(e, boost::asio::execution::context) } -> std::same_as<boost::asio::system_context&>;
};
template <class Executor>
concept runs_anywhere =
    runs_in_system<Executor>
    || (!boost::asio::can_require_v<Executor const&, boost::asio::execution::outstanding_work_t::tracked_t>
        && requires {
               requires std::bool_constant<(
                   Executor::query(boost::asio::execution::blocking_t())
                   == boost::asio::execution::blocking_t(boost::asio::execution::blocking_t::possibly_t()))>::value;
           });

// An executor whose context can own deadlines.
template <class Executor>
concept owns_deadlines = has_context<Executor> && !runs_anywhere<Executor>;

// Three ways for an operation to be at home in an execution context: which that is, and how its cancellation is posted
// there, with the queue's lock released once the operation is no more needed.

// The handler has an executor.
class home_of_handler {
public:
    // Whether the operation completes inside of the context, which so outlasts the call of the handler.
    static constexpr bool completes_inside = true;

    template <class Handler> static boost::asio::execution_context& context(Handler const& handler) {
        return context_of(boost::asio::get_associated_executor(handler));
    }
    static deadline_queue* queue(deadline_op const& op) noexcept { return op.queue(); }

    template <class Handler>
    static void post(Handler const& handler, deadline_ticket const& ticket, std::unique_lock<light_mutex>& lock) {
        auto const executor = boost::asio::get_associated_executor(handler);
        lock.unlock();
        boost::asio::post(executor, deadline_emission(ticket));
    }
};

// The handler has none, and gets the operation's.
template <class Executor> class home_of_operation {
public:
    static constexpr bool completes_inside = true;

    explicit home_of_operation(Executor executor) noexcept : executor_(std::move(executor)) {}

    template <class Handler> boost::asio::execution_context& context(Handler const&) const {
        return context_of(executor_);
    }
    static deadline_queue* queue(deadline_op const& op) noexcept { return op.queue(); }

    template <class Handler>
    void post(Handler const&, deadline_ticket const& ticket, std::unique_lock<light_mutex>& lock) const {
        Executor const executor = executor_;
        lock.unlock();
        boost::asio::post(executor, deadline_emission(ticket));
    }

private:
    Executor executor_;
};

// The handler has one, but without a context that could own a deadline: an erased one, or one that runs anywhere. The
// operation's context owns it then. It may be gone when the handler is called; its queue may not.
template <class Executor> class home_apart {
public:
    static constexpr bool completes_inside = false;

    explicit home_apart(Executor executor)
        : executor_(std::move(executor)), queue_(share_deadlines(context_of(executor_))) {}

    template <class Handler> boost::asio::execution_context& context(Handler const&) const {
        return context_of(executor_);
    }
    deadline_queue* queue(deadline_op const&) const noexcept { return queue_.get(); }

    template <class Handler>
    void post(Handler const& handler, deadline_ticket const& ticket, std::unique_lock<light_mutex>& lock) const {
        auto emission = [keep = queue_, emit = deadline_emission(ticket)] { emit(); };
        Executor const executor = executor_;
        if constexpr (runs_anywhere<boost::asio::associated_executor_t<Handler, Executor>>) {
            lock.unlock();
            boost::asio::post(executor, std::move(emission));
        } else {
            auto const handlers = boost::asio::get_associated_executor(handler, executor);
            lock.unlock();
            boost::asio::post(executor, boost::asio::bind_executor(handlers, std::move(emission)));
        }
    }

private:
    Executor executor_;
    std::shared_ptr<deadline_queue> queue_;
};

template <class Handler, class Initiation> auto make_home(Initiation const& initiation) {
    using handlers = boost::asio::associated_executor_t<Handler, no_executor>;
    if constexpr (owns_deadlines<handlers>) {
        return home_of_handler();
    } else if constexpr (requires { initiation.get_executor(); }) {
        using executor = std::decay_t<decltype(initiation.get_executor())>;
        static_assert(owns_deadlines<executor>,
                      "asyncio::timeout: neither the handler's executor nor the operation's has an execution context "
                      "that could own the deadline; bind one to the token with boost::asio::bind_executor");
        if constexpr (std::is_same_v<handlers, no_executor>)
            return home_of_operation<executor>(initiation.get_executor());
        else
            return home_apart<executor>(initiation.get_executor());
    } else {
        static_assert(!std::is_same_v<handlers, no_executor>,
                      "asyncio::timeout: neither the handler nor the operation's initiation has an executor; bind one "
                      "to the token with boost::asio::bind_executor");
        static_assert(std::is_same_v<handlers, no_executor>,
                      "asyncio::timeout: the handler's executor has no execution context that could own the deadline, "
                      "and the operation's initiation has no executor; bind another one to the token with "
                      "boost::asio::bind_executor");
    }
}

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_DEADLINE_HOME_HPP
