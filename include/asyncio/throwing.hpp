//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_THROWING_HPP
#define ASYNCIO_THROWING_HPP

#include <asyncio/detail/config.hpp>

#include <type_traits>
#include <utility>

namespace asyncio {

/// A completion token adapter: an operation's `error_code` becomes this library's typed exception.
///
/// Made by `throwing`. Every completion signature `void(boost::system::error_code, T...)` of the operation becomes
/// `void(std::exception_ptr, T...)`, so that a token that throws what it finds there (`use_awaitable`, `deferred` under
/// `co_await`, `use_future`, `yield_context`) throws what `make_exception` gives for the code:
///
/// @code
/// auto n = co_await asyncio::async_read_exactly(socket, buffer, asyncio::throwing(asio::use_awaitable));
/// @endcode
///
/// It works on any operation. An operation of this library, or any other that calls `record_error`, tells the exception
/// more: its name, the bytes expected, the bytes that arrived. For others, `transferred()` is the `std::size_t` that
/// follows the code in the signature, if there is one.
///
/// @par Signatures
/// `error_code` first: as above; the pointer is null on success, and nothing is allocated. `std::exception_ptr` first:
/// a plain `boost::system::system_error` in it is given its type, see `with_type`. Any other: unchanged. References and
/// `noexcept` of a signature are kept.
///
/// Before Boost 1.87, Asio's `yield_context` can't take an exception by itself: `throwing` is to stand right around it,
/// as in `bind_executor(executor, throwing(yield))`.
///
/// @par Passed through
/// The executor, allocator, cancellation slot and immediate executor of the inner token's handler, and the executor of
/// the operation's initiation. The adapter adds no coroutine, no allocation and no further step.
///
/// @tparam CompletionToken The token that is adapted.
template <class CompletionToken> class throwing_t {
public:
    /// Keeps the default constructor from being used for conversions.
    struct default_constructor_tag {};

    /// Adapts a default constructed token.
    constexpr throwing_t(default_constructor_tag = {}, CompletionToken token = CompletionToken())
        : token_(std::move(token)) {}

    /// Adapts the token.
    template <class Token>
        requires(!std::is_same_v<std::remove_cvref_t<Token>, throwing_t>)
    constexpr explicit throwing_t(Token&& token) : token_(std::forward<Token>(token)) {}

    /// An executor whose default completion token is this one.
    template <class InnerExecutor> struct executor_with_default : InnerExecutor {
        /// What an operation on this executor takes where no token is given.
        using default_completion_token_type = throwing_t;

        /// Wraps the executor.
        template <class OtherExecutor>
            requires(!std::is_same_v<OtherExecutor, executor_with_default>
                     && std::is_convertible_v<OtherExecutor const&, InnerExecutor>)
        executor_with_default(OtherExecutor const& executor) noexcept : InnerExecutor(executor) {}
    };

    /// The I/O object type `T`, with this token as its default.
    template <class T>
    using as_default_on_t =
        typename T::template rebind_executor<executor_with_default<typename T::executor_type>>::other;

    /// The I/O object, with this token as its default.
    template <class T> static as_default_on_t<std::decay_t<T>> as_default_on(T&& object) {
        return as_default_on_t<std::decay_t<T>>(std::forward<T>(object));
    }

    /// The token that is adapted.
    constexpr CompletionToken& inner() & noexcept { return token_; }
    /// The token that is adapted.
    constexpr CompletionToken const& inner() const& noexcept { return token_; }

private:
    CompletionToken token_;
};

/// The type of `throwing`.
class ASYNCIO_ERRC_VISIBLE partial_throwing {
public:
    /// Adapts a completion token.
    template <class CompletionToken>
    [[nodiscard]] constexpr throwing_t<std::decay_t<CompletionToken>> operator()(CompletionToken&& token) const {
        return throwing_t<std::decay_t<CompletionToken>>(std::forward<CompletionToken>(token));
    }
};

/// Adapts a completion token so that failures arrive as typed exceptions; see `throwing_t`.
///
/// `throwing(token)` adapts a token. `throwing` by itself is a token where Asio has such (Boost 1.86 and newer): it
/// adapts the operation's default token.
ASYNCIO_ERRC_VISIBLE inline constexpr partial_throwing throwing{};

} // namespace asyncio

#include <asyncio/impl/throwing.hpp>

#endif // ASYNCIO_THROWING_HPP
