//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SUPPORT_TRACKER_HPP
#define ASYNCIO_ERRC_TEST_SUPPORT_TRACKER_HPP

#include "support/memory.hpp"
#include "support/tracking_executor.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <optional>
#include <tuple>
#include <utility>

namespace asyncio_test {

// Follows one operation, and checks the laws that every operation keeps: its handler is called exactly once, on the
// handler's executor, not from inside the initiating function, not from inside a cancel, and with all memory that was
// taken from the handler's allocator given back. The handler can be moved, not copied.
//
//     tracker<error_code, std::size_t> read(ctx.get_executor());
//     read.start([&](auto handler) { async_read_exactly(socket, buffer, std::move(handler)); });
//     run(ctx);
//     BOOST_TEST(read.get<0>() == errc::timed_out);
//
// The destructor reports what was broken.
template <class... Results> class tracker {
public:
    explicit tracker(asio::any_io_executor executor)
        : executor_(std::move(executor)), exceptions_(std::uncaught_exceptions()) {}
    tracker(tracker const&) = delete;
    tracker& operator=(tracker const&) = delete;

    ~tracker() {
        if (std::uncaught_exceptions() == exceptions_)
            check();
    }

    class handler {
    public:
        using executor_type = tracking_executor;
        using allocator_type = test_allocator<>;
        using cancellation_slot_type = asio::cancellation_slot;

        explicit handler(tracker& owner) noexcept : owner_(&owner) {}
        handler(handler&& other) noexcept = default;
        handler& operator=(handler&& other) noexcept = default;

        executor_type get_executor() const noexcept { return owner_->executor_; }
        allocator_type get_allocator() const noexcept { return allocator_type(owner_->memory_); }
        cancellation_slot_type get_cancellation_slot() const noexcept { return owner_->signal_.slot(); }

        void operator()(Results... results) { owner_->complete(std::move(results)...); }

    private:
        tracker* owner_;
    };

    // Calls `initiate(handler)`.
    template <class Initiate> void start(Initiate initiate) {
        inside const mark(initiating_);
        initiate(handler(*this));
    }

    // Asks the operation to stop.
    void cancel(asio::cancellation_type type = asio::cancellation_type::terminal) {
        inside const mark(cancelling_);
        signal_.emit(type);
    }

    bool done() const noexcept { return completions_ != 0; }

    // One of the results. It is an error to ask before they are there.
    template <std::size_t I> auto const& get() const {
        BOOST_TEST_REQUIRE(done());
        return std::get<I>(*results_);
    }
    auto const& results() const {
        BOOST_TEST_REQUIRE(done());
        return *results_;
    }

    // Whether something was still installed in the handler's cancellation slot when it was called. Asio's own
    // operations leave it there; ours that outlive their initiation don't.
    bool slot_was_occupied() const noexcept { return slot_held_; }

    tracking_executor const& executor() const noexcept { return executor_; }
    memory_log& memory() noexcept { return memory_; }

    // The test expects that the handler is not called at all: the context was destroyed first, say.
    void expect_no_completion() noexcept { expected_ = 0; }

    // Reports what was broken so far.
    void check() {
        BOOST_CHECK_MESSAGE(completions_ == expected_,
                            "the handler was called " << completions_ << " times, not " << expected_);
        BOOST_CHECK_MESSAGE(!inline_, "the handler was called from inside the initiating function");
        BOOST_CHECK_MESSAGE(!inside_cancel_, "the handler was called from inside a cancel");
        BOOST_CHECK_MESSAGE(!elsewhere_, "the handler was called outside of its executor");
        BOOST_CHECK_MESSAGE(!memory_held_, "memory of the handler's allocator was still held when it was called");
    }

private:
    // Marks a call in progress in this thread.
    class inside {
    public:
        explicit inside(std::atomic<void const*>& place) noexcept : place_(place) { place_ = this_thread(); }
        inside(inside const&) = delete;
        inside& operator=(inside const&) = delete;
        ~inside() { place_ = nullptr; }

    private:
        std::atomic<void const*>& place_;
    };

    // An address that no other running thread has.
    static void const* this_thread() noexcept {
        static thread_local char const address = 0;
        return &address;
    }

    void complete(Results... results) {
        ++completions_;
        inline_ = inline_ || initiating_ == this_thread();
        inside_cancel_ = inside_cancel_ || cancelling_ == this_thread();
        elsewhere_ = elsewhere_ || !executor_.running_here();
        memory_held_ = memory_held_ || memory_.live() != 0;
        slot_held_ = slot_held_ || signal_.slot().has_handler();
        results_.emplace(std::move(results)...);
    }

    tracking_executor executor_;
    memory_log memory_;
    asio::cancellation_signal signal_;
    std::atomic<void const*> initiating_{nullptr};
    std::atomic<void const*> cancelling_{nullptr};
    std::atomic<std::size_t> completions_{0};
    std::optional<std::tuple<Results...>> results_;
    std::size_t expected_ = 1;
    bool inline_ = false;
    bool inside_cancel_ = false;
    bool elsewhere_ = false;
    bool memory_held_ = false;
    bool slot_held_ = false;
    int exceptions_;
};

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_SUPPORT_TRACKER_HPP
