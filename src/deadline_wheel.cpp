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

deadline_wheel::deadline_wheel() noexcept {
    for (index i = 0; i != first_entry; ++i)
        heads_[i] = {i, i};
}

deadline_wheel::index deadline_wheel::acquire() {
    if (vacant_ == 0) {
        auto const first = static_cast<index>(first_entry + chunks_.size() * chunk_size);
        chunks_.push_back(std::make_unique<entry[]>(chunk_size));
        // In ascending order, so that neighbours in time are neighbours in memory.
        for (index i = first + chunk_size; i-- != first;) {
            (*this)[i].next = vacant_;
            vacant_ = i;
        }
    }
    index const i = vacant_;
    vacant_ = (*this)[i].next;
    return i;
}

void deadline_wheel::release(index i) noexcept {
    entry& e = (*this)[i];
    ++e.generation;
    e.state = state::vacant;
    e.op = nullptr;
    e.next = vacant_;
    vacant_ = i;
}

void deadline_wheel::insert(index i, nanoseconds now) noexcept {
    // With nothing in it, a wheel that has stood still can catch up for free.
    if (size_ == 0)
        base_ = std::max(base_, tick_of(now));
    (*this)[i].state = state::pending;
    place(i);
    ++size_;
}

void deadline_wheel::remove(index i) noexcept {
    unlink(i);
    --size_;
}

bool deadline_wheel::advance(nanoseconds now, unsigned budget) noexcept {
    tick const present = tick_of(now);
    for (;;) {
        while (!empty(opened)) {
            if (budget == 0)
                return false;
            --budget;
            index const i = heads_[opened].next;
            unlink(i);
            if (entry& e = (*this)[i]; e.deadline <= now) {
                e.state = state::due;
                push_back(due, i);
            } else {
                place(i);
            }
        }
        unsigned level = 0;
        unsigned slot = 0;
        if (!lowest(level, slot))
            break;
        tick const start = start_of(level, slot);
        if (start > present)
            break;
        index const head = level * slots + slot;
        if (level == 0 && start == present) {
            take_due_of(head, now);
            break;
        }
        // Everything else in the wheel is later than the start of this slot, so the base may move there.
        base_ = start;
        occupied_[level] &= ~(std::uint64_t{1} << slot);
        link& from = heads_[head];
        heads_[opened] = from;
        at(from.next).previous = opened;
        at(from.previous).next = opened;
        from = {head, head};
    }
    // What is left starts after the present: seen from there it has the slot that it has now.
    base_ = std::max(base_, present);
    return true;
}

deadline_wheel::index deadline_wheel::pop_due() noexcept {
    if (empty(due))
        return 0;
    index const i = heads_[due].next;
    unlink(i);
    --size_;
    (*this)[i].state = state::expired;
    return i;
}

deadline_wheel::nanoseconds deadline_wheel::next() noexcept {
    unsigned level = 0;
    unsigned slot = 0;
    if (!lowest(level, slot))
        return never;
    index const head = level * slots + slot;
    nanoseconds earliest = never;
    unsigned seen = 0;
    for (index i = heads_[head].next; i != head; i = (*this)[i].next) {
        if (level != 0 && ++seen > searched)
            return static_cast<nanoseconds>(start_of(level, slot) << tick_bits);
        earliest = std::min(earliest, (*this)[i].deadline);
    }
    return earliest;
}

void deadline_wheel::push_back(index head, index i) noexcept {
    link& h = heads_[head];
    link& l = at(i);
    l.next = head;
    l.previous = h.previous;
    at(h.previous).next = i;
    h.previous = i;
}

void deadline_wheel::unlink(index i) noexcept {
    link const l = at(i);
    at(l.previous).next = l.next;
    at(l.next).previous = l.previous;
}

void deadline_wheel::place(index i) noexcept {
    // A deadline may have passed while its operation waited for the lock.
    tick const t = std::max(tick_of((*this)[i].deadline), base_);
    auto const level = static_cast<unsigned>(std::bit_width(t ^ base_) - (t == base_ ? 0 : 1)) / level_bits;
    auto const slot = static_cast<unsigned>(t >> (level * level_bits)) % slots;
    push_back(level * slots + slot, i);
    occupied_[level] |= std::uint64_t{1} << slot;
}

bool deadline_wheel::lowest(unsigned& level, unsigned& slot) noexcept {
    for (level = 0; level != levels; ++level) {
        while (occupied_[level] != 0) {
            slot = static_cast<unsigned>(std::countr_zero(occupied_[level]));
            if (!empty(level * slots + slot))
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

void deadline_wheel::take_due_of(index head, nanoseconds now) noexcept {
    for (index i = heads_[head].next; i != head;) {
        entry& e = (*this)[i];
        index const next = e.next;
        if (e.deadline <= now) {
            unlink(i);
            e.state = state::due;
            push_back(due, i);
        }
        i = next;
    }
}

} // namespace asyncio::detail
