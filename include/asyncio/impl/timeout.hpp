//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_TIMEOUT_HPP
#define ASYNCIO_IMPL_TIMEOUT_HPP

#include <asyncio/associated_error_details.hpp>
#include <asyncio/detail/execution_context.hpp>
#include <asyncio/detail/initiation.hpp>
#include <asyncio/detail/signature.hpp>
#include <asyncio/errc.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/handler_continuation_hook.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/version.hpp>
#include <boost/system/error_code.hpp>

#include <exception>
#include <memory>
#include <tuple>

namespace asyncio {
namespace detail {

// Of durations finer than the clock's nothing is cut off, and what it can't count is the end of time.
template <class Rep, class Period>
constexpr deadline_spec deadline_after(std::chrono::duration<Rep, Period> d) noexcept {
    using target = deadline_spec::clock::duration;
    // Wide enough for both to be compared without overflow.
    using wide = std::chrono::duration<long double, typename target::period>;
    if (wide(d) >= wide(target::max()))
        return deadline_spec(target::max());
    if (wide(d) <= wide(target::min()))
        return deadline_spec(target::min());
    return deadline_spec(std::chrono::ceil<target>(d));
}

template <class Duration>
constexpr deadline_spec deadline_at(std::chrono::time_point<std::chrono::steady_clock, Duration> t) noexcept {
    return deadline_spec(std::chrono::steady_clock::time_point(
        std::chrono::steady_clock::duration(deadline_after(t.time_since_epoch()).count())));
}

// Stands for the executor of an initiation that has none.
struct no_executor {};

template <class Initiation>
concept initiates_with_context =
    requires(Initiation const& i) { requires has_context<std::decay_t<decltype(i.get_executor())>>; };

// An erased handler's executor neither tells its context nor can be posted to. So the operation's executor does both,
// and from there the handler's is dispatched to.
template <class Executor, class Erased> struct executor_of_erased {
    Executor executor;
    Erased erased;
};

template <class Executor, class Erased>
boost::asio::execution_context& context_of(executor_of_erased<Executor, Erased> const& executor) {
    return context_of(executor.executor);
}

// An executor that runs things in whatever thread asks it to, and otherwise in the threads of Asio's system_context:
// that of `use_future`, and `system_executor`. The operation's own executor is where things happen then.
template <class Executor>
concept runs_anywhere =
    !boost::asio::can_require_v<Executor const&, boost::asio::execution::outstanding_work_t::tracked_t> && requires {
        requires std::bool_constant<(
            Executor::query(boost::asio::execution::blocking_t())
            == boost::asio::execution::blocking_t(boost::asio::execution::blocking_t::possibly_t()))>::value;
    };

// The executor that the operation's completion runs on, and so its cancellation.
template <class Handler, class Initiation>
auto completion_executor(Handler const& handler, Initiation const& initiation) {
    constexpr bool initiation_has_context = initiates_with_context<Initiation>;
    if constexpr (requires { initiation.get_executor(); }) {
        using own = std::decay_t<decltype(initiation.get_executor())>;
        using type = boost::asio::associated_executor_t<Handler, own>;
        static_assert(has_context<type> || initiation_has_context,
                      "asyncio::timeout: neither the handler's executor nor the operation's has an execution context "
                      "that could own the deadline");
        if constexpr (runs_anywhere<type> && initiation_has_context)
            return initiation.get_executor();
        else if constexpr (has_context<type>)
            return type(boost::asio::get_associated_executor(handler, initiation.get_executor()));
        else
            return executor_of_erased<own, type>{
                initiation.get_executor(), boost::asio::get_associated_executor(handler, initiation.get_executor())};
    } else {
        using type = boost::asio::associated_executor_t<Handler, no_executor>;
        static_assert(
            !std::is_same_v<type, no_executor>,
            "asyncio::timeout: neither the handler nor the operation's initiation has an executor; bind one to "
            "the token with boost::asio::bind_executor");
        static_assert(std::is_same_v<type, no_executor> || has_context<type>,
                      "asyncio::timeout: the handler's executor has no execution context that could own the deadline");
        return boost::asio::get_associated_executor(handler);
    }
}

template <class Executor> void post_emission(Executor const& executor, deadline_emission const& emission) {
    boost::asio::post(executor, emission);
}
template <class Executor, class Erased>
void post_emission(executor_of_erased<Executor, Erased> const& executor, deadline_emission const& emission) {
    boost::asio::post(executor.executor, boost::asio::bind_executor(executor.erased, emission));
}

template <class Executor> void post_or_retry(Executor const& executor, deadline_ticket const& ticket) noexcept {
    try {
        post_emission(executor, deadline_emission(ticket));
    } catch (...) {
        // The operation is under way, or over, and nobody could be told.
        retry_deadline(ticket);
    }
}

template <class Executor> class deadline_op_on : public deadline_op {
public:
    deadline_op_on(Executor const& executor, boost::asio::cancellation_type_t type)
        : deadline_op(&post, type), executor_(executor) {}

    // Ends the deadline.
    void disarm() noexcept {
        if (disarm_deadline(this->ticket))
            post_or_retry(executor_, deadline_ticket{this->ticket.queue, 0, 0});
    }

private:
    static void post(deadline_op const& self, deadline_ticket const& ticket, std::unique_lock<std::mutex>& lock) {
        Executor const executor = static_cast<deadline_op_on const&>(self).executor_;
        lock.unlock();
        post_emission(executor, deadline_emission(ticket));
    }

    Executor executor_;
};

template <class Handler, class Executor> class timeout_state final : public deadline_op_on<Executor> {
public:
    using handler_type = Handler;

    timeout_state(Handler&& h, Executor const& executor, boost::asio::cancellation_type_t type)
        : deadline_op_on<Executor>(executor, type), handler(std::move(h)) {}

    Handler handler;
};

// What the parent's slot holds while the operation is under way.
class timeout_cancel {
public:
    explicit timeout_cancel(deadline_op* op) noexcept : op_(op) {}
    void operator()(boost::asio::cancellation_type_t type) const { op_->cancel(type); }

private:
    deadline_op* op_;
};

// Owns the state of an operation: its memory, its deadline and its handler.
template <class Handler, class Executor> class timeout_owner {
public:
    using state = timeout_state<Handler, Executor>;

    timeout_owner(Handler&& handler, Executor const& executor, boost::asio::cancellation_type_t type) {
        allocator_type allocator = allocator_of(handler);
        state* const memory = allocator_traits::allocate(allocator, 1);
        try {
            state_ = ::new (static_cast<void*>(memory)) state(std::move(handler), executor, type);
        } catch (...) {
            allocator_traits::deallocate(allocator, memory, 1);
            throw;
        }
    }
    timeout_owner(timeout_owner&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    timeout_owner& operator=(timeout_owner&&) = delete;
    ~timeout_owner() {
        // The operation was given up without a completion.
        if (state_) {
            if (disarm_deadline(state_->ticket))
                retry_deadline(deadline_ticket{state_->ticket.queue, 0, 0});
            [[maybe_unused]] Handler const handler = release();
        }
    }

    state* operator->() const noexcept { return state_; }
    state& operator*() const noexcept { return *state_; }

    // Ends the deadline and takes the handler out; the memory is free when this returns. Tells whether a cancellation
    // of the operation was the deadline's.
    Handler finish(bool& timed_out) {
        state_->disarm();
        timed_out = state_->timed_out();
        Handler handler = release();
        if (auto slot = boost::asio::get_associated_cancellation_slot(handler); slot.is_connected())
            slot.clear();
        return handler;
    }

private:
    using allocator_type = typename std::allocator_traits<boost::asio::associated_allocator_t<
        Handler, boost::asio::recycling_allocator<void>>>::template rebind_alloc<state>;
    using allocator_traits = std::allocator_traits<allocator_type>;

    static allocator_type allocator_of(Handler const& handler) {
        return allocator_type(boost::asio::get_associated_allocator(handler, boost::asio::recycling_allocator<void>()));
    }

    Handler release() {
        Handler handler(std::move(state_->handler));
        allocator_type allocator = allocator_of(handler);
        state* const memory = std::exchange(state_, nullptr);
        memory->~state();
        allocator_traits::deallocate(allocator, memory, 1);
        return handler;
    }

    state* state_;
};

// One call operator per signature, with the parameters that the signature names.
template <class Derived, class Signature> struct timeout_call;

template <class Derived, class R, class... T> struct timeout_call<Derived, R(boost::system::error_code, T...)> {
    void operator()(boost::system::error_code code, T... values) {
        bool timed_out = false;
        auto handler = static_cast<Derived&>(*this).owner_.finish(timed_out);
        if (timed_out && is_cancelled(code)) {
            boost::system::error_code const cancelled = std::exchange(code, make_error_code(errc::timed_out));
            restamp_error(handler, cancelled, code);
        }
        std::move(handler)(code, std::forward<T>(values)...);
    }
};

template <class Derived, class R, class... T> struct timeout_call<Derived, R(std::exception_ptr, T...)> {
    void operator()(std::exception_ptr exception, T... values) {
        bool timed_out = false;
        auto handler = static_cast<Derived&>(*this).owner_.finish(timed_out);
        if (timed_out && exception)
            exception = cancelled_to_timed_out(std::move(exception));
        std::move(handler)(std::move(exception), std::forward<T>(values)...);
    }
};

// What as_tuple around us makes of the first.
template <class Derived, class R, class... T>
struct timeout_call<Derived, R(std::tuple<boost::system::error_code, T...>)> {
    void operator()(std::tuple<boost::system::error_code, T...> values) {
        bool timed_out = false;
        auto handler = static_cast<Derived&>(*this).owner_.finish(timed_out);
        if (auto& code = std::get<0>(values); timed_out && is_cancelled(code))
            code = make_error_code(errc::timed_out);
        std::move(handler)(std::move(values));
    }
};

template <class Derived, class R, class... T> struct timeout_call<Derived, R(T...)> {
    void operator()(T... values) {
        bool timed_out = false;
        auto handler = static_cast<Derived&>(*this).owner_.finish(timed_out);
        std::move(handler)(std::forward<T>(values)...);
    }
};

template <class Handler, class Executor, class... Signatures>
class timeout_handler : public timeout_call<timeout_handler<Handler, Executor, Signatures...>, Signatures>... {
public:
    using result_type = void;
    using cancellation_slot_type = boost::asio::cancellation_slot;

    explicit timeout_handler(timeout_owner<Handler, Executor>&& owner) noexcept : owner_(std::move(owner)) {}

    using timeout_call<timeout_handler, Signatures>::operator()...;

    cancellation_slot_type get_cancellation_slot() const noexcept { return owner_->slot(); }

    timeout_owner<Handler, Executor> owner_;
};

template <class Handler, class Executor, class... Signatures>
bool asio_handler_is_continuation(timeout_handler<Handler, Executor, Signatures...>* self) {
    using boost::asio::asio_handler_is_continuation;
    return asio_handler_is_continuation(std::addressof(self->owner_->handler));
}

template <class Initiation, class... Signatures> class timeout_initiation : public initiation_holder<Initiation> {
public:
    using initiation_holder<Initiation>::initiation_holder;

    template <class Handler, class... Args>
    void operator()(Handler&& handler, deadline_spec const& deadline, boost::asio::cancellation_type_t type,
                    Args&&... args) && {
        start(std::move(this->initiation_), std::forward<Handler>(handler), deadline, type,
              std::forward<Args>(args)...);
    }
    template <class Handler, class... Args>
    void operator()(Handler&& handler, deadline_spec const& deadline, boost::asio::cancellation_type_t type,
                    Args&&... args) const& {
        start(this->initiation_, std::forward<Handler>(handler), deadline, type, std::forward<Args>(args)...);
    }

private:
    template <class Init, class Handler, class... Args>
    static void start(Init&& initiation, Handler&& handler, deadline_spec const& deadline,
                      boost::asio::cancellation_type_t type, Args&&... args) {
        using handler_type = std::decay_t<Handler>;
        auto const executor = completion_executor<handler_type>(handler, initiation);
        using executor_type = std::decay_t<decltype(executor)>;

        boost::asio::execution_context& context = context_of(executor);
        handler_type own(std::forward<Handler>(handler));
        timeout_owner<handler_type, executor_type> owner(std::move(own), executor, type);
        bool const expired = arm_deadline(context, *owner, deadline);
        deadline_ticket const ticket = owner->ticket;

        auto slot = boost::asio::get_associated_cancellation_slot(owner->handler);
        if (slot.is_connected())
            slot.template emplace<timeout_cancel>(std::addressof(*owner));
        try {
            // From here on the operation may be over at any time, and its state gone.
            std::forward<Init>(initiation)(
                timeout_handler<handler_type, executor_type, unqualified_t<Signatures>...>(std::move(owner)),
                std::forward<Args>(args)...);
        } catch (...) {
            if (slot.is_connected())
                slot.clear();
            throw;
        }
        // Only now: it must find the operation started.
        if (expired)
            post_or_retry(executor, ticket);
    }
};

} // namespace detail
} // namespace asyncio

// The handler's own properties, but for its cancellation slot: that one is the operation's.
template <template <class, class> class Associator, class Handler, class Executor, class... Signatures, class Candidate>
struct boost::asio::associator<Associator, asyncio::detail::timeout_handler<Handler, Executor, Signatures...>,
                               Candidate> : Associator<Handler, Candidate> {
    using handler_type = asyncio::detail::timeout_handler<Handler, Executor, Signatures...>;

    static typename Associator<Handler, Candidate>::type get(handler_type const& handler) noexcept {
        return Associator<Handler, Candidate>::get(handler.owner_->handler);
    }
    static auto get(handler_type const& handler, Candidate const& candidate) noexcept
        -> decltype(Associator<Handler, Candidate>::get(handler.owner_->handler, candidate)) {
        return Associator<Handler, Candidate>::get(handler.owner_->handler, candidate);
    }
};

template <class CompletionToken, class... Signatures>
struct boost::asio::async_result<asyncio::timeout_t<CompletionToken>, Signatures...>
    : async_result<CompletionToken, Signatures...> {
    template <class Initiation, class RawToken, class... Args>
    static auto initiate(Initiation&& initiation, RawToken&& token, Args&&... args)
        -> decltype(async_initiate<std::conditional_t<std::is_const_v<std::remove_reference_t<RawToken>>,
                                                      CompletionToken const, CompletionToken>,
                                   Signatures...>(
            asyncio::detail::timeout_initiation<std::decay_t<Initiation>, Signatures...>(
                std::forward<Initiation>(initiation)),
            token.inner(), token.deadline(), token.type(), std::forward<Args>(args)...)) {
        return async_initiate<std::conditional_t<std::is_const_v<std::remove_reference_t<RawToken>>,
                                                 CompletionToken const, CompletionToken>,
                              Signatures...>(
            asyncio::detail::timeout_initiation<std::decay_t<Initiation>, Signatures...>(
                std::forward<Initiation>(initiation)),
            token.inner(), token.deadline(), token.type(), std::forward<Args>(args)...);
    }
};

#if BOOST_ASIO_VERSION >= 103100
template <class... Signatures> struct boost::asio::async_result<asyncio::partial_timeout, Signatures...> {
    template <class Initiation, class RawToken, class... Args>
    static auto initiate(Initiation&& initiation, RawToken&& token, Args&&... args)
        -> decltype(async_initiate<Signatures...>(
            std::forward<Initiation>(initiation),
            token(default_completion_token_t<associated_executor_t<Initiation>>{}), std::forward<Args>(args)...)) {
        return async_initiate<Signatures...>(std::forward<Initiation>(initiation),
                                             token(default_completion_token_t<associated_executor_t<Initiation>>{}),
                                             std::forward<Args>(args)...);
    }
};
#endif

#endif // ASYNCIO_IMPL_TIMEOUT_HPP
