//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/detail/future_state.hpp>

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>

#include <mutex>
#include <stdexcept>

namespace asyncio::detail {

using boost::system::error_code;

error_code future_core::error() const {
    switch (get()) {
    case status::value:
    case status::taken:
    case status::failed: return code_;
    case status::cancelled: require_value(); break;
    case status::pending:
    case status::claimed: break;
    }
    throw invalid_state_error("Exception is not set.");
}

std::exception_ptr future_core::exception() const {
    auto const code = error();
    return exception_ ? exception_ : make_exception(code);
}

void future_core::require_value() const {
    switch (get()) {
    case status::value: return;
    case status::taken: throw_taken();
    case status::failed:
    case status::cancelled:
        if (exception_)
            std::rethrow_exception(exception_);
        throw_error(code_);
    case status::pending:
    case status::claimed: break;
    }
    throw invalid_state_error("Result is not set.");
}

bool future_core::take_value() noexcept {
    auto expected = status::value;
    return status_.compare_exchange(expected, status::taken, std::memory_order_acquire, std::memory_order_acquire);
}

void future_core::send_unsent() {
    if (!has_unsent())
        return;
    waiter_list late;
    {
        std::lock_guard const lock(mutex_);
        take_unsent(late);
    }
    send(late);
}

void future_core::unclaim() noexcept {
    status_.store(status::pending, std::memory_order_release);
}

void future_core::publish(status result) {
    status_.store(result, std::memory_order_release);
    void* const before = door_.exchange(closed(), std::memory_order_acq_rel);
    if (!before)
        return;
    if (before != opened()) {
        send(*static_cast<waiter*>(before));
        return;
    }
    waiter_list woken;
    {
        std::lock_guard const lock(mutex_);
        take_all(verdict::completed, woken);
    }
    send(woken);
}

bool future_core::try_set_error(error_code const& code) {
    if (!code.failed())
        throw std::invalid_argument("set_error: the code is a success");
    if (!claim())
        return false;
    code_ = code;
    publish(status::failed);
    return true;
}

bool future_core::try_set_exception(std::exception_ptr exception) {
    if (!exception)
        throw std::invalid_argument("invalid exception object");
    auto code = to_error_code(exception);
    if (!code.failed()) // a system_error that holds a success
        code = make_error_code(errc::other_exception);
    if (!claim())
        return false;
    code_ = code;
    exception_ = std::move(exception);
    publish(status::failed);
    return true;
}

bool future_core::try_cancel(std::string_view message) {
    std::exception_ptr exception;
    if (!message.empty() && pending())
        exception = std::make_exception_ptr(cancelled_error(message));
    if (!claim())
        return false;
    code_ = make_error_code(errc::cancelled);
    exception_ = std::move(exception);
    publish(status::cancelled);
    return true;
}

void future_core::break_promise() noexcept {
    try {
        if (claim()) {
            code_ = make_error_code(errc::broken_promise);
            publish(status::failed);
        }
    } catch (...) {
        // A waiter's executor had no memory. The waiter stays until another call on the future sends it.
    }
}

void future_core::wait(waiter& w) {
    void* nobody = nullptr;
    if (door_.compare_exchange(nobody, &w, std::memory_order_acq_rel, std::memory_order_acquire) || enter(w))
        return;
    waiter_list ready;
    if (has_unsent()) {
        std::lock_guard const lock(mutex_);
        take_unsent(ready);
    }
    ready.push_back(w);
    send(ready);
}

// False if the result is there.
bool future_core::enter(waiter& w) noexcept {
    std::lock_guard const lock(mutex_);
    for (void* before = door_.load(std::memory_order_acquire); before != closed();) {
        if (before == opened()) {
            link(w);
            return true;
        }
        void* const after = before ? opened() : &w;
        if (door_.compare_exchange(before, after, std::memory_order_acq_rel, std::memory_order_acquire)) {
            if (before) {
                link(*static_cast<waiter*>(before));
                link(w);
            }
            return true;
        }
    }
    return false;
}

waiter_place future_core::take(waiter& w) noexcept {
    void* expected = &w;
    if (door_.compare_exchange(expected, nullptr, std::memory_order_acq_rel, std::memory_order_acquire))
        return waiter_place::waiting;
    return wait_object::take(w);
}

void future_core::throw_invalid_state() {
    throw invalid_state_error("invalid state");
}

void future_core::throw_taken() {
    throw invalid_state_error("Result was taken.");
}

void future_core::throw_no_state() {
    throw invalid_state_error("There is no future behind this object.");
}

} // namespace asyncio::detail
