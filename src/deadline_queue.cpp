//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "deadline_slab.hpp"
#include "deadline_wheel.hpp"

#include <asyncio/detail/deadline_queue.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/wait_traits.hpp>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <optional>
#include <ratio>
#include <utility>
#include <vector>

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
// A timer that waits is work for its context, and run() would not return before it is over. So whoever leaves no
// deadline behind has the queue rest: once the operation's handler has returned, the wait is cancelled if there is
// still none. A handler that started another operation, as in a loop, has left the timer as it is.
class deadline_queue {
public:
    explicit deadline_queue(asio::execution_context& context) : timer_(std::in_place, here_executor(context)) {}
    deadline_queue(deadline_queue const&) = delete;
    deadline_queue& operator=(deadline_queue const&) = delete;

    deadline_ticket arm(deadline_op& op, deadline_spec const& spec);
    bool disarm(deadline_op& op) noexcept;
    void rest() noexcept;
    void expire(deadline_ticket const& ticket) noexcept;
    deadline_op* claim(deadline_ticket const& ticket) noexcept;
    void shutdown() noexcept;

    // Null if it is not crowded.
    deadline_slab* crowd_slab() const noexcept {
        return crowded_.load(std::memory_order_relaxed) ? slab_.get() : nullptr;
    }

private:
    struct leave_slab {
        void operator()(deadline_slab* slab) const noexcept { slab->leave(); }
    };

    using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, here_executor>;
    using index = std::uint32_t;

    class on_timer {
    public:
        on_timer(deadline_queue& queue, std::uint64_t wait) noexcept : queue_(&queue), wait_(wait) {}
        void operator()(boost::system::error_code const&) const { queue_->serve(wait_); }

    private:
        deadline_queue* queue_;
        std::uint64_t wait_;
    };

    // An operation whose deadline has passed, known by its index.
    struct place {
        deadline_op* op = nullptr;
        // Grows with each release: tells the users of a place apart.
        std::uint32_t generation = 0;
        index next_vacant = 0;
    };

    // How much is done under the lock at one go.
    static constexpr unsigned batch = 256;
    // With so many operations it becomes crowded. It is no more once there are so few, when the timer ends or is let go
    // of; when that happens again, the memory of the crowd is given back.
    static constexpr std::size_t crowd = 16'384;
    static constexpr std::size_t crowd_gone = crowd / 4;
    // When an emission that found no memory is tried again.
    static constexpr nanoseconds retry_after = 5'000'000;

    void serve(std::uint64_t wait);
    void serve(std::uint64_t wait, std::unique_lock<light_mutex>& lock);
    void expire_due(std::unique_lock<light_mutex>& lock);
    void post(deadline_op& op, std::unique_lock<light_mutex>& lock) noexcept;
    void retry(deadline_op& op) noexcept;
    deadline_ticket issue(deadline_op& op);
    void release(deadline_op& op) noexcept;
    void list(deadline_op& op, nanoseconds present) noexcept;
    void set_crowded(bool crowded) noexcept;
    bool is_quiet() noexcept;
    void trim() noexcept;
    deadline_op* find(deadline_ticket const& ticket) noexcept;
    void wait_for(deadline_op& op);
    void wait_until(nanoseconds when);

    // What each operation needs comes first, in adjacent cache lines.
    alignas(64) light_mutex mutex_;
    // Once the context is being destroyed.
    bool closed_ = false;
    bool waiting_ = false;
    bool serving_ = false;
    // Whether there is reason to rest. Set under the lock; who has set it finds it set, or somebody has armed since.
    std::atomic<bool> idle_{false};
    // What the timer is set for; never when it is not.
    nanoseconds timer_at_ = deadline_wheel::never;
    deadline_wheel wheel_;
    // Empty once the queue is closed.
    std::optional<timer> timer_;
    // The wait that counts; those before it were replaced.
    std::uint64_t wait_ = 0;
    std::vector<place> places_ = std::vector<place>(1);
    std::unique_ptr<deadline_slab, leave_slab> slab_{new deadline_slab};
    index vacant_ = 0;
    // Set under the lock.
    std::atomic<bool> crowded_{false};
    std::atomic<bool> slab_used_{false};
};

alignas(64) constinit deadline_queues all_deadline_queues;

namespace {

class deadline_service final : public asio::execution_context::service {
public:
    static asio::execution_context::id id;

    explicit deadline_service(asio::execution_context& context)
        : service(context), queue_(std::make_shared<deadline_queue>(context)) {}

    std::shared_ptr<deadline_queue> const& queue() const noexcept { return queue_; }

private:
    void shutdown() noexcept override;

    std::shared_ptr<deadline_queue> queue_;
};

asio::execution_context::id deadline_service::id;

// Where the context's queue was found last time: Asio looks it up in a list, under a lock. The address of a context may
// be that of another one later, but not without a queue that was closed in between; whoever knows the new context
// has been told so since, and so sees that number, too.
struct known_queue {
    asio::execution_context* context;
    deadline_queue* queue;
    std::uint64_t closed;
};
thread_local constinit known_queue known{nullptr, nullptr, 0};

[[gnu::noinline]] deadline_queue& find_queue(asio::execution_context& context, std::uint64_t closed) {
    known = {&context, asio::use_service<deadline_service>(context).queue().get(), closed};
    return *known.queue;
}

inline deadline_queue& queue_of(asio::execution_context& context) {
    auto const closed = all_deadline_queues.closed.load(std::memory_order_relaxed);
    if (known.context != &context || known.closed != closed) [[unlikely]]
        return find_queue(context, closed);
    return *known.queue;
}

// Not in the destructor: the timer's own service may be gone by then.
void deadline_service::shutdown() noexcept {
    all_deadline_queues.closed.fetch_add(1, std::memory_order_relaxed);
    queue_->shutdown();
}

} // namespace

// Each operation arms and disarms: these are inline so that each takes one call, of code that no cache holds after the
// system calls of the operation before.

inline void deadline_queue::list(deadline_op& op, nanoseconds present) noexcept {
    wheel_.insert(op, present);
    op.state_ = deadline_op::state::listed;
    idle_.store(false, std::memory_order_relaxed);
    if (wheel_.size() == crowd) [[unlikely]]
        set_crowded(true);
}

inline deadline_ticket deadline_queue::arm(deadline_op& op, deadline_spec const& spec) {
    nanoseconds at = saturated_ns(spec.count());
    if (at == deadline_wheel::never) [[unlikely]]
        return {};
    nanoseconds present = 0;
    bool past = false;
    if (spec.relative()) [[likely]] {
        if (at > 0) [[likely]] {
            present = now();
            if (at >= deadline_wheel::never - present) [[unlikely]]
                return {};
            at += present;
        } else {
            past = true;
        }
    }

    std::lock_guard lock(mutex_);
    if (closed_) [[unlikely]]
        return {};
    // Whether a time has passed is asked only of one that is near.
    if (!spec.relative() && at < timer_at_) {
        present = now();
        past = at <= present;
    }
    op.deadline = at;
    if (past) [[unlikely]] {
        deadline_ticket const ticket = issue(op);
        op.queue_ = this;
        return ticket;
    }
    list(op, present);
    if (at < timer_at_ && !serving_) [[unlikely]]
        wait_for(op);
    op.queue_ = this;
    return {};
}

// Apart from arm(), which it is seldom needed for. If it throws, the operation is not listed any more.
void deadline_queue::wait_for(deadline_op& op) {
    try {
        wait_until(waiting_ ? op.deadline : std::min(op.deadline, wheel_.next()));
    } catch (...) {
        wheel_.remove(op);
        op.state_ = deadline_op::state::idle;
        throw;
    }
}

inline bool deadline_queue::disarm(deadline_op& op) noexcept {
    std::lock_guard lock(mutex_);
    if (op.state_ == deadline_op::state::listed) [[likely]]
        wheel_.remove(op);
    else if (op.state_ == deadline_op::state::expired)
        release(op);
    op.state_ = deadline_op::state::idle;
    bool const last = wheel_.size() == 0 && waiting_;
    if (last)
        idle_.store(true, std::memory_order_relaxed);
    return last;
}

void deadline_queue::set_crowded(bool crowded) noexcept {
    if (crowded_.exchange(crowded, std::memory_order_relaxed) == crowded)
        return;
    if (crowded) {
        slab_used_.store(true, std::memory_order_relaxed);
        all_deadline_queues.crowded.fetch_add(1, std::memory_order_relaxed);
    } else {
        all_deadline_queues.crowded.fetch_sub(1, std::memory_order_relaxed);
    }
}

void deadline_queue::rest() noexcept {
    if (!idle_.load(std::memory_order_relaxed))
        return;
    {
        std::lock_guard lock(mutex_);
        idle_.store(false, std::memory_order_relaxed);
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
        if (!is_quiet())
            return;
    }
    trim();
}

// Whether the memory of a crowd is to be given back. The first time it is kept: the crowd may be back soon.
bool deadline_queue::is_quiet() noexcept {
    if (wheel_.size() > crowd_gone)
        return false;
    if (!crowded_.load(std::memory_order_relaxed))
        return slab_used_.exchange(false, std::memory_order_relaxed);
    set_crowded(false);
    return false;
}

void deadline_queue::trim() noexcept {
    if (!slab_->trim())
        slab_used_.store(true, std::memory_order_relaxed);
}

void deadline_queue::expire(deadline_ticket const& ticket) noexcept {
    std::unique_lock lock(mutex_);
    if (deadline_op* const op = find(ticket))
        post(*op, lock);
}

deadline_op* deadline_queue::claim(deadline_ticket const& ticket) noexcept {
    std::lock_guard lock(mutex_);
    return find(ticket);
}

// The operations are destroyed by whoever holds them: the context's services, mostly, as they are shut down, but also
// others, later. They have no deadline any more.
void deadline_queue::shutdown() noexcept {
    std::optional<timer> gone;
    std::lock_guard lock(mutex_);
    gone.swap(timer_);
    closed_ = true;
    set_crowded(false);
    waiting_ = false;
    timer_at_ = deadline_wheel::never;
    auto const forget = [](deadline_op& op) {
        op.state_ = deadline_op::state::idle;
        op.queue_ = nullptr;
    };
    while (auto* const node = wheel_.pop_any())
        forget(static_cast<deadline_op&>(*node));
    for (auto& p : places_) {
        if (p.op)
            forget(*std::exchange(p.op, nullptr));
    }
}

void deadline_queue::serve(std::uint64_t wait) {
    {
        std::unique_lock lock(mutex_);
        bool const counts = wait == wait_;
        serve(wait, lock);
        if (!counts || !is_quiet())
            return;
    }
    trim();
}

// The number says whether this wait still counts. One that doesn't was set for a later time and replaced; it is welcome
// only if the one that replaced it could not be started.
void deadline_queue::serve(std::uint64_t wait, std::unique_lock<light_mutex>& lock) {
    if (wait == wait_) {
        waiting_ = false;
        timer_at_ = deadline_wheel::never;
    }
    if (waiting_ || serving_ || closed_ || wheel_.size() == 0)
        return;
    serving_ = true;
    while (!wheel_.advance(now(), batch)) {
        // Let the others in.
        lock.unlock();
        lock.lock();
    }
    expire_due(lock);
    serving_ = false;
    if (nanoseconds const next = wheel_.next(); next != deadline_wheel::never && !closed_)
        wait_until(next);
}

void deadline_queue::expire_due(std::unique_lock<light_mutex>& lock) {
    while (auto* const node = wheel_.pop_due()) {
        auto& op = static_cast<deadline_op&>(*node);
        op.state_ = deadline_op::state::idle;
        try {
            issue(op);
        } catch (...) {
            retry(op);
            continue;
        }
        post(op, lock);
        if (!lock.owns_lock())
            lock.lock();
    }
}

void deadline_queue::post(deadline_op& op, std::unique_lock<light_mutex>& lock) noexcept {
    auto const in = static_cast<index>(op.deadline);
    deadline_ticket const ticket{this, in, places_[in].generation};
    try {
        op.post_(op, ticket, lock);
    } catch (...) {
        // Nobody could be told. By now the operation may be over.
        if (!lock.owns_lock())
            lock.lock();
        if (deadline_op* const left = find(ticket)) {
            release(*left);
            retry(*left);
        }
    }
}

void deadline_queue::retry(deadline_op& op) noexcept {
    nanoseconds const present = now();
    op.deadline = present + retry_after;
    list(op, present);
    if (op.deadline < timer_at_ && !serving_ && !closed_) {
        try {
            wait_until(op.deadline);
        } catch (...) {
            // Out of memory twice: the next arm sets the timer for this one, too.
        }
    }
}

deadline_ticket deadline_queue::issue(deadline_op& op) {
    if (vacant_ == 0) {
        places_.emplace_back();
        vacant_ = static_cast<index>(places_.size() - 1);
    }
    index const in = vacant_;
    op.deadline = in;
    op.state_ = deadline_op::state::expired;
    place& p = places_[in];
    vacant_ = std::exchange(p.next_vacant, 0);
    p.op = &op;
    return {this, in, p.generation};
}

void deadline_queue::release(deadline_op& op) noexcept {
    auto const in = static_cast<index>(op.deadline);
    place& p = places_[in];
    p.op = nullptr;
    ++p.generation;
    p.next_vacant = std::exchange(vacant_, in);
}

deadline_op* deadline_queue::find(deadline_ticket const& ticket) noexcept {
    place const& p = places_[ticket.index];
    return p.generation == ticket.generation ? p.op : nullptr;
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

void* allocate_in_slab(asio::execution_context& context, std::size_t size) {
    deadline_slab* const slab = queue_of(context).crowd_slab();
    return slab ? slab->allocate(size) : nullptr;
}

void deallocate_in_slab(void* memory) noexcept {
    deadline_slab::deallocate(memory);
}

deadline_ticket arm_deadline(asio::execution_context& context, deadline_op& op, deadline_spec const& spec) {
    return queue_of(context).arm(op, spec);
}

void expire_deadline(deadline_ticket const& ticket) noexcept {
    ticket.queue->expire(ticket);
}

bool disarm_deadline(deadline_queue& queue, deadline_op& op) noexcept {
    return queue.disarm(op);
}

void rest_deadlines(deadline_queue& queue) noexcept {
    queue.rest();
}

std::shared_ptr<deadline_queue> share_deadlines(asio::execution_context& context) {
    return asio::use_service<deadline_service>(context).queue();
}

void deadline_emission::operator()() const {
    if (deadline_op* const op = ticket_.queue->claim(ticket_))
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
