//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_FUTURE_STATE_HPP
#define ASYNCIO_DETAIL_FUTURE_STATE_HPP

#include <asyncio/detail/config.hpp>
#include <asyncio/detail/light_atomic.hpp>
#include <asyncio/detail/waiter_list.hpp>

#include <boost/system/error_code.hpp>

#include <atomic>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace asyncio::detail {

// What promises and futures share, apart from the value.
//
// A result is claimed, then built, then published: from then on it doesn't change, but that a value can be taken.
//
// Most futures have one waiter. It isn't put into the list: the door holds it, and who changes the door has it. A
// second one opens the list, for good; the lock is only for that.
class ASYNCIO_ERRC_DECL future_core : public wait_object {
public:
    enum class status : unsigned char { pending, claimed, value, taken, failed, cancelled };

    bool pending() const noexcept { return get() == status::pending; }
    bool done() const noexcept { return get() > status::claimed; }
    bool cancelled() const noexcept { return get() == status::cancelled; }

    // The code of the result, once it is done; success for a value.
    boost::system::error_code const& code() const noexcept {
        assert(done());
        return code_;
    }
    // The exception that the result was set to, or null.
    std::exception_ptr const& original() const noexcept { return exception_; }

    boost::system::error_code error() const;
    std::exception_ptr exception() const;
    // Throws unless there is a value.
    void require_value() const;
    // The caller's from now on. False if another was quicker.
    bool take_value() noexcept;

    bool try_set_error(boost::system::error_code const& code);
    bool try_set_exception(std::exception_ptr exception);
    bool try_cancel(std::string_view message);

    void add_producer() noexcept { producers_.fetch_add(1, std::memory_order_relaxed); }
    // The last one breaks the promise.
    void remove_producer() noexcept {
        // Nobody can copy a last producer but its holder.
        if ((producers_.load(std::memory_order_acquire) == 1 || producers_.fetch_sub(1, std::memory_order_acq_rel) == 1)
            && (pending() || has_unsent()))
            break_promise();
    }

    // Keeps the waiter until the result is there.
    void wait(waiter& w);

    [[noreturn]] static void throw_invalid_state();
    [[noreturn]] static void throw_taken();
    [[noreturn]] static void throw_no_state();

protected:
    ~future_core() = default;

    status get() const noexcept { return status_.load(std::memory_order_acquire); }
    // Whether the result is the caller's to set.
    bool claim() {
        auto expected = status::pending;
        if (status_.compare_exchange(expected, status::claimed, std::memory_order_acquire, std::memory_order_acquire))
            [[likely]]
            return true;
        send_unsent();
        return false;
    }
    void unclaim() noexcept;
    void publish(status result);

private:
    waiter_place take(waiter& w) noexcept override;
    bool enter(waiter& w) noexcept;
    void send_unsent();
    void break_promise() noexcept;

    // What stands in the door: null, a waiter, or one of these.
    void* opened() noexcept { return &waiting_; }
    void* closed() noexcept { return this; }

    light_atomic<void*> door_{nullptr};
    light_atomic<status> status_{status::pending};
    light_atomic<std::size_t> producers_{1};
    boost::system::error_code code_;
    std::exception_ptr exception_;
};

// The place of the value.
template <class T> class future_value : public future_core {
public:
    template <class... Args> bool try_set_value(Args&&... args) {
        if (!claim())
            return false;
        if constexpr (std::is_nothrow_constructible_v<T, Args...>) {
            std::construct_at(std::addressof(value_), std::forward<Args>(args)...);
        } else {
            try {
                std::construct_at(std::addressof(value_), std::forward<Args>(args)...);
            } catch (...) {
                unclaim();
                throw;
            }
        }
        publish(status::value);
        return true;
    }

    T const& value() const {
        require_value();
        return value_;
    }

    // To be called once, after `take_value`.
    T move_value() { return std::move(value_); }

protected:
    future_value() noexcept {}
    ~future_value() {
        if (get() == status::value || get() == status::taken)
            std::destroy_at(std::addressof(value_));
    }

private:
    union {
        T value_;
    };
};

template <> class future_value<void> : public future_core {
public:
    bool try_set_value() {
        if (!claim())
            return false;
        publish(status::value);
        return true;
    }

    void value() const { require_value(); }
    void move_value() noexcept {}

protected:
    future_value() noexcept = default;
    ~future_value() = default;
};

template <class T, class Executor> class future_state : public future_value<T> {
public:
    Executor const& executor() const noexcept { return executor_; }

protected:
    explicit future_state(Executor const& executor) : executor_(executor) {}
    ~future_state() = default;

private:
    Executor executor_;
};

// A state in the memory of an allocator.
template <class T, class Executor, class Allocator>
class allocated_future_state final : public future_state<T, Executor> {
    using allocator_type = typename std::allocator_traits<Allocator>::template rebind_alloc<allocated_future_state>;
    using traits = std::allocator_traits<allocator_type>;

public:
    static object_pointer<future_state<T, Executor>> make(Allocator const& allocator, Executor const& executor) {
        allocator_type a(allocator);
        auto* const memory = traits::allocate(a, 1);
        try {
            return {::new (static_cast<void*>(memory)) allocated_future_state(a, executor),
                    typename object_pointer<future_state<T, Executor>>::adopt()};
        } catch (...) {
            traits::deallocate(a, memory, 1);
            throw;
        }
    }

private:
    allocated_future_state(allocator_type const& a, Executor const& executor)
        : future_state<T, Executor>(executor), allocator_(a) {}
    ~allocated_future_state() = default;

    void destroy() noexcept override {
        allocator_type a(std::move(allocator_));
        this->~allocated_future_state();
        traits::deallocate(a, this, 1);
    }

    allocator_type allocator_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_FUTURE_STATE_HPP
