//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_TIMEOUT_MANUAL_HPP
#define ASYNCIO_ERRC_TEST_TIMEOUT_MANUAL_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace asyncio_test {

namespace asio = boost::asio;

// An operation that ends when and how the test says, and tells how it was cancelled. It carries any arguments behind
// the error.
template <class Error, class... Results> class manual_operation {
public:
    explicit manual_operation(asio::any_io_executor executor) : executor_(std::move(executor)) {}
    manual_operation(manual_operation const&) = delete;
    manual_operation& operator=(manual_operation const&) = delete;

    template <class Token> auto async_run(Token&& token) {
        return asio::async_initiate<Token, void(Error, Results...)>(initiation(*this), token);
    }

    // Called when the operation is started, as the last step of its initiation.
    std::function<void()> on_start;
    // Called when the operation is cancelled, on top of remembering it.
    std::function<void(asio::cancellation_type)> on_cancel;

    std::vector<asio::cancellation_type> const& cancellations() const noexcept { return cancellations_; }
    bool pending() const noexcept { return static_cast<bool>(pending_); }

    // Ends it, by a post.
    void complete(Error error, Results... results) {
        std::exchange(pending_, nullptr)->complete(false, std::move(error), std::move(results)...);
    }
    // Ends it from inside this call, as no operation should.
    void complete_here(Error error, Results... results) {
        std::exchange(pending_, nullptr)->complete(true, std::move(error), std::move(results)...);
    }
    // Ends it without a completion.
    void abandon() { pending_ = nullptr; }

private:
    struct base {
        virtual ~base() = default;
        virtual void complete(bool here, Error error, Results... results) = 0;
    };
    template <class Handler> struct waiting : base {
        waiting(Handler h, asio::any_io_executor const& e) : handler(std::move(h)), executor(e), work(e) {}
        void complete(bool here, Error error, Results... results) override {
            Handler h(std::move(handler));
            if (here)
                std::move(h)(std::move(error), std::move(results)...);
            else
                asio::post(executor, asio::append(std::move(h), std::move(error), std::move(results)...));
        }
        Handler handler;
        asio::any_io_executor executor;
        asio::executor_work_guard<asio::any_io_executor> work;
    };

    class initiation {
    public:
        using executor_type = asio::any_io_executor;

        explicit initiation(manual_operation& self) noexcept : self_(&self) {}
        executor_type get_executor() const noexcept { return self_->executor_; }

        template <class Handler> void operator()(Handler&& handler) const {
            manual_operation* const self = self_;
            if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected())
                slot.assign([self](asio::cancellation_type type) {
                    self->cancellations_.push_back(type);
                    if (self->on_cancel)
                        self->on_cancel(type);
                });
            using type = std::decay_t<Handler>;
            self->pending_ = std::make_unique<waiting<type>>(std::forward<Handler>(handler), self->executor_);
            if (self->on_start)
                self->on_start();
        }

    private:
        manual_operation* self_;
    };

    asio::any_io_executor executor_;
    std::unique_ptr<base> pending_;
    std::vector<asio::cancellation_type> cancellations_;
};

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_TIMEOUT_MANUAL_HPP
