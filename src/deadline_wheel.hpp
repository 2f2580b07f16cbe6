//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SRC_DEADLINE_WHEEL_HPP
#define ASYNCIO_SRC_DEADLINE_WHEEL_HPP

#include <asyncio/detail/deadline_queue.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace asyncio::detail {

// Deadlines, in an order that is as exact as it is needed and no more: a hierarchical timing wheel.
//
// A tick is 2^16 ns. The slot of a deadline is given by the highest group of 6 bits in which its tick differs from the
// base, which is the tick that time was last moved on to: near deadlines have a slot to each tick, far ones share
// coarse slots, which are opened and dealt out to finer ones when their time comes. Hence inserting and removing is a
// step of constant cost whatever the number and the variety of the deadlines, and the earliest deadline is found
// exactly. (Of a million deadlines, all different, most are removed before their slot is ever opened. A heap pays the
// logarithm for each of them; a list per duration needs durations that repeat.)
//
// A slot is a ring of the nodes themselves, so that nothing is allocated. Not synchronised.
class deadline_wheel {
public:
    using node = deadline_node;
    using nanoseconds = std::int64_t;

    static constexpr nanoseconds never = std::numeric_limits<nanoseconds>::max();

    deadline_wheel() noexcept = default;
    deadline_wheel(deadline_wheel const&) = delete;
    deadline_wheel& operator=(deadline_wheel const&) = delete;

    // Lists a node under its deadline. `past` is any time since the clock's zero that has been; the later, the better.
    void insert(node& n, nanoseconds past) noexcept;
    // Takes a node out of the wheel, or from among those that are due.
    void remove(node& n) noexcept;

    // How many nodes are in the wheel or due.
    std::size_t size() const noexcept { return size_; }

    // Moves time on, and the nodes whose deadline has come to the list of those that are due. Handles about `budget`
    // nodes; false if there is more to do, at the same or a later time.
    bool advance(nanoseconds now, unsigned budget) noexcept;

    // Takes out the first node that is due; null if there is none.
    node* pop_due() noexcept;

    // Takes out any node; null if there is none.
    node* pop_any() noexcept;

    // When to move time on next: at the earliest deadline, or at an earlier time at which that becomes clearer.
    nanoseconds next() const noexcept;

private:
    using tick = std::uint64_t;

    static constexpr unsigned tick_bits = 16;
    static constexpr unsigned level_bits = 6;
    static constexpr unsigned levels = 8;
    static constexpr unsigned slots = 1U << level_bits;
    // A coarse slot with no more nodes than this is searched for its earliest rather than opened.
    static constexpr unsigned searched = 16;

    // The head of a ring.
    struct ring : deadline_link {
        ring() noexcept : deadline_link{this, this} {}

        bool empty() const noexcept { return next == this; }
        node& first() noexcept { return static_cast<node&>(*next); }
        void push_back(node& n) noexcept;
        void take_all(ring& other) noexcept;
    };

    static tick tick_of(nanoseconds t) noexcept { return static_cast<tick>(t < 0 ? 0 : t) >> tick_bits; }
    static void unlink(node& n) noexcept;

    void place(node& n) noexcept;
    bool lowest(unsigned& level, unsigned& slot) const noexcept;
    tick start_of(unsigned level, unsigned slot) const noexcept;
    void take_due_of(ring& from, nanoseconds now) noexcept;
    node* pop(ring& from) noexcept;

    std::size_t size_ = 0;
    tick base_ = 0;
    // Which slots may have nodes. A bit outlives its last node until it is looked at.
    mutable std::array<std::uint64_t, levels> occupied_{};
    ring due_;
    // A slot that is being dealt out.
    ring opened_;
    std::array<std::array<ring, slots>, levels> rings_;
};

inline void deadline_wheel::ring::push_back(node& n) noexcept {
    n.next = this;
    n.previous = previous;
    previous->next = &n;
    previous = &n;
}

inline void deadline_wheel::unlink(node& n) noexcept {
    n.previous->next = n.next;
    n.next->previous = n.previous;
}

inline void deadline_wheel::place(node& n) noexcept {
    // A deadline may have passed while its operation waited for the lock.
    tick const t = std::max(tick_of(n.deadline), base_);
    auto const level = static_cast<unsigned>(std::bit_width((t ^ base_) | 1) - 1) / level_bits;
    auto const slot = static_cast<unsigned>(t >> (level * level_bits)) % slots;
    rings_[level][slot].push_back(n);
    occupied_[level] |= std::uint64_t{1} << slot;
}

inline void deadline_wheel::insert(node& n, nanoseconds past) noexcept {
    // With nothing in it, a wheel that has stood still can catch up for free.
    if (size_ == 0)
        base_ = std::max(base_, static_cast<tick>(past) >> tick_bits);
    place(n);
    ++size_;
}

inline void deadline_wheel::remove(node& n) noexcept {
    unlink(n);
    --size_;
}

} // namespace asyncio::detail

#endif // ASYNCIO_SRC_DEADLINE_WHEEL_HPP
