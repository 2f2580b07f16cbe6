//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/waiter_list.hpp>

#include <exception>
#include <thread>

namespace asyncio::detail {
namespace {

// The waiter that this thread is posting right now; null once its wake-up was dropped on the way, because the executor
// threw.
thread_local waiter* posting = nullptr;

} // namespace

void wake_function::drop() noexcept {
    if (posting == waiter_)
        posting = nullptr;
    else
        waiter_->destroy();
}

boost::asio::execution_context::id waiter_service::id;

waiter_service::waiter_service(boost::asio::execution_context& context)
    : boost::asio::execution_context::service(context) {}

waiter_service& waiter_service::of(boost::asio::execution_context& context) {
    return boost::asio::use_service<waiter_service>(context);
}

bool waiter_service::link(waiter& w) noexcept {
    std::lock_guard const lock(mutex_);
    if (stopped_)
        return false;
    w.service_ = this;
    w.previous_in_service_ = nullptr;
    w.next_in_service_ = first_;
    if (first_)
        first_->previous_in_service_ = &w;
    first_ = &w;
    return true;
}

void waiter_service::unlink(waiter& w) noexcept {
    std::lock_guard const lock(mutex_);
    erase(w);
}

void waiter_service::erase(waiter& w) noexcept {
    (w.previous_in_service_ ? w.previous_in_service_->next_in_service_ : first_) = w.next_in_service_;
    if (w.next_in_service_)
        w.next_in_service_->previous_in_service_ = w.previous_in_service_;
    w.service_ = nullptr;
}

void waiter_service::withdraw_all(waiter_list& doomed) noexcept {
    for (waiter* w = first_; w;) {
        waiter* const next = w->next_in_service_;
        if (w->object_.withdraw(*w)) {
            erase(*w);
            doomed.push_back(*w);
        }
        w = next;
    }
}

void waiter_service::shutdown() noexcept {
    waiter_list doomed;
    {
        std::lock_guard const lock(mutex_);
        stopped_ = true;
        withdraw_all(doomed);
    }

    // Who has taken a waiter is about to post it: the context must not go before that.
    while (posting_.load(std::memory_order_acquire) != 0)
        std::this_thread::yield();

    // What is posted belongs to its executor, which may drop it when this service is gone already.
    {
        std::lock_guard const lock(mutex_);
        withdraw_all(doomed); // those that the executor refused meanwhile
        for (waiter* w = std::exchange(first_, nullptr); w; w = w->next_in_service_)
            w->service_ = nullptr;
    }

    while (waiter* const w = doomed.pop_front())
        w->destroy();
}

wait_object::~wait_object() = default;

void wait_object::link(waiter& w) noexcept {
    w.place_ = waiter_place::waiting;
    waiting_.push_back(w);
}

void wait_object::unlink(waiter_list& from, waiter& w, waiter_list& taken) noexcept {
    from.erase(w);
    w.place_ = waiter_place::taken;
    taken.push_back(w);
}

void wait_object::take(waiter& w, waiter_list& taken) noexcept {
    unlink(w.place_ == waiter_place::unsent ? unsent_ : waiting_, w, taken);
    if (w.service_)
        w.service_->begin_posts(1);
}

void wait_object::take_whole(waiter_list& from, waiter_list& taken) noexcept {
    while (waiter* w = from.first()) {
        waiter_service* const service = w->service_;
        std::size_t n = 0;
        for (; w && w->service_ == service; w = from.first(), ++n)
            unlink(from, *w, taken);
        if (service)
            service->begin_posts(n);
    }
}

void wait_object::take_all(verdict outcome, waiter_list& taken) noexcept {
    std::ptrdiff_t index = 0;
    for (waiter* w = waiting_.first(); w; w = w->next_) {
        w->outcome = outcome;
        w->index = index++;
    }
    take_whole(waiting_, taken);
}

void wait_object::take_unsent(waiter_list& taken) noexcept {
    take_whole(unsent_, taken);
    has_unsent_.store(false, std::memory_order_relaxed);
}

bool wait_object::withdraw(waiter& w) noexcept {
    std::lock_guard const lock(mutex_);
    if (w.place_ == waiter_place::waiting)
        waiting_.erase(w);
    else if (w.place_ == waiter_place::unsent)
        unsent_.erase(w);
    else
        return false;
    w.place_ = waiter_place::nowhere;
    return true;
}

void wait_object::cancel(waiter& w) {
    waiter_list taken;
    {
        std::lock_guard const lock(mutex_);
        if (w.place_ == waiter_place::waiting)
            w.outcome = verdict::cancelled;
        else if (w.place_ != waiter_place::unsent)
            return;
        take(w, taken);
    }
    send(taken);
}

void wait_object::send(waiter_list& taken) {
    std::exception_ptr failure;
    waiter_service* service = nullptr;
    std::size_t posts = 0;

    waiter* const outer = posting;
    while (waiter* const w = taken.pop_front()) {
        // Posted, the waiter may be gone; its service isn't before `end_posts`.
        if (w->service_ != service) {
            if (service)
                service->end_posts(posts);
            service = w->service_;
            posts = 0;
        }
        ++posts;

        posting = w;
        try {
            w->post();
            if (!posting) // the executor runs nothing any more, and has dropped it
                w->destroy();
        } catch (...) {
            if (!failure)
                failure = std::current_exception();
            if (!posting) {
                std::lock_guard const lock(mutex_);
                w->place_ = waiter_place::unsent;
                unsent_.push_back(*w);
                has_unsent_.store(true, std::memory_order_release);
            }
        }
    }
    posting = outer;
    if (service)
        service->end_posts(posts);
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace asyncio::detail
