//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_SENDFILE_OP_HPP
#define ASYNCIO_DETAIL_SENDFILE_OP_HPP

#include <asyncio/associated_error_details.hpp>
#include <asyncio/detail/sendfile_buffer.hpp>
#include <asyncio/detail/sendfile_transfer.hpp>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace asyncio::detail {

template <class Stream> inline constexpr bool is_plain_socket = false;
template <class Protocol, class Executor>
inline constexpr bool is_plain_socket<boost::asio::basic_stream_socket<Protocol, Executor>> = true;

template <class Handler> void record_outcome(Handler const& handler, sendfile_outcome const& outcome) noexcept {
    record_error(handler, outcome.error(), outcome.sent(),
                 [&outcome](error_details& place) { outcome.describe(place, "async_sendfile"); });
}

// How an outcome reaches the handler of a transfer that waited: `void(error_code, std::size_t)`.
struct deliver_sent {
    template <class Self> void operator()(Self& self, sendfile_outcome const& outcome) const {
        record_outcome(self, outcome);
        self.complete(outcome.error(), outcome.sent());
    }
};

// Whole, to our own coroutines.
struct deliver_sendfile_outcome {
    template <class Self> void operator()(Self& self, sendfile_outcome const& outcome) const { self.complete(outcome); }
};

// The completion of a transfer that had nothing to wait for.
class sendfile_completion {
public:
    explicit sendfile_completion(sendfile_outcome const& outcome) noexcept : outcome_(outcome) {}

    template <class Handler> void operator()(Handler& handler) const {
        record_outcome(handler, outcome_);
        std::move(handler)(outcome_.error(), outcome_.sent());
    }

private:
    sendfile_outcome outcome_;
};

// The body of async_sendfile, and of co_sendfile.
//
// It calls first, in `start`, and only what would block goes through async_compose: the rest has its result by then.
template <class Stream, class Source, class Allocator, class Deliver = deliver_sent> class sendfile_op {
public:
    sendfile_op(Stream& stream, Source source, sendfile_system const& system, sendfile_options const& options,
                Allocator const& allocator) noexcept
        : stream_(std::addressof(stream)), source_(source), transfer_(system, options), buffer_(allocator) {}

    // Does what can be done without waiting. True if that was all.
    bool start() {
        if constexpr (is_plain_socket<Stream>)
            prepare_socket();
        else
            transfer_.copy_to_stream();
        advance();
        return next_ == step::finish;
    }

    sendfile_outcome const& outcome() const noexcept { return transfer_; }

    template <class Self> void operator()(Self& self, boost::system::error_code const& ec = {}, std::size_t count = 0) {
        if (!std::exchange(suspended_, true)) {
            self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        } else {
            resume(ec, count);
            if (!transfer_.finished() && self.cancelled() != boost::asio::cancellation_type::none)
                transfer_.fail(boost::asio::error::operation_aborted);
            advance();
        }
        suspend(self);
    }

private:
    enum class step : unsigned char { wait, give_way, read, write, finish };

    // Takes in what the suspension brought.
    void resume(boost::system::error_code const& ec, std::size_t count) {
        switch (next_) {
        case step::wait:
            if (ec)
                transfer_.fail(ec);
            break;
        case step::read:
            if (ec && ec != boost::asio::error::eof)
                transfer_.fail(ec);
            else
                transfer_.filled(count);
            break;
        case step::write:
            transfer_.consume(count);
            if (ec)
                transfer_.fail(ec);
            else if (count == 0) // a stream that takes nothing and reports nothing would be asked for ever
                transfer_.fail(make_error_code(boost::system::errc::io_error));
            break;
        case step::give_way:
        case step::finish: break;
        }
        if constexpr (is_plain_socket<Stream>)
            if (!transfer_.finished() && !stream_->is_open())
                transfer_.fail(boost::asio::error::operation_aborted);
    }

    // Goes on to the next suspension, or to the end.
    void advance() {
        next_ = next();
        if (next_ == step::finish)
            buffer_.release();
    }

    step next() {
        if constexpr (is_plain_socket<Stream>) {
            while (!transfer_.finished() && !reads_asynchronously()) {
                switch (transfer_.advance(stream_->native_handle(), source_.handle(), buffer_.data())) {
                case sendfile_transfer::status::finished: break;
                case sendfile_transfer::status::needs_buffer: make_buffer(); break;
                case sendfile_transfer::status::blocked: return step::wait;
                case sendfile_transfer::status::turn_over: return step::give_way;
                }
            }
        }
        if constexpr (!is_plain_socket<Stream> || Source::is_async)
            return next_piece();
        return step::finish;
    }

    // What is read and written moves in pieces.
    step next_piece() {
        if (!transfer_.finished() && buffer_.data().empty())
            make_buffer();
        if (transfer_.finished())
            return step::finish;
        if constexpr (Source::is_async) {
            if (transfer_.pending(buffer_.data()).empty())
                return step::read;
        } else if (transfer_.fill(source_.handle(), buffer_.data()) == sendfile_transfer::status::finished) {
            return step::finish;
        }
        return step::write;
    }

    template <class Self> void suspend(Self& self) {
        if (next_ == step::finish)
            return Deliver()(self, transfer_);
        limit_cancellation(self);
        if constexpr (is_plain_socket<Stream>) {
            if (next_ == step::wait)
                return stream_->async_wait(boost::asio::socket_base::wait_write, std::move(self));
            if (next_ == step::give_way)
                return boost::asio::post(stream_->get_executor(), std::move(self)); // which goes on to the handler's
        }
        if constexpr (Source::is_async) {
            if (next_ == step::read) {
                auto& file = source_.object();
                auto const position = transfer_.position();
                auto const room = transfer_.vacant(buffer_.data());
                return file.async_read_some_at(position, boost::asio::buffer(room.data(), room.size()),
                                               std::move(self));
            }
        }
        if constexpr (!is_plain_socket<Stream> || Source::is_async) {
            auto const data = transfer_.pending(buffer_.data());
            stream_->async_write_some(boost::asio::buffer(data.data(), data.size()), std::move(self));
        }
    }

    // A total cancellation promises that nothing was sent.
    template <class Self> void limit_cancellation(Self& self) {
        if (!limited_ && transfer_.sent() != 0) {
            limited_ = true;
            self.reset_cancellation_state(boost::asio::enable_partial_cancellation());
        }
    }

    void prepare_socket() {
        boost::system::error_code ec;
        if (!stream_->is_open())
            ec = boost::asio::error::bad_descriptor;
        else if (!stream_->native_non_blocking())
            stream_->native_non_blocking(true, ec);
        if (ec)
            transfer_.fail(ec);
    }

    void make_buffer() {
        try {
            buffer_.allocate(transfer_.buffer_size(source_.handle()));
        } catch (std::bad_alloc const&) {
            transfer_.fail(make_error_code(boost::system::errc::not_enough_memory));
        }
    }

    bool reads_asynchronously() const noexcept { return Source::is_async && transfer_.copying(); }

    Stream* stream_;
    Source source_;
    sendfile_transfer transfer_;
    sendfile_buffer<Allocator> buffer_;
    step next_ = step::finish;
    bool suspended_ = false;
    bool limited_ = false;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_SENDFILE_OP_HPP
