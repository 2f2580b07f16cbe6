//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_READ_EXACTLY_HPP
#define ASYNCIO_IMPL_READ_EXACTLY_HPP

#include <asyncio/associated_error_details.hpp>
#include <asyncio/detail/complete_at_once.hpp>
#include <asyncio/detail/handler_wrapper.hpp>
#include <asyncio/detail/unread_buffers.hpp>
#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/handler_continuation_hook.hpp>

#include <memory>
#include <new>
#include <utility>

namespace asyncio {
namespace detail {

// The end of the stream goes under our code; an end that says more, such as a truncated TLS connection, keeps its own.
inline boost::system::error_code incomplete_read_code(boost::system::error_code const& code) noexcept {
    return code == make_error_code(boost::asio::error::eof) ? make_error_code(errc::incomplete_read) : code;
}

template <class Unread>
void describe_read_exactly(error_details& details, Unread const& unread, char const* operation) noexcept {
    details.operation = operation;
    details.expected = unread.size();
    if (details.code == errc::incomplete_read) {
        try {
            details.partial = std::make_shared<std::string const>(unread.copy());
        } catch (std::bad_alloc const&) { // the exception then tells the number only
        }
    }
}

template <class Stream, class Buffers, class Handler> class read_exactly_op : public handler_wrapper<Handler> {
public:
    using cancellation_slot_type = boost::asio::cancellation_slot;

    template <class H>
    read_exactly_op(H&& handler, Stream& stream, unread_buffers<Buffers> const& unread)
        : handler_wrapper<Handler>(std::in_place, std::forward<H>(handler)),
          cancellation_(boost::asio::get_associated_cancellation_slot(this->handler_),
                        boost::asio::enable_partial_cancellation()),
          stream_(&stream), unread_(unread) {}

    cancellation_slot_type get_cancellation_slot() const noexcept { return cancellation_.slot(); }

    void read() { stream_->async_read_some(unread_.next(), std::move(*this)); }

    void operator()(boost::system::error_code const& code, std::size_t n) {
        continued_ = true;
        unread_.fill(n);
        if (unread_.full())
            complete(boost::system::error_code()); // nothing that arrived is given up
        else if (code.failed())
            complete(incomplete_read_code(code));
        else if (cancellation_.cancelled() != boost::asio::cancellation_type::none)
            complete(boost::asio::error::operation_aborted);
        else
            read();
    }

    friend bool asio_handler_is_continuation(read_exactly_op* self) {
        using boost::asio::asio_handler_is_continuation;
        return self->continued_ || asio_handler_is_continuation(std::addressof(self->handler_));
    }

private:
    void complete(boost::system::error_code const& code) {
        record_error(this->handler_, code, unread_.filled(),
                     [this](error_details& details) { describe_read_exactly(details, unread_, "async_read_exactly"); });
        std::move(this->handler_)(code, unread_.filled());
    }

    boost::asio::cancellation_state cancellation_;
    Stream* stream_;
    unread_buffers<Buffers> unread_;
    bool continued_ = false;
};

struct read_nothing {
    template <class Handler> void operator()(Handler& handler) const {
        boost::system::error_code const success;
        record_error(handler, success, 0, "async_read_exactly");
        std::move(handler)(success, std::size_t(0));
    }
};

template <class Stream> class initiate_read_exactly {
public:
    using executor_type = typename Stream::executor_type;

    explicit initiate_read_exactly(Stream& stream) noexcept : stream_(&stream) {}

    executor_type get_executor() const noexcept { return stream_->get_executor(); }

    template <class Handler, class Buffers> void operator()(Handler&& handler, Buffers const& buffers) const {
        using handler_type = std::decay_t<Handler>;
        unread_buffers<Buffers> const unread(buffers);
        if (unread.full())
            complete_at_once(read_nothing(), std::forward<Handler>(handler), get_executor());
        else
            read_exactly_op<Stream, Buffers, handler_type>(std::forward<Handler>(handler), *stream_, unread).read();
    }

private:
    Stream* stream_;
};

template <class Stream, class Unread>
void read_exactly(Stream& stream, Unread& unread, boost::system::error_code& code) {
    code.clear();
    while (!unread.full() && !code.failed())
        unread.fill(stream.read_some(unread.next(), code));
    code = unread.full() ? boost::system::error_code() : incomplete_read_code(code);
}

} // namespace detail

template <async_read_stream Stream, mutable_buffer_sequence Buffers, class Token>
auto async_read_exactly(Stream& stream, Buffers const& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        detail::initiate_read_exactly<Stream>(stream), token, buffers);
}

template <class Stream, mutable_buffer_sequence Buffers>
std::size_t read_exactly(Stream& stream, Buffers const& buffers, boost::system::error_code& code) {
    detail::unread_buffers<Buffers> unread(buffers);
    detail::read_exactly(stream, unread, code);
    return unread.filled();
}

template <class Stream, mutable_buffer_sequence Buffers>
std::size_t read_exactly(Stream& stream, Buffers const& buffers) {
    detail::unread_buffers<Buffers> unread(buffers);
    boost::system::error_code code;
    detail::read_exactly(stream, unread, code);
    if (code.failed()) {
        error_details details;
        details.code = code;
        details.transferred = unread.filled();
        detail::describe_read_exactly(details, unread, "read_exactly");
        throw_error(code, details);
    }
    return unread.filled();
}

} // namespace asyncio

#endif // ASYNCIO_IMPL_READ_EXACTLY_HPP
