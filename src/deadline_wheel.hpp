//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SRC_DEADLINE_WHEEL_HPP
#define ASYNCIO_SRC_DEADLINE_WHEEL_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

namespace asyncio::detail {

class deadline_op;

// Deadlines, in an order that is as exact as it is needed and no more: a hierarchical timing wheel.
//
// A tick is 2^16 ns. The slot of a deadline is given by the highest group of 6 bits in which its tick differs from the
// base, which is the tick that time was last moved on to: near deadlines have a slot to each tick, far ones share
// coarse slots, which are opened and dealt out to finer ones when their time comes. Hence inserting and removing is a
// step of constant cost whatever the number and the variety of the deadlines, and the earliest deadline is found
// exactly. (Of a million deadlines, all different, most are removed before their slot is ever opened. A heap pays the
// logarithm for each of them; a list per duration needs durations that repeat.)
//
// Entries are known by number. They stay where they are, 32 bytes each, and are reused, most recent first. Not
// synchronised.
class deadline_wheel {
public:
    using index = std::uint32_t;
    using nanoseconds = std::int64_t;

    static constexpr nanoseconds never = std::numeric_limits<nanoseconds>::max();

    enum class state : std::uint32_t { vacant, pending, due, expired };

    struct link {
        index previous;
        index next;
    };
    struct entry : link {
        nanoseconds deadline;
        deadline_op* op;
        // Grows with each release: tells the users of an entry apart.
        std::uint32_t generation;
        detail::deadline_wheel::state state;
    };

    deadline_wheel() noexcept;

    // A vacant entry. Throws std::bad_alloc.
    index acquire();
    // Gives back an entry that is in no list.
    void release(index i) noexcept;

    entry& operator[](index i) noexcept {
        i -= first_entry;
        return chunks_[i / chunk_size][i % chunk_size];
    }
    // Whether there ever was an entry of this number.
    bool contains(index i) const noexcept { return i >= first_entry && i - first_entry < chunks_.size() * chunk_size; }

    // Lists an entry under its deadline.
    void insert(index i, nanoseconds now) noexcept;
    // Takes an entry out of the wheel, or from among those that are due.
    void remove(index i) noexcept;

    // How many entries are in the wheel or due.
    std::size_t size() const noexcept { return size_; }

    // Moves time on, and the entries whose deadline has come to the list of those that are due. Handles about `budget`
    // entries; false if there is more to do, at the same or a later time.
    bool advance(nanoseconds now, unsigned budget) noexcept;

    // Takes out the first entry that is due, and makes it expired; 0 if there is none.
    index pop_due() noexcept;

    // When to move time on next: at the earliest deadline, or at an earlier time at which that becomes clearer.
    nanoseconds next() noexcept;

private:
    using tick = std::uint64_t;

    static constexpr unsigned tick_bits = 16;
    static constexpr unsigned level_bits = 6;
    static constexpr unsigned levels = 8;
    static constexpr unsigned slots = 1U << level_bits;
    static constexpr index due = levels * slots;
    static constexpr index opened = due + 1;
    static constexpr index first_entry = opened + 1;
    static constexpr std::size_t chunk_size = 256;
    // A coarse slot with no more entries than this is searched for its earliest rather than opened.
    static constexpr unsigned searched = 16;

    static tick tick_of(nanoseconds t) noexcept { return static_cast<tick>(t < 0 ? 0 : t) >> tick_bits; }

    link& at(index i) noexcept { return i < first_entry ? heads_[i] : (*this)[i]; }
    bool empty(index head) noexcept { return heads_[head].next == head; }
    void push_back(index head, index i) noexcept;
    void unlink(index i) noexcept;
    void place(index i) noexcept;
    bool lowest(unsigned& level, unsigned& slot) noexcept;
    tick start_of(unsigned level, unsigned slot) const noexcept;
    void take_due_of(index head, nanoseconds now) noexcept;

    std::array<link, first_entry> heads_;
    // Which slots may have entries. A bit outlives its last entry until it is looked at.
    std::array<std::uint64_t, levels> occupied_{};
    std::vector<std::unique_ptr<entry[]>> chunks_;
    index vacant_ = 0;
    std::size_t size_ = 0;
    tick base_ = 0;
};

} // namespace asyncio::detail

#endif // ASYNCIO_SRC_DEADLINE_WHEEL_HPP
