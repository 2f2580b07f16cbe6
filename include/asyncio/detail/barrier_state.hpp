//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_BARRIER_STATE_HPP
#define ASYNCIO_DETAIL_BARRIER_STATE_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/waiter_list.hpp>

#include <cstddef>
#include <memory>
#include <optional>

namespace asyncio::detail {

// A barrier, apart from its executor. The round is decided at its last arrival, under the lock: there are no parties
// that have been let go and not yet left, and so no door to hold others at.
class ASYNCIO_ERRC_DECL barrier_core : public wait_object {
public:
    std::ptrdiff_t parties() const noexcept { return parties_; }
    std::ptrdiff_t waiting() noexcept;
    bool broken() noexcept;

    void reset();
    void abort();
    // The barrier itself is gone.
    void abandon() noexcept;

    // How an arrival ends that need not wait: it completes the round, or the barrier is broken.
    std::optional<verdict> try_arrive();
    // Links the waiter, and lets the round go if it is the last.
    void arrive(waiter& w);

protected:
    explicit barrier_core(std::ptrdiff_t parties);
    ~barrier_core() = default;

private:
    void break_round(bool for_good);
    void complete_round(waiter_list& taken) noexcept;
    // The waiters are told already: an executor without memory gives nobody cause to think that they weren't.
    void send_all(waiter_list& taken) noexcept;

    std::ptrdiff_t const parties_;
    bool broken_ = false;
};

template <class Executor> class barrier_state : public barrier_core {
public:
    Executor const& executor() const noexcept { return executor_; }

protected:
    barrier_state(Executor const& executor, std::ptrdiff_t parties) : barrier_core(parties), executor_(executor) {}
    ~barrier_state() = default;

private:
    Executor executor_;
};

// A state in the memory of an allocator.
template <class Executor, class Allocator> class allocated_barrier_state final : public barrier_state<Executor> {
    using allocator_type = typename std::allocator_traits<Allocator>::template rebind_alloc<allocated_barrier_state>;
    using traits = std::allocator_traits<allocator_type>;

public:
    static object_pointer<barrier_state<Executor>> make(Allocator const& allocator, Executor const& executor,
                                                        std::ptrdiff_t parties) {
        allocator_type a(allocator);
        auto* const memory = traits::allocate(a, 1);
        try {
            return {::new (static_cast<void*>(memory)) allocated_barrier_state(a, executor, parties),
                    typename object_pointer<barrier_state<Executor>>::adopt()};
        } catch (...) {
            traits::deallocate(a, memory, 1);
            throw;
        }
    }

private:
    allocated_barrier_state(allocator_type const& a, Executor const& executor, std::ptrdiff_t parties)
        : barrier_state<Executor>(executor, parties), allocator_(a) {}
    ~allocated_barrier_state() = default;

    void destroy() noexcept override {
        allocator_type a(std::move(allocator_));
        this->~allocated_barrier_state();
        traits::deallocate(a, this, 1);
    }

    allocator_type allocator_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_BARRIER_STATE_HPP
