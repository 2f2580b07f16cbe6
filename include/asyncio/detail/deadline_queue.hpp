//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_DEADLINE_QUEUE_HPP
#define ASYNCIO_DETAIL_DEADLINE_QUEUE_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/light_mutex.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/execution_context.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

namespace asyncio::detail {

// The deadlines of an execution context.
class deadline_queue;

// Names an operation whose deadline has passed, for as long as it is under way: harmless once that has ended. With
// index 0, none.
struct deadline_ticket {
    deadline_queue* queue = nullptr;
    std::uint32_t index = 0;
    std::uint32_t generation = 0;
};

// When an operation is to be cancelled: after a duration that starts with the operation, or at a time.
class deadline_spec {
public:
    using clock = std::chrono::steady_clock;

    constexpr explicit deadline_spec(clock::duration d) noexcept : count_(d.count()), relative_(true) {}
    constexpr explicit deadline_spec(clock::time_point t) noexcept
        : count_(t.time_since_epoch().count()), relative_(false) {}

    constexpr clock::rep count() const noexcept { return count_; }
    constexpr bool relative() const noexcept { return relative_; }

private:
    clock::rep count_;
    bool relative_;
};

struct deadline_link {
    deadline_link* previous;
    deadline_link* next;
};

// What the queue lists.
struct deadline_node : deadline_link {
    // In nanoseconds of the clock; once it has passed, the index of the ticket.
    std::int64_t deadline;
};

// The part of an operation under a deadline that doesn't depend on its handler. It lives in the operation's own memory,
// and is used on the operation's executor only; except that the queue, under its lock, uses its own part and calls
// `poster`.
class deadline_op : private deadline_node {
public:
    // Posts deadline_emission(ticket) to the operation's executor, of which it makes a copy before it unlocks: once the
    // lock is released, the operation may be gone.
    using poster = void (*)(deadline_op const&, deadline_ticket const&, std::unique_lock<light_mutex>&);

    deadline_op(poster post, boost::asio::cancellation_type_t type, bool in_slab) noexcept
        : in_slab_(in_slab), type_(type), post_(post) {}
    deadline_op(deadline_op const&) = delete;
    deadline_op& operator=(deadline_op const&) = delete;

    boost::asio::cancellation_slot slot() noexcept { return signal_.slot(); }

    // The queue that it is in; null if it has no deadline, or if the context is gone.
    deadline_queue* queue() const noexcept { return queue_; }

    // The parent's cancellation.
    void cancel(boost::asio::cancellation_type_t type) {
        if (type != boost::asio::cancellation_type::none)
            cancelled_ = true;
        // The operation may end in there, and be gone.
        signal_.emit(type);
    }

    // The deadline's.
    void expire() {
        expired_ = true;
        signal_.emit(type_);
    }

    // Whether a cancellation of the operation is to be called a timeout.
    bool timed_out() const noexcept { return expired_ && !cancelled_; }

    // Whether its memory is from allocate_in_slab.
    bool in_slab() const noexcept { return in_slab_; }

protected:
    ~deadline_op() = default;

private:
    friend class deadline_queue;

    enum class state : unsigned char { idle, listed, expired };

    // What disarming needs is next to the links.
    deadline_queue* queue_ = nullptr;
    state state_ = state::idle;
    bool expired_ = false;
    bool cancelled_ = false;
    bool in_slab_;
    boost::asio::cancellation_type_t type_;
    boost::asio::cancellation_signal signal_;
    poster post_;
};

// What the queues of all contexts share, together in a cache line.
struct deadline_queues {
    // How many are crowded: so many operations are pending that their memory is better taken from a slab. For few
    // Asio's recycling is as good, and it is used by the operations themselves, so that its code is in the cache.
    std::atomic<unsigned> crowded{0};
    // How many were closed so far, with their contexts.
    std::atomic<std::uint64_t> closed{0};
};
ASYNCIO_ERRC_DECL extern deadline_queues all_deadline_queues;

inline constexpr std::size_t deadline_slab_limit = 512;
inline constexpr std::size_t deadline_slab_alignment = 16;

// Null if the queue of this context is not crowded. Up to the limit; throws std::bad_alloc. What was taken may be given
// back on any thread, and when the context has gone.
ASYNCIO_ERRC_DECL void* allocate_in_slab(boost::asio::execution_context& context, std::size_t size);
ASYNCIO_ERRC_DECL void deallocate_in_slab(void* memory) noexcept;

// Puts the operation under its deadline. If the time has come already, gives the ticket with which the caller calls
// expire_deadline after it has started the operation. Throws std::bad_alloc and what Asio's timers throw; then the
// operation is under no deadline.
ASYNCIO_ERRC_DECL deadline_ticket arm_deadline(boost::asio::execution_context& context, deadline_op& op,
                                               deadline_spec const& spec);

// Posts the emission to the operation, if that is still under way.
ASYNCIO_ERRC_DECL void expire_deadline(deadline_ticket const& ticket) noexcept;

// Ends the operation's deadline. True if the queue is left without any, and its timer is still set: to be followed by
// rest_deadlines, which lets go of the timer if that is so by then.
ASYNCIO_ERRC_DECL bool disarm_deadline(deadline_queue& queue, deadline_op& op) noexcept;
ASYNCIO_ERRC_DECL void rest_deadlines(deadline_queue& queue) noexcept;

// The queue of a context, to be kept by an operation that may outlive the context.
ASYNCIO_ERRC_DECL std::shared_ptr<deadline_queue> share_deadlines(boost::asio::execution_context& context);

// Lets the queue rest at the end of a scope.
class deadline_rest {
public:
    explicit deadline_rest(deadline_queue* queue) noexcept : queue_(queue) {}
    deadline_rest(deadline_rest&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
    deadline_rest& operator=(deadline_rest&&) = delete;
    ~deadline_rest() {
        if (queue_)
            rest_deadlines(*queue_);
    }

private:
    deadline_queue* queue_;
};

// Cancels the operation, if it is still there. To be called on its executor.
class deadline_emission {
public:
    explicit deadline_emission(deadline_ticket const& ticket) noexcept : ticket_(ticket) {}

    ASYNCIO_ERRC_DECL void operator()() const;

private:
    deadline_ticket ticket_;
};

// A cancellation becomes the timeout that it was, with its payload; anything else stays.
ASYNCIO_ERRC_DECL std::exception_ptr cancelled_to_timed_out(std::exception_ptr exception) noexcept;

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_DEADLINE_QUEUE_HPP
