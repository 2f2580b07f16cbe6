//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/barrier_state.hpp>

#include <mutex>
#include <stdexcept>

namespace asyncio::detail {

barrier_core::barrier_core(std::ptrdiff_t parties) : parties_(parties) {
    if (parties < 1)
        throw std::invalid_argument("parties must be > 0");
}

std::ptrdiff_t barrier_core::waiting() noexcept {
    std::lock_guard const lock(mutex_);
    return waiting_.size();
}

bool barrier_core::broken() noexcept {
    std::lock_guard const lock(mutex_);
    return broken_;
}

void barrier_core::reset() {
    break_round(false);
}

void barrier_core::abort() {
    break_round(true);
}

void barrier_core::break_round(bool for_good) {
    waiter_list taken;
    {
        std::lock_guard const lock(mutex_);
        take_unsent(taken);
        take_all(verdict::broken, taken);
        broken_ = for_good;
    }
    send(taken);
}

void barrier_core::abandon() noexcept {
    waiter_list taken;
    {
        std::lock_guard const lock(mutex_);
        take_unsent(taken);
        take_all(verdict::cancelled, taken);
    }
    send_all(taken);
}

std::optional<verdict> barrier_core::try_arrive() {
    waiter_list taken;
    verdict outcome;
    {
        std::lock_guard const lock(mutex_);
        if (broken_) {
            outcome = verdict::refused;
        } else if (waiting_.size() + 1 == parties_) {
            complete_round(taken);
            outcome = verdict::completed;
        } else {
            return std::nullopt;
        }
    }
    send_all(taken);
    return outcome;
}

void barrier_core::arrive(waiter& w) {
    waiter_list taken;
    {
        std::lock_guard const lock(mutex_);
        if (broken_) {
            w.outcome = verdict::refused;
            taken.push_back(w);
        } else {
            link(w);
            if (waiting_.size() == parties_)
                complete_round(taken);
        }
    }
    send_all(taken);
}

void barrier_core::complete_round(waiter_list& taken) noexcept {
    take_unsent(taken);
    take_all(verdict::completed, taken);
}

void barrier_core::send_all(waiter_list& taken) noexcept {
    try {
        send(taken);
    } catch (...) {
        // Those that couldn't be posted stay, until the next call on the barrier sends them.
    }
}

} // namespace asyncio::detail
