//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "deadline_wheel.hpp"

#include <algorithm>
#include <bit>

namespace asyncio::detail {

bool deadline_wheel::advance(nanoseconds now, unsigned budget) noexcept {
    tick const present = tick_of(now);
    for (;;) {
        while (!opened_.empty()) {
            if (budget == 0)
                return false;
            --budget;
            node& n = opened_.first();
            unlink(n);
            if (n.deadline <= now)
                due_.push_back(n);
            else
                place(n);
        }
        unsigned level = 0;
        unsigned slot = 0;
        if (!lowest(level, slot))
            break;
        tick const start = start_of(level, slot);
        if (start > present)
            break;
        ring& from = rings_[level][slot];
        if (level == 0 && start == present) {
            take_due_of(from, now);
            break;
        }
        // Everything else in the wheel is later than the start of this slot, so the base may move there.
        base_ = start;
        occupied_[level] &= ~(std::uint64_t{1} << slot);
        opened_.take_all(from);
    }
    // What is left starts after the present: seen from there it has the slot that it has now.
    base_ = std::max(base_, present);
    return true;
}

deadline_wheel::node* deadline_wheel::pop_due() noexcept {
    return pop(due_);
}

deadline_wheel::node* deadline_wheel::pop_any() noexcept {
    unsigned level = 0;
    unsigned slot = 0;
    if (lowest(level, slot))
        return pop(rings_[level][slot]);
    return due_.empty() ? pop(opened_) : pop(due_);
}

deadline_wheel::nanoseconds deadline_wheel::next() const noexcept {
    unsigned level = 0;
    unsigned slot = 0;
    if (!lowest(level, slot))
        return never;
    ring const& in = rings_[level][slot];
    nanoseconds earliest = never;
    unsigned seen = 0;
    for (deadline_link const* l = in.next; l != &in; l = l->next) {
        if (level != 0 && ++seen > searched)
            return static_cast<nanoseconds>(start_of(level, slot) << tick_bits);
        earliest = std::min(earliest, static_cast<node const*>(l)->deadline);
    }
    return earliest;
}

// To a ring that is empty.
void deadline_wheel::ring::take_all(ring& other) noexcept {
    if (other.empty())
        return;
    next = other.next;
    previous = other.previous;
    next->previous = this;
    previous->next = this;
    other.next = other.previous = &other;
}

deadline_wheel::node* deadline_wheel::pop(ring& from) noexcept {
    if (from.empty())
        return nullptr;
    node& n = from.first();
    remove(n);
    return &n;
}

bool deadline_wheel::lowest(unsigned& level, unsigned& slot) const noexcept {
    for (level = 0; level != levels; ++level) {
        while (occupied_[level] != 0) {
            slot = static_cast<unsigned>(std::countr_zero(occupied_[level]));
            if (!rings_[level][slot].empty())
                return true;
            occupied_[level] &= occupied_[level] - 1;
        }
    }
    return false;
}

deadline_wheel::tick deadline_wheel::start_of(unsigned level, unsigned slot) const noexcept {
    unsigned const shift = level * level_bits;
    return (((base_ >> shift) & ~tick{slots - 1}) | slot) << shift;
}

void deadline_wheel::take_due_of(ring& from, nanoseconds now) noexcept {
    for (deadline_link* l = from.next; l != &from;) {
        node& n = static_cast<node&>(*l);
        l = n.next;
        if (n.deadline <= now) {
            unlink(n);
            due_.push_back(n);
        }
    }
}

} // namespace asyncio::detail
