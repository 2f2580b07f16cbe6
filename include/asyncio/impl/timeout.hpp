//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_TIMEOUT_HPP
#define ASYNCIO_IMPL_TIMEOUT_HPP

#include <asyncio/associated_error_details.hpp>
#include <asyncio/detail/deadline_home.hpp>
#include <asyncio/detail/initiation.hpp>
#include <asyncio/detail/signature.hpp>
#include <asyncio/errc.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/handler_continuation_hook.hpp>
#include <boost/asio/recycling_allocator.hpp>
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

template <class Handler, class Home> class timeout_state final : public deadline_op {
public:
    using handler_type = Handler;

    template <class H>
    timeout_state(H&& h, Home&& place, boost::asio::cancellation_type_t type, bool in_slab)
        : deadline_op(&post, type, in_slab), home(std::move(place)), handler(std::forward<H>(h)) {}

    [[no_unique_address]] Home home;
    Handler handler;

private:
    static void post(deadline_op const& op, deadline_ticket const& ticket, std::unique_lock<light_mutex>& lock) {
        auto const& self = static_cast<timeout_state const&>(op);
        self.home.post(self.handler, ticket, lock);
    }
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
template <class Handler, class Home> class timeout_owner {
public:
    using state = timeout_state<Handler, Home>;

    template <class H> timeout_owner(H&& handler, Home&& home, boost::asio::cancellation_type_t type) {
        allocator_type allocator = allocator_of(handler);
        auto* memory = static_cast<state*>(allocate_if_crowded(handler, home));
        bool const in_slab = memory != nullptr;
        if (!in_slab)
            memory = allocator_traits::allocate(allocator, 1);
        try {
            state_ = ::new (static_cast<void*>(memory)) state(std::forward<H>(handler), std::move(home), type, in_slab);
        } catch (...) {
            deallocate(allocator, memory, in_slab);
            throw;
        }
    }
    timeout_owner(timeout_owner&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    timeout_owner& operator=(timeout_owner&&) = delete;
    ~timeout_owner() {
        if (state_)
            give_up();
    }

    state* operator->() const noexcept { return state_; }
    state& operator*() const noexcept { return *state_; }

    // Ends the deadline. If it was the last, the queue's timer is let go of once the result is destroyed, which is to
    // outlive the call of the handler.
    deadline_rest disarm() noexcept {
        deadline_queue* const queue = state_->home.queue(*state_);
        bool const last = queue && disarm_deadline(*queue, *state_);
        if constexpr (!Home::completes_inside) {
            if (last)
                rest_deadlines(*queue);
            return deadline_rest(nullptr);
        } else {
            return deadline_rest(last ? queue : nullptr);
        }
    }

    // Takes the handler out; the memory is free when this returns.
    Handler release() {
        Handler handler(std::move(state_->handler));
        allocator_type allocator = allocator_of(handler);
        state* const memory = std::exchange(state_, nullptr);
        bool const in_slab = memory->in_slab();
        memory->~state();
        deallocate(allocator, memory, in_slab);
        if (auto slot = boost::asio::get_associated_cancellation_slot(handler); slot.is_connected())
            slot.clear();
        return handler;
    }

private:
    using associated_allocator = boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>;
    using allocator_type = typename std::allocator_traits<associated_allocator>::template rebind_alloc<state>;
    using allocator_traits = std::allocator_traits<allocator_type>;

    template <class H> static allocator_type allocator_of(H const& handler) {
        return allocator_type(boost::asio::get_associated_allocator(handler, boost::asio::recycling_allocator<void>()));
    }

    // If many others are pending, too, and the handler has no allocator; null otherwise.
    template <class H> static void* allocate_if_crowded(H const& handler, Home const& home) {
        if constexpr (std::is_same_v<associated_allocator, boost::asio::recycling_allocator<void>>
                      && sizeof(state) <= deadline_slab_limit && alignof(state) <= deadline_slab_alignment) {
            if (all_deadline_queues.crowded.load(std::memory_order_relaxed) != 0) [[unlikely]]
                return allocate_in_slab(home.context(handler), sizeof(state));
        }
        return nullptr;
    }
    static void deallocate(allocator_type& allocator, state* memory, bool in_slab) noexcept {
        if (in_slab) [[unlikely]]
            deallocate_in_slab(memory);
        else
            allocator_traits::deallocate(allocator, memory, 1);
    }

    // The operation ends without a completion.
    [[gnu::noinline]] void give_up() {
        disarm();
        [[maybe_unused]] Handler const handler = release();
    }

    state* state_;
};

// One call operator per signature, with the parameters that the signature names.
template <class Derived, class Signature> struct timeout_call;

template <class Derived, class R, class... T> struct timeout_call<Derived, R(boost::system::error_code, T...)> {
    void operator()(boost::system::error_code code, T... values) {
        auto& owner = static_cast<Derived&>(*this).owner_;
        deadline_rest const rest = owner.disarm();
        bool const timed_out = owner->timed_out();
        auto handler = owner.release();
        if (timed_out && is_cancelled(code)) {
            boost::system::error_code const cancelled = std::exchange(code, make_error_code(errc::timed_out));
            restamp_error(handler, cancelled, code);
        }
        std::move(handler)(code, std::forward<T>(values)...);
    }
};

template <class Derived, class R, class... T> struct timeout_call<Derived, R(std::exception_ptr, T...)> {
    void operator()(std::exception_ptr exception, T... values) {
        auto& owner = static_cast<Derived&>(*this).owner_;
        deadline_rest const rest = owner.disarm();
        bool const timed_out = owner->timed_out();
        auto handler = owner.release();
        if (timed_out && exception)
            exception = cancelled_to_timed_out(std::move(exception));
        std::move(handler)(std::move(exception), std::forward<T>(values)...);
    }
};

// What as_tuple around us makes of the first.
template <class Derived, class R, class... T>
struct timeout_call<Derived, R(std::tuple<boost::system::error_code, T...>)> {
    void operator()(std::tuple<boost::system::error_code, T...> values) {
        auto& owner = static_cast<Derived&>(*this).owner_;
        deadline_rest const rest = owner.disarm();
        bool const timed_out = owner->timed_out();
        auto handler = owner.release();
        if (auto& code = std::get<0>(values); timed_out && is_cancelled(code))
            code = make_error_code(errc::timed_out);
        std::move(handler)(std::move(values));
    }
};

template <class Derived, class R, class... T> struct timeout_call<Derived, R(T...)> {
    void operator()(T... values) {
        auto& owner = static_cast<Derived&>(*this).owner_;
        deadline_rest const rest = owner.disarm();
        auto handler = owner.release();
        std::move(handler)(std::forward<T>(values)...);
    }
};

template <class Handler, class Home, class... Signatures>
class timeout_handler : public timeout_call<timeout_handler<Handler, Home, Signatures...>, Signatures>... {
public:
    using result_type = void;
    using cancellation_slot_type = boost::asio::cancellation_slot;

    explicit timeout_handler(timeout_owner<Handler, Home>&& owner) noexcept : owner_(std::move(owner)) {}

    using timeout_call<timeout_handler, Signatures>::operator()...;

    cancellation_slot_type get_cancellation_slot() const noexcept { return owner_->slot(); }

    timeout_owner<Handler, Home> owner_;
};

template <class Handler, class Home, class... Signatures>
bool asio_handler_is_continuation(timeout_handler<Handler, Home, Signatures...>* self) {
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
        auto home = make_home<handler_type>(initiation);
        using home_type = decltype(home);

        boost::asio::execution_context& context = home.context(handler);
        timeout_owner<handler_type, home_type> owner(std::forward<Handler>(handler), std::move(home), type);
        deadline_ticket const expired = arm_deadline(context, *owner, deadline);

        auto slot = boost::asio::get_associated_cancellation_slot(owner->handler);
        if (slot.is_connected())
            slot.template emplace<timeout_cancel>(std::addressof(*owner));
        try {
            // From here on the operation may be over at any time, and its state gone.
            std::forward<Init>(initiation)(
                timeout_handler<handler_type, home_type, unqualified_t<Signatures>...>(std::move(owner)),
                std::forward<Args>(args)...);
        } catch (...) {
            if (slot.is_connected())
                slot.clear();
            throw;
        }
        // Only now: it must find the operation started.
        if (expired.index)
            expire_deadline(expired);
    }
};

} // namespace detail
} // namespace asyncio

// The handler's own properties, but for its cancellation slot: that one is the operation's.
template <template <class, class> class Associator, class Handler, class Home, class... Signatures, class Candidate>
struct boost::asio::associator<Associator, asyncio::detail::timeout_handler<Handler, Home, Signatures...>, Candidate>
    : Associator<Handler, Candidate> {
    using handler_type = asyncio::detail::timeout_handler<Handler, Home, Signatures...>;

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
