//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_THROWING_HPP
#define ASYNCIO_IMPL_THROWING_HPP

#include <asyncio/associated_error_details.hpp>
#include <asyncio/detail/initiation.hpp>
#include <asyncio/detail/signature.hpp>
#include <asyncio/error_details.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/handler_continuation_hook.hpp>
#include <boost/asio/version.hpp>
#include <boost/system/error_code.hpp>

#if BOOST_ASIO_VERSION >= 103100
#include <boost/asio/associated_executor.hpp>
#endif
#if BOOST_ASIO_VERSION < 103300
#include <boost/asio/as_tuple.hpp>
#include <tuple>
#endif

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>

namespace asyncio {
namespace detail {

// void(error_code, T...) -> void(std::exception_ptr, T...); anything else stays as it is.
template <class Signature> struct throwing_signature {
    using type = Signature;
};
template <class R, class... T> struct throwing_signature<R(boost::system::error_code, T...)> {
    using type = R(std::exception_ptr, T...);
};
template <class R, class... T> struct throwing_signature<R(boost::system::error_code, T...)&> {
    using type = R(std::exception_ptr, T...) &;
};
template <class R, class... T> struct throwing_signature<R(boost::system::error_code, T...) &&> {
    using type = R(std::exception_ptr, T...) &&;
};
template <class R, class... T> struct throwing_signature<R(boost::system::error_code, T...) noexcept> {
    using type = R(std::exception_ptr, T...) noexcept;
};
template <class R, class... T> struct throwing_signature<R(boost::system::error_code, T...) & noexcept> {
    using type = R(std::exception_ptr, T...) & noexcept;
};
template <class R, class... T> struct throwing_signature<R(boost::system::error_code, T...) && noexcept> {
    using type = R(std::exception_ptr, T...) && noexcept;
};
template <class Signature> using throwing_signature_t = typename throwing_signature<Signature>::type;

// The byte count of a completion is the std::size_t right behind the code.
inline std::optional<std::size_t> byte_count() noexcept {
    return {};
}
template <class First, class... Rest>
std::optional<std::size_t> byte_count(First const& first, Rest const&...) noexcept {
    if constexpr (std::is_same_v<First, std::size_t>)
        return first;
    else
        return {};
}

// One call operator per signature, with the parameters that the signature names: operations may call a handler with
// anything that converts to them.
template <class Derived, class Signature> struct throwing_call;

template <class Derived, class R, class... T> struct throwing_call<Derived, R(boost::system::error_code, T...)> {
    void operator()(boost::system::error_code const& code, T... values) {
        auto& self = static_cast<Derived&>(*this);
        std::exception_ptr exception;
        if (code.failed())
            exception = self.exception_for(code, byte_count(values...), sizeof...(T) != 0);
        std::move(self.handler_)(std::move(exception), std::forward<T>(values)...);
    }
};

template <class Derived, class R, class... T> struct throwing_call<Derived, R(std::exception_ptr, T...)> {
    void operator()(std::exception_ptr exception, T... values) {
        auto& self = static_cast<Derived&>(*this);
        if (exception)
            exception = with_type(std::move(exception));
        std::move(self.handler_)(std::move(exception), std::forward<T>(values)...);
    }
};

template <class Derived, class R, class... T> struct throwing_call<Derived, R(T...)> {
    void operator()(T... values) {
        auto& self = static_cast<Derived&>(*this);
        std::move(self.handler_)(std::forward<T>(values)...);
    }
};

template <class Handler, class... Signatures>
class throwing_handler : public throwing_call<throwing_handler<Handler, Signatures...>, Signatures>... {
public:
    using result_type = void;

    explicit throwing_handler(Handler handler) : handler_(std::move(handler)) {}

    using throwing_call<throwing_handler, Signatures>::operator()...;

    // What the operation recorded, if that was of this very completion: a composed operation may have met, recorded and
    // survived another failure on its way. Of results other than a count, nothing was recorded that could be compared.
    error_details details_for(boost::system::error_code const& code, std::optional<std::size_t> count,
                              bool has_results) noexcept {
        bool const other_results = has_results && !count;
        if (place_ && place_->code.failed() && place_->code == code && (other_results || place_->transferred == count))
            return std::move(*place_);
        error_details details;
        details.transferred = count;
        return details;
    }

    // The exception that the operation was given, or the one for the code.
    std::exception_ptr exception_for(boost::system::error_code const& code, std::optional<std::size_t> count,
                                     bool has_results) noexcept {
        error_details const details = details_for(code, count, has_results);
        return details.exception ? details.exception : make_exception(code, details);
    }

    error_details* place() const noexcept { return place_ ? &*place_ : &place_.emplace(); }

    Handler handler_;

private:
    // Made when it is asked for, which is when the operation completes: until then a handler is moved often, and this
    // with it.
    mutable std::optional<error_details> place_;
};

template <class Handler, class... Signatures>
bool asio_handler_is_continuation(throwing_handler<Handler, Signatures...>* self) {
    using boost::asio::asio_handler_is_continuation;
    return asio_handler_is_continuation(std::addressof(self->handler_));
}

template <class Initiation, class... Signatures> class throwing_initiation : public initiation_holder<Initiation> {
public:
    using initiation_holder<Initiation>::initiation_holder;

    template <class Handler, class... Args> void operator()(Handler&& handler, Args&&... args) && {
        std::move(this->initiation_)(wrap(std::forward<Handler>(handler)), std::forward<Args>(args)...);
    }
    template <class Handler, class... Args> void operator()(Handler&& handler, Args&&... args) const& {
        this->initiation_(wrap(std::forward<Handler>(handler)), std::forward<Args>(args)...);
    }

private:
    template <class Handler> static auto wrap(Handler&& handler) {
        return throwing_handler<std::decay_t<Handler>, unqualified_t<Signatures>...>(std::forward<Handler>(handler));
    }
};

} // namespace detail

template <class Handler, class... Signatures, class Candidate>
struct associated_error_details<detail::throwing_handler<Handler, Signatures...>, Candidate> {
    using type = error_details*;

    static type get(detail::throwing_handler<Handler, Signatures...> const& handler) noexcept {
        return handler.place();
    }
    static type get(detail::throwing_handler<Handler, Signatures...> const& handler, Candidate const&) noexcept {
        return handler.place();
    }
};

} // namespace asyncio

template <template <class, class> class Associator, class Handler, class... Signatures, class Candidate>
struct boost::asio::associator<Associator, asyncio::detail::throwing_handler<Handler, Signatures...>, Candidate>
    : Associator<Handler, Candidate> {
    using handler_type = asyncio::detail::throwing_handler<Handler, Signatures...>;

    static typename Associator<Handler, Candidate>::type get(handler_type const& handler) noexcept {
        return Associator<Handler, Candidate>::get(handler.handler_);
    }
    static auto get(handler_type const& handler, Candidate const& candidate) noexcept
        -> decltype(Associator<Handler, Candidate>::get(handler.handler_, candidate)) {
        return Associator<Handler, Candidate>::get(handler.handler_, candidate);
    }
};

template <class CompletionToken, class... Signatures>
struct boost::asio::async_result<asyncio::throwing_t<CompletionToken>, Signatures...>
    : async_result<CompletionToken, asyncio::detail::throwing_signature_t<Signatures>...> {
    template <class Initiation, class RawToken, class... Args>
    static auto initiate(Initiation&& initiation, RawToken&& token, Args&&... args)
        -> decltype(async_initiate<std::conditional_t<std::is_const_v<std::remove_reference_t<RawToken>>,
                                                      CompletionToken const, CompletionToken>,
                                   asyncio::detail::throwing_signature_t<Signatures>...>(
            asyncio::detail::throwing_initiation<std::decay_t<Initiation>, Signatures...>(
                std::forward<Initiation>(initiation)),
            token.inner(), std::forward<Args>(args)...)) {
        return async_initiate<std::conditional_t<std::is_const_v<std::remove_reference_t<RawToken>>,
                                                 CompletionToken const, CompletionToken>,
                              asyncio::detail::throwing_signature_t<Signatures>...>(
            asyncio::detail::throwing_initiation<std::decay_t<Initiation>, Signatures...>(
                std::forward<Initiation>(initiation)),
            token.inner(), std::forward<Args>(args)...);
    }
};

#if BOOST_ASIO_VERSION < 103300
// Asio's yield_context of that time can't take an exception: with results it doesn't compile, without any it throws the
// null pointer of a success. It is asked for one result instead, which is taken apart here.
namespace boost::asio {
template <class Executor> class basic_yield_context;
} // namespace boost::asio

namespace asyncio::detail {

template <class Signature> constexpr bool can_throw = false;
template <class R, class... T> constexpr bool can_throw<R(std::exception_ptr, T...)> = true;

inline void rethrow_or_return(std::tuple<std::exception_ptr> result) {
    if (std::get<0>(result))
        std::rethrow_exception(std::get<0>(std::move(result)));
}
template <class T> T rethrow_or_return(std::tuple<std::exception_ptr, T> result) {
    if (std::get<0>(result))
        std::rethrow_exception(std::get<0>(std::move(result)));
    return std::get<1>(std::move(result));
}
template <class... T> std::tuple<T...> rethrow_or_return(std::tuple<std::exception_ptr, T...> result) {
    if (std::get<0>(result))
        std::rethrow_exception(std::get<0>(std::move(result)));
    return std::apply([](std::exception_ptr&, auto&... values) { return std::tuple<T...>(std::move(values)...); },
                      result);
}

} // namespace asyncio::detail

template <class Executor, class Signature>
    requires asyncio::detail::can_throw<
        asyncio::detail::unqualified_t<asyncio::detail::throwing_signature_t<Signature>>>
struct boost::asio::async_result<asyncio::throwing_t<boost::asio::basic_yield_context<Executor>>, Signature> {
    template <class Initiation, class RawToken, class... Args>
    static auto initiate(Initiation&& initiation, RawToken&& token, Args&&... args) {
        using yield = as_tuple_t<basic_yield_context<Executor>>;
        yield inner(token.inner());
        return asyncio::detail::rethrow_or_return(
            async_initiate<yield, asyncio::detail::throwing_signature_t<Signature>>(
                asyncio::detail::throwing_initiation<std::decay_t<Initiation>, Signature>(
                    std::forward<Initiation>(initiation)),
                inner, std::forward<Args>(args)...));
    }
};
#endif

#if BOOST_ASIO_VERSION >= 103100
template <class... Signatures> struct boost::asio::async_result<asyncio::partial_throwing, Signatures...> {
    template <class Initiation, class RawToken, class... Args>
    static auto initiate(Initiation&& initiation, RawToken&&, Args&&... args) -> decltype(async_initiate<Signatures...>(
        std::forward<Initiation>(initiation),
        asyncio::throwing_t<default_completion_token_t<associated_executor_t<Initiation>>>{},
        std::forward<Args>(args)...)) {
        return async_initiate<Signatures...>(
            std::forward<Initiation>(initiation),
            asyncio::throwing_t<default_completion_token_t<associated_executor_t<Initiation>>>{},
            std::forward<Args>(args)...);
    }
};
#endif

#endif // ASYNCIO_IMPL_THROWING_HPP
