//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_THROWING_OPERATIONS_HPP
#define ASYNCIO_ERRC_TEST_THROWING_OPERATIONS_HPP

#include <asyncio/associated_error_details.hpp>

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <exception>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace asyncio_test {

namespace asio = boost::asio;
using boost::system::error_code;

// What the operations below tell of a failure, if they are to tell anything.
struct told {
    char const* operation = nullptr;
    std::size_t expected = 0;
};

// Calls the handler with the results, on the handler's executor.
template <class Handler, class... Results> class completion {
public:
    using executor_type = asio::associated_executor_t<Handler, asio::io_context::executor_type>;
    using allocator_type = asio::associated_allocator_t<Handler>;

    completion(Handler handler, asio::io_context::executor_type executor, told tell, std::tuple<Results...> results)
        : handler_(std::move(handler)), executor_(executor), tell_(tell), results_(std::move(results)) {}

    executor_type get_executor() const noexcept { return asio::get_associated_executor(handler_, executor_); }
    allocator_type get_allocator() const noexcept { return asio::get_associated_allocator(handler_); }

    void operator()() {
        if constexpr (sizeof...(Results) != 0) {
            if constexpr (std::is_same_v<std::tuple_element_t<0, std::tuple<Results...>>, error_code>) {
                std::size_t n = 0;
                if constexpr (sizeof...(Results) > 1)
                    if constexpr (std::is_same_v<std::tuple_element_t<1, std::tuple<Results...>>, std::size_t>)
                        n = std::get<1>(results_);
                if (tell_.operation)
                    asyncio::record_error(handler_, std::get<0>(results_), n, [this](asyncio::error_details& details) {
                        details.operation = tell_.operation;
                        details.expected = tell_.expected;
                    });
            }
        }
        std::apply(std::move(handler_), std::move(results_));
    }

private:
    Handler handler_;
    asio::io_context::executor_type executor_;
    told tell_;
    std::tuple<Results...> results_;
};

class initiate_finish {
public:
    using executor_type = asio::io_context::executor_type;

    explicit initiate_finish(executor_type executor) noexcept : executor_(executor) {}
    executor_type get_executor() const noexcept { return executor_; }

    template <class Handler, class... Results>
    void operator()(Handler&& handler, told tell, std::tuple<Results...> results) const {
        asio::post(executor_, completion<std::decay_t<Handler>, Results...>(std::forward<Handler>(handler), executor_,
                                                                            tell, std::move(results)));
    }

private:
    executor_type executor_;
};

// An operation that completes with the results it is given, through the context.
template <class... Signatures, class Token, class... Results>
auto async_finish(asio::io_context& ctx, told tell, std::tuple<Results...> results, Token&& token) {
    return asio::async_initiate<Token, Signatures...>(initiate_finish(ctx.get_executor()), token, tell,
                                                      std::move(results));
}

// void(error_code)
template <class Token> auto async_nothing(asio::io_context& ctx, error_code code, Token&& token) {
    return async_finish<void(error_code)>(ctx, told(), std::tuple(code), std::forward<Token>(token));
}

// void(error_code, std::size_t)
template <class Token> auto async_count(asio::io_context& ctx, error_code code, std::size_t n, Token&& token) {
    return async_finish<void(error_code, std::size_t)>(ctx, told(), std::tuple(code, n), std::forward<Token>(token));
}

// The same, telling what it knows
template <class Token> auto async_told(asio::io_context& ctx, error_code code, std::size_t n, Token&& token) {
    return async_finish<void(error_code, std::size_t)>(ctx, told{"async_told", 10}, std::tuple(code, n),
                                                       std::forward<Token>(token));
}

// void(error_code, std::size_t, std::string)
template <class Token>
auto async_two(asio::io_context& ctx, error_code code, std::size_t n, std::string text, Token&& token) {
    return async_finish<void(error_code, std::size_t, std::string)>(ctx, told(), std::tuple(code, n, std::move(text)),
                                                                    std::forward<Token>(token));
}

// void(std::exception_ptr, int)
template <class Token> auto async_exception(asio::io_context& ctx, std::exception_ptr e, int value, Token&& token) {
    return async_finish<void(std::exception_ptr, int)>(ctx, told(), std::tuple(e, value), std::forward<Token>(token));
}

// void(int): it can't fail
template <class Token> auto async_plain(asio::io_context& ctx, int value, Token&& token) {
    return async_finish<void(int)>(ctx, told(), std::tuple(value), std::forward<Token>(token));
}

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_THROWING_OPERATIONS_HPP
