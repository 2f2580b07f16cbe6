//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_DEADLINE_QUEUE_HPP
#define ASYNCIO_DETAIL_DEADLINE_QUEUE_HPP

#include <asyncio/detail/config.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/execution_context.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <mutex>

namespace asyncio::detail {

class deadline_op;

// The deadlines of an execution context: a service that it owns.
class deadline_queue;

// Names an operation that is under a deadline, for as long as it is: harmless once that has ended. With index 0, none.
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

// The part of an operation under a deadline that doesn't depend on its handler. It lives in the operation's own memory,
// and is used on the operation's executor only; except that the queue calls `poster`, under its lock.
class deadline_op {
public:
    // Posts deadline_emission{ticket} to the operation's executor, of which it makes a copy before it unlocks: once the
    // lock is released, the operation may be gone.
    using poster = void (*)(deadline_op const&, deadline_ticket const&, std::unique_lock<std::mutex>&);

    deadline_op(poster post, boost::asio::cancellation_type_t type) noexcept : post_(post), type_(type) {}
    deadline_op(deadline_op const&) = delete;
    deadline_op& operator=(deadline_op const&) = delete;

    boost::asio::cancellation_slot slot() noexcept { return signal_.slot(); }

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

protected:
    ~deadline_op() = default;

private:
    friend class deadline_queue;

    boost::asio::cancellation_signal signal_;
    poster post_;

public:
    deadline_ticket ticket;

private:
    boost::asio::cancellation_type_t type_;
    bool expired_ = false;
    bool cancelled_ = false;
};

// Puts the operation under its deadline, and sets its ticket. True if the time has come already: then the caller posts
// the emission itself, after it has started the operation. Throws std::bad_alloc and what Asio's timers throw; then the
// operation is under no deadline.
ASYNCIO_ERRC_DECL bool arm_deadline(boost::asio::execution_context& context, deadline_op& op,
                                    deadline_spec const& spec);

// Ends that. True if there is no deadline left: then the caller posts a visit to the queue, deadline_emission{{queue}},
// so that the queue can let go of its timer; or has it do so at once, by retry_deadline.
ASYNCIO_ERRC_DECL bool disarm_deadline(deadline_ticket const& ticket) noexcept;

// The emission, or the visit, could not be posted: has the queue see to it.
ASYNCIO_ERRC_DECL void retry_deadline(deadline_ticket const& ticket) noexcept;

// Cancels the operation, if it is still there. To be called on its executor. Of a ticket without an operation, a visit.
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
