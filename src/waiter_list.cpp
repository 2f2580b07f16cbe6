//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/waiter_list.hpp>

#include <mutex>
#include <thread>

namespace asyncio::detail {
namespace {

// The waiter that this thread is posting right now; null once its wake-up was dropped on the way, because the executor
// threw.
thread_local waiter* posting = nullptr;

// The service that this thread asked for last, so that a wait need not search its context for it. Another context may
// come to stand where one was destroyed: so the number of services that were destroyed is looked at, too.
std::atomic<std::size_t> destroyed{0};

struct {
    boost::asio::execution_context* context = nullptr;
    waiter_service* service = nullptr;
    std::size_t destroyed = 0;
} thread_local constinit last_asked;

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

waiter_service::~waiter_service() {
    destroyed.fetch_add(1, std::memory_order_release);
}

inline waiter_service& waiter_service::of(boost::asio::execution_context& context) {
    auto const count = destroyed.load(std::memory_order_acquire);
    if (last_asked.context != &context || last_asked.destroyed != count)
        last_asked = {&context, &find(context), count};
    return *last_asked.service;
}

// Not inline, so that what it needs isn't made ready for each wait.
waiter_service& waiter_service::find(boost::asio::execution_context& context) {
    return boost::asio::use_service<waiter_service>(context);
}

inline void waiter_service::insert(waiter& w) noexcept {
    w.service_ = this;
    w.previous_in_service_ = nullptr;
    w.next_in_service_ = first_;
    if (first_)
        first_->previous_in_service_ = &w;
    first_ = &w;
}

inline void waiter_service::erase(waiter& w) noexcept {
    (w.previous_in_service_ ? w.previous_in_service_->next_in_service_ : first_) = w.next_in_service_;
    if (w.next_in_service_)
        w.next_in_service_->previous_in_service_ = w.previous_in_service_;
}

bool waiter_service::link(boost::asio::execution_context& context, waiter& w) {
    waiter_service& service = of(context);
    std::lock_guard const lock(service.mutex_);
    if (service.stopped_)
        return false;
    service.insert(w);
    return true;
}

inline void waiter_service::begin_post(waiter& w) noexcept {
    std::lock_guard const lock(mutex_);
    erase(w);
    ++begun_;
}

std::size_t waiter_service::begin_posts(waiter* head) noexcept {
    std::size_t n = 0;
    std::lock_guard const lock(mutex_);
    for (; head && head->service_ == this; head = head->next_, ++n)
        erase(*head);
    ++begun_;
    return n;
}

void waiter_service::link_unsent(waiter& w) noexcept {
    std::lock_guard const lock(mutex_);
    insert(w);
}

void waiter_service::shutdown() noexcept {
    waiter_list doomed;
    {
        std::unique_lock lock(mutex_);
        stopped_ = true;
        for (;;) {
            for (waiter* w = first_; w;) {
                waiter* const next = w->next_in_service_;
                if (w->object_.withdraw(*w)) {
                    erase(*w);
                    doomed.push_back(*w);
                }
                w = next;
            }
            // Those that are left were taken by others, who are about to post them: the context must not go before.
            if (!first_ && begun_ == ended_.load(std::memory_order_acquire))
                break;
            lock.unlock();
            std::this_thread::yield();
            lock.lock();
        }
    }
    while (waiter* const w = doomed.pop_front())
        w->destroy();
}

void wait_object::link(waiter& w) noexcept {
    w.place_ = waiter_place::waiting;
    waiting_.push_back(w);
}

waiter_place wait_object::take(waiter& w) noexcept {
    std::lock_guard const lock(mutex_);
    if (w.place_ == waiter_place::waiting)
        waiting_.erase(w);
    else if (w.place_ == waiter_place::unsent)
        unsent_.erase(w);
    return std::exchange(w.place_, waiter_place::nowhere);
}

void wait_object::take_all(verdict outcome, waiter_list& taken) noexcept {
    std::ptrdiff_t index = 0;
    for (waiter* w = waiting_.first(); w; w = w->next_) {
        w->outcome = outcome;
        w->index = index++;
        w->place_ = waiter_place::nowhere;
    }
    taken.append(waiting_);
}

void wait_object::take_unsent(waiter_list& taken) noexcept {
    for (waiter* w = unsent_.first(); w; w = w->next_)
        w->place_ = waiter_place::nowhere;
    taken.append(unsent_);
    has_unsent_.store(false, std::memory_order_relaxed);
}

void wait_object::cancel(waiter& w) {
    auto const place = take(w);
    if (place == waiter_place::nowhere)
        return;
    if (place == waiter_place::waiting)
        w.outcome = verdict::cancelled;
    send(w);
}

// False if the executor dropped the wake-up, as one does that runs nothing any more.
inline bool wait_object::post(waiter& w, std::exception_ptr& failure) noexcept {
    waiter* const outer = std::exchange(posting, &w);
    bool kept = true;
    try {
        w.post();
        kept = posting != nullptr;
    } catch (...) {
        if (!failure)
            failure = std::current_exception();
        if (!posting)
            keep_unsent(w);
    }
    posting = outer;
    return kept;
}

void wait_object::send(waiter_list& taken) {
    std::exception_ptr failure;
    waiter_list dropped;
    for (waiter* w = taken.first(); w;) {
        // Posted, a waiter may be gone, and this object with it; the service isn't before `end_posts`.
        waiter_service* const service = w->service_;
        for (auto n = service ? service->begin_posts(w) : 1; n != 0; --n) {
            waiter& posted = *std::exchange(w, w->next_);
            if (!post(posted, failure))
                dropped.push_back(posted);
        }
        if (service)
            service->end_posts();
    }
    while (waiter* const w = dropped.pop_front())
        w->destroy(); // its handler may take the context along
    if (failure)
        std::rethrow_exception(failure);
}

void wait_object::send(waiter& w) {
    std::exception_ptr failure;
    waiter_service* const service = w.service_;
    if (service)
        service->begin_post(w);
    bool const kept = post(w, failure);
    if (service)
        service->end_posts();
    if (!kept)
        w.destroy();
    if (failure)
        std::rethrow_exception(failure);
}

void wait_object::keep_unsent(waiter& w) noexcept {
    if (w.service_)
        w.service_->link_unsent(w);
    std::lock_guard const lock(mutex_);
    w.place_ = waiter_place::unsent;
    unsent_.push_back(w);
    has_unsent_.store(true, std::memory_order_release);
}

} // namespace asyncio::detail
