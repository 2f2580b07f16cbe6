//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_WAITER_OP_HPP
#define ASYNCIO_DETAIL_WAITER_OP_HPP

#include <asyncio/detail/complete_at_once.hpp>
#include <asyncio/detail/execution_context.hpp>
#include <asyncio/detail/post_wake.hpp>
#include <asyncio/detail/waiter_list.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/execution/executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <concepts>
#include <memory>
#include <type_traits>

namespace asyncio::detail {

// An executor that has work for as long as this lives. (`executor_work_guard` doesn't compile for a strand of an
// executor without a type, which it takes for one of the Networking TS.)
template <class Executor> class working_executor {
public:
    explicit working_executor(Executor const& executor) : work_(executor), executor_(executor) {}

    Executor const& get() const noexcept { return executor_; }

private:
    boost::asio::executor_work_guard<Executor> work_;
    Executor executor_;
};

template <class Executor>
    requires boost::asio::execution::is_executor<Executor>::value
class working_executor<Executor> {
    using work_type = std::decay_t<decltype(boost::asio::prefer(std::declval<Executor const&>(),
                                                                boost::asio::execution::outstanding_work.tracked))>;

public:
    explicit working_executor(Executor const& executor)
        : work_(boost::asio::prefer(executor, boost::asio::execution::outstanding_work.tracked)), executor_(executor) {}

    Executor const& get() const noexcept { return executor_; }

private:
    work_type work_;
    Executor executor_;
};

// What the wake-up of a handler is posted to: its own executor, or the object's where there can be no post to that one.
template <class Handler, class Executor> auto wake_executor(Handler const& handler, Executor const& of_object) {
    using own_executor = boost::asio::associated_executor_t<Handler, Executor>;
    if constexpr (can_post_to<own_executor>)
        return own_executor(boost::asio::get_associated_executor(handler, of_object));
    else
        return of_object;
}

// The node of a waiting operation.
//
// `Completion` is how it ends: built at the wake-up by `Completion(object, outcome, index)`, called with the handler
// when everything of the operation is gone.
template <class Object, class Completion, class Handler> class waiter_op final : public waiter {
    using object_executor = std::remove_cvref_t<decltype(std::declval<Object const&>().executor())>;
    using own_executor = boost::asio::associated_executor_t<Handler, object_executor>;
    using executor_type =
        decltype(wake_executor(std::declval<Handler const&>(), std::declval<object_executor const&>()));

    // Whether the wake-up goes on to the handler's own executor.
    static constexpr bool goes_on = !std::is_same_v<executor_type, own_executor>;
    struct nowhere {};
    using destination = std::conditional_t<goes_on, working_executor<own_executor>, nowhere>;

    using slot_type = boost::asio::associated_cancellation_slot_t<Handler>;
    using allocator_type = typename std::allocator_traits<boost::asio::associated_allocator_t<
        Handler, boost::asio::recycling_allocator<void>>>::template rebind_alloc<std::byte>;

    struct block final : wake_memory {
        using allocator_type = typename std::allocator_traits<waiter_op::allocator_type>::template rebind_alloc<block>;
        using traits = std::allocator_traits<allocator_type>;

        explicit block(allocator_type const& a) : wake_memory(&block::release), allocator(a) {}
        ~block() {}

        static void release(wake_memory& memory) noexcept {
            auto* const self = static_cast<block*>(&memory);
            allocator_type a(std::move(self->allocator));
            self->~block();
            traits::deallocate(a, self, 1);
        }

        allocator_type allocator;
        union {
            waiter_op op;
        };
    };

    // Gives a block back that never came to hold an operation.
    struct block_guard {
        ~block_guard() {
            if (p)
                p->leave();
        }
        block* p;
    };

    struct on_cancel {
        explicit on_cancel(waiter_op* w) noexcept : op(w) {}

        void operator()(boost::asio::cancellation_type type) {
            using boost::asio::cancellation_type;
            if ((type & (cancellation_type::terminal | cancellation_type::partial | cancellation_type::total))
                != cancellation_type::none)
                op->object_->cancel(*op);
        }

        waiter_op* op;
    };

public:
    // Makes the node, which takes the handler. Null, and the handler is dropped, if the context is being destroyed.
    template <class H> static waiter_op* make(H&& handler, object_pointer<Object> object) {
        typename block::allocator_type a(
            boost::asio::get_associated_allocator(handler, boost::asio::recycling_allocator<void>()));
        auto* const memory = block::traits::allocate(a, 1);
        block_guard guard{::new (static_cast<void*>(memory)) block(a)};
        auto* const op = ::new (static_cast<void*>(std::addressof(guard.p->op)))
            waiter_op(*guard.p, std::forward<H>(handler), std::move(object));
        guard.p = nullptr;
        return op->prepare() ? op : nullptr;
    }

    Object& object() const noexcept { return *object_; }

    void post() override {
        if constexpr (goes_on)
            boost::asio::post(executor_.get(), boost::asio::bind_executor(destination_.get(), wake_function(*this)));
        else
            post_wake(executor_.get(), wake_function(*this));
    }

    void run() override {
        leave_slot();
        Completion completion(std::move(object_), outcome, index);
        Handler handler(std::move(handler_));
        free();
        completion(handler);
    }

    // The slot is left alone: its signal may be gone.
    void destroy() noexcept override {
        // What the handler holds must not be destroyed inside of its own memory.
        [[maybe_unused]] Handler const handler(std::move(handler_));
        free();
    }

private:
    template <class H>
    waiter_op(wake_memory& memory, H&& handler, object_pointer<Object> object)
        : waiter(memory, *object), executor_(wake_executor(handler, object->executor())),
          destination_(destination_of(handler, *object)), object_(std::move(object)),
          handler_(std::forward<H>(handler)) {}
    ~waiter_op() override = default;
    friend block;

    static destination destination_of([[maybe_unused]] Handler const& handler, [[maybe_unused]] Object const& object) {
        if constexpr (goes_on)
            return destination(boost::asio::get_associated_executor(handler, object.executor()));
        else
            return {};
    }

    // What may fail, before the operation is known to its object.
    bool prepare() {
        try {
            enter_slot();
            if constexpr (has_context<executor_type>) {
                if (!waiter_service::link(context_of(executor_.get()), *this)) {
                    leave_slot();
                    destroy();
                    return false;
                }
            }
            return true;
        } catch (...) {
            leave_slot();
            destroy();
            throw;
        }
    }

    void enter_slot() {
        slot_type slot = boost::asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected()) {
            slot.template emplace<on_cancel>(this);
            in_slot_ = true;
        }
    }

    void leave_slot() noexcept {
        if (in_slot_)
            boost::asio::get_associated_cancellation_slot(handler_).clear();
    }

    void free() noexcept {
        auto& memory = static_cast<block&>(this->memory());
        this->~waiter_op();
        memory.leave();
    }

    working_executor<executor_type> executor_;
    [[no_unique_address]] destination destination_;
    object_pointer<Object> object_;
    bool in_slot_ = false;
    Handler handler_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_WAITER_OP_HPP
