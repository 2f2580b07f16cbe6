//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "deadline_wheel.hpp"

#include <asyncio/detail/deadline_queue.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/wait_traits.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <ratio>
#include <utility>

namespace asyncio::detail {
namespace {

namespace asio = boost::asio;

using clock = deadline_spec::clock;
using nanoseconds = deadline_wheel::nanoseconds;

nanoseconds now() noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(clock::now().time_since_epoch()).count();
}

// Never early: a coarser clock than this would be met by rounding up.
static_assert(std::ratio_less_equal_v<clock::period, std::micro>
              && std::ratio_greater_equal_v<clock::period, std::nano>);

nanoseconds saturated_ns(clock::rep ticks) noexcept {
    constexpr auto factor = static_cast<nanoseconds>(std::chrono::nanoseconds(clock::duration(1)).count());
    constexpr auto limit = std::numeric_limits<nanoseconds>::max() / factor;
    if (ticks >= limit)
        return deadline_wheel::never;
    return std::max<nanoseconds>(ticks, -limit) * factor;
}

// Runs the handler of the timer where the timer finds it: on a thread that runs the context, but on no strand or
// executor of a user, whom it might have to wait for.
class here_executor {
public:
    explicit here_executor(asio::execution_context& context) noexcept : context_(&context) {}

    asio::execution_context& query(asio::execution::context_t) const noexcept { return *context_; }
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
        return asio::execution::blocking.always;
    }
    template <class Function> void execute(Function&& function) const { std::forward<Function>(function)(); }

    bool operator==(here_executor const&) const noexcept = default;

private:
    asio::execution_context* context_;
};

} // namespace

// All deadlines share one timer, which is set for the earliest. It is not set back when that one is disarmed: most
// operations are done long before their deadline, and a timer that is moved for each of them costs two system calls
// and a turn of the scheduler. The price is a wake-up for nothing, once per duration.
//
// A timer that waits is work for its context, and run() would not return before it is over. So the operation that
// leaves no deadline behind posts a visit, which cancels the wait if there is still none by then. One that is followed
// by another, as in a loop, leaves the timer as it is.
class deadline_queue final : public asio::execution_context::service {
public:
    static asio::execution_context::id id;

    explicit deadline_queue(asio::execution_context& context)
        : service(context), timer_(std::in_place, here_executor(context)) {}

    bool arm(deadline_op& op, deadline_spec const& spec);
    bool disarm(deadline_ticket const& ticket) noexcept;
    void let_go() noexcept;
    void retry(deadline_ticket const& ticket) noexcept;
    deadline_op* claim(deadline_ticket const& ticket) noexcept;

private:
    using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, here_executor>;

    class on_timer {
    public:
        on_timer(deadline_queue& queue, std::uint64_t wait) noexcept : queue_(&queue), wait_(wait) {}
        void operator()(boost::system::error_code const&) const { queue_->serve(wait_); }

    private:
        deadline_queue* queue_;
        std::uint64_t wait_;
    };

    // How much is done under the lock at one go.
    static constexpr unsigned batch = 256;
    // When an emission that found no memory is tried again.
    static constexpr nanoseconds retry_after = 5'000'000;

    void shutdown() noexcept override;
    void serve(std::uint64_t wait);
    void expire(std::unique_lock<std::mutex>& lock);
    void wait_until(nanoseconds when);
    bool current(deadline_ticket const& ticket) noexcept;

    std::mutex mutex_;
    deadline_wheel wheel_;
    std::optional<timer> timer_;
    // What the timer is set for; never when it is not.
    nanoseconds timer_at_ = deadline_wheel::never;
    // The wait that counts; those before it were replaced.
    std::uint64_t wait_ = 0;
    bool waiting_ = false;
    // A visit is on its way.
    bool visited_ = false;
    bool serving_ = false;
};

asio::execution_context::id deadline_queue::id;

bool deadline_queue::arm(deadline_op& op, deadline_spec const& spec) {
    op.ticket = {};
    nanoseconds at = saturated_ns(spec.count());
    if (at == deadline_wheel::never)
        return false;
    nanoseconds const present = now();
    if (spec.relative())
        at = at > deadline_wheel::never - present ? deadline_wheel::never : present + at;
    if (at == deadline_wheel::never)
        return false;

    std::unique_lock lock(mutex_);
    auto const i = wheel_.acquire();
    auto& entry = wheel_[i];
    entry.op = &op;
    entry.deadline = at;
    deadline_ticket const ticket{this, i, entry.generation};
    if (at <= present) {
        entry.state = deadline_wheel::state::expired;
        op.ticket = ticket;
        return true;
    }
    wheel_.insert(i, present);
    if (at < timer_at_ && !serving_ && timer_) {
        try {
            wait_until(waiting_ ? at : std::min(at, wheel_.next()));
        } catch (...) {
            wheel_.remove(i);
            wheel_.release(i);
            throw;
        }
    }
    op.ticket = ticket;
    return false;
}

bool deadline_queue::disarm(deadline_ticket const& ticket) noexcept {
    std::lock_guard lock(mutex_);
    auto const state = wheel_[ticket.index].state;
    if (state == deadline_wheel::state::pending || state == deadline_wheel::state::due)
        wheel_.remove(ticket.index);
    wheel_.release(ticket.index);
    if (wheel_.size() != 0 || !waiting_ || visited_)
        return false;
    visited_ = true;
    return true;
}

void deadline_queue::let_go() noexcept {
    std::lock_guard lock(mutex_);
    visited_ = false;
    if (wheel_.size() != 0 || !waiting_)
        return;
    ++wait_;
    waiting_ = false;
    timer_at_ = deadline_wheel::never;
    try {
        timer_->cancel();
    } catch (...) {
        // It can't fail for want of anything; if it does, the wait ends when it ends.
    }
}

void deadline_queue::retry(deadline_ticket const& ticket) noexcept {
    std::lock_guard lock(mutex_);
    if (!current(ticket))
        return;
    nanoseconds const present = now();
    nanoseconds const at = present + retry_after;
    wheel_[ticket.index].deadline = at;
    wheel_.insert(ticket.index, present);
    if (at < timer_at_ && !serving_ && timer_) {
        try {
            wait_until(at);
        } catch (...) {
            // Out of memory twice: the next arm sets the timer for this one, too.
        }
    }
}

deadline_op* deadline_queue::claim(deadline_ticket const& ticket) noexcept {
    std::lock_guard lock(mutex_);
    return current(ticket) ? wheel_[ticket.index].op : nullptr;
}

bool deadline_queue::current(deadline_ticket const& ticket) noexcept {
    auto const& entry = wheel_[ticket.index];
    return entry.generation == ticket.generation && entry.state == deadline_wheel::state::expired;
}

void deadline_queue::shutdown() noexcept {
    // Not in the destructor: the timer's own service may be gone by then. The operations are destroyed by the services
    // that hold them, and disarm their deadlines as they go.
    std::optional<timer> gone;
    std::lock_guard lock(mutex_);
    gone.swap(timer_);
    waiting_ = false;
    timer_at_ = deadline_wheel::never;
}

// The number says whether this wait still counts. One that doesn't was set for a later time and replaced; it is welcome
// only if the one that replaced it could not be started.
void deadline_queue::serve(std::uint64_t wait) {
    std::unique_lock lock(mutex_);
    if (wait == wait_) {
        waiting_ = false;
        timer_at_ = deadline_wheel::never;
    }
    if (waiting_ || serving_ || !timer_)
        return;
    serving_ = true;
    while (!wheel_.advance(now(), batch)) {
        // Let the others in.
        lock.unlock();
        lock.lock();
    }
    expire(lock);
    serving_ = false;
    if (nanoseconds const next = wheel_.next(); next != deadline_wheel::never && timer_)
        wait_until(next);
}

void deadline_queue::expire(std::unique_lock<std::mutex>& lock) {
    while (auto const i = wheel_.pop_due()) {
        deadline_ticket const ticket{this, i, wheel_[i].generation};
        deadline_op const& op = *wheel_[i].op;
        try {
            op.post_(op, ticket, lock);
        } catch (...) {
            if (lock.owns_lock())
                lock.unlock();
            retry(ticket);
        }
        if (!lock.owns_lock())
            lock.lock();
    }
}

void deadline_queue::wait_until(nanoseconds when) {
    // Of a wait that is under way, the handler will still be called, and find that it counts no more.
    ++wait_;
    waiting_ = false;
    timer_at_ = deadline_wheel::never;
    timer_->expires_at(clock::time_point(std::chrono::ceil<clock::duration>(std::chrono::nanoseconds(when))));
    timer_->async_wait(on_timer(*this, wait_));
    waiting_ = true;
    timer_at_ = when;
}

bool arm_deadline(asio::execution_context& context, deadline_op& op, deadline_spec const& spec) {
    return asio::use_service<deadline_queue>(context).arm(op, spec);
}

bool disarm_deadline(deadline_ticket const& ticket) noexcept {
    return ticket.queue && ticket.queue->disarm(ticket);
}

void retry_deadline(deadline_ticket const& ticket) noexcept {
    if (ticket.index)
        ticket.queue->retry(ticket);
    else
        ticket.queue->let_go();
}

void deadline_emission::operator()() const {
    if (!ticket_.index)
        ticket_.queue->let_go();
    else if (deadline_op* const op = ticket_.queue->claim(ticket_))
        op->expire();
}

std::exception_ptr cancelled_to_timed_out(std::exception_ptr exception) noexcept {
    if (!is_cancelled(exception))
        return exception;
    error_details details;
    try {
        std::rethrow_exception(exception);
    } catch (cancelled_error const& e) {
        details = e.details();
    } catch (...) {
    }
    details.code = make_error_code(errc::timed_out);
    return make_exception(details.code, details);
}

} // namespace asyncio::detail
