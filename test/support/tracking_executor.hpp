//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SUPPORT_TRACKING_EXECUTOR_HPP
#define ASYNCIO_ERRC_TEST_SUPPORT_TRACKING_EXECUTOR_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace asyncio_test {

namespace asio = boost::asio;

// An executor on top of another that knows whether it is being used: whether the function that runs right now in this
// thread was given to it, or to a copy. Copies and what `require` and `prefer` make are one and the same executor.
class tracking_executor {
public:
    // A template, so that copying never asks whether an any_io_executor could be made of one of these.
    template <class Executor>
        requires(!std::is_same_v<Executor, tracking_executor>)
    explicit tracking_executor(Executor const& inner) : inner_(inner), state_(std::make_shared<state>()) {}

    // Whether this code runs in a function that was given to this executor.
    bool running_here() const noexcept {
        for (auto const* f = innermost(); f; f = f->outer)
            if (f->executor == state_.get())
                return true;
        return false;
    }

    // The number of functions that it was given.
    std::size_t submissions() const noexcept { return state_->submissions; }

    template <class Function> void execute(Function function) const {
        ++state_->submissions;
        inner_.execute(marked<Function>(state_, std::move(function)));
    }

    template <class Property>
        requires asio::can_query_v<asio::any_io_executor, Property>
    auto query(Property const& property) const {
        return asio::query(inner_, property);
    }
    asio::execution_context& query(asio::execution::context_t) const noexcept {
        return asio::query(inner_, asio::execution::context);
    }

    template <class Property>
        requires asio::can_require_v<asio::any_io_executor, Property>
    tracking_executor require(Property const& property) const {
        return tracking_executor(asio::require(inner_, property), state_);
    }

    template <class Property>
        requires asio::can_prefer_v<asio::any_io_executor, Property>
    tracking_executor prefer(Property const& property) const {
        return tracking_executor(asio::prefer(inner_, property), state_);
    }

    friend bool operator==(tracking_executor const& a, tracking_executor const& b) noexcept {
        return a.state_ == b.state_ && a.inner_ == b.inner_;
    }
    friend bool operator!=(tracking_executor const& a, tracking_executor const& b) noexcept { return !(a == b); }

private:
    struct state {
        std::atomic<std::size_t> submissions{0};
    };

    // The functions of tracking executors that this thread is inside of.
    struct frame {
        explicit frame(state const* e) noexcept : executor(e), outer(innermost()) { innermost() = this; }
        frame(frame const&) = delete;
        frame& operator=(frame const&) = delete;
        ~frame() { innermost() = outer; }

        state const* executor;
        frame const* outer;
    };

    static frame const*& innermost() noexcept {
        static thread_local frame const* current = nullptr;
        return current;
    }

    template <class Function> class marked {
    public:
        marked(std::shared_ptr<state> executor, Function function)
            : executor_(std::move(executor)), function_(std::move(function)) {}

        void operator()() {
            frame const here(executor_.get());
            std::move(function_)();
        }

    private:
        std::shared_ptr<state> executor_;
        Function function_;
    };

    tracking_executor(asio::any_io_executor inner, std::shared_ptr<state> s)
        : inner_(std::move(inner)), state_(std::move(s)) {}

    asio::any_io_executor inner_;
    std::shared_ptr<state> state_;
};

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_SUPPORT_TRACKING_EXECUTOR_HPP
