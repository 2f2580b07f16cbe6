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

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
#include <boost/asio/associated_immediate_executor.hpp>
#include <boost/asio/dispatch.hpp>
#endif

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace asyncio::detail {

template <class Stream> inline constexpr bool is_plain_socket = false;
template <class Protocol, class Executor>
inline constexpr bool is_plain_socket<boost::asio::basic_stream_socket<Protocol, Executor>> = true;

#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
// Resumes the operation right where it is called: without the associated executor that Self has, to which an immediate
// executor would hand it on.
template <class Self> class sendfile_resumption {
public:
    using allocator_type = boost::asio::associated_allocator_t<Self>;

    explicit sendfile_resumption(Self&& self) : self_(std::move(self)) {}

    allocator_type get_allocator() const noexcept { return boost::asio::get_associated_allocator(self_); }

    void operator()() { self_(); }

private:
    Self self_;
};
#endif

// The body of async_sendfile, for async_compose.
//
// It calls first and waits only for what would block. What it finds before it waited is delivered as an immediate
// completion.
template <class Stream, class Source, class Allocator> class sendfile_op {
public:
    sendfile_op(Stream& stream, Source source, sendfile_transfer const& transfer, Allocator const& allocator)
        : stream_(std::addressof(stream)), source_(source), transfer_(transfer), buffer_(allocator) {}

    template <class Self> void operator()(Self& self, boost::system::error_code const& ec = {}, std::size_t count = 0) {
        switch (std::exchange(stage_, stage::running)) {
        case stage::starting:
            self.reset_cancellation_state(boost::asio::enable_total_cancellation());
            if constexpr (is_plain_socket<Stream>)
                prepare_socket();
            else
                transfer_.copy_to_stream();
            return run(self, true);
        case stage::completing: return complete(self);
        case stage::running: break; // back from another's turn
        case stage::waiting:
            if (ec)
                transfer_.fail(ec);
            break;
        case stage::reading:
            if (ec && ec != boost::asio::error::eof)
                transfer_.fail(ec);
            else
                transfer_.filled(count);
            break;
        case stage::writing:
            transfer_.consume(count);
            if (ec)
                transfer_.fail(ec);
            else if (count == 0) // a stream that takes nothing and reports nothing would be asked for ever
                transfer_.fail(make_error_code(boost::system::errc::io_error));
            break;
        }
        if (!transfer_.finished() && self.cancelled() != boost::asio::cancellation_type::none)
            transfer_.fail(boost::asio::error::operation_aborted);
        if constexpr (is_plain_socket<Stream>)
            if (!transfer_.finished() && !stream_->is_open())
                transfer_.fail(boost::asio::error::operation_aborted);
        run(self, false);
    }

private:
    enum class stage : unsigned char { starting, running, waiting, reading, writing, completing };

    template <class Self> void run(Self& self, bool immediate) {
        if constexpr (is_plain_socket<Stream>) {
            while (!transfer_.finished() && !reads_asynchronously()) {
                switch (transfer_.advance(stream_->native_handle(), source_.handle(), buffer_.data())) {
                case sendfile_transfer::status::finished: break;
                case sendfile_transfer::status::needs_buffer: make_buffer(); break;
                case sendfile_transfer::status::blocked: return wait(self);
                case sendfile_transfer::status::turn_over: return give_way(self);
                }
            }
        }
        if constexpr (!is_plain_socket<Stream> || Source::is_async)
            if (!transfer_.finished() && read(self))
                return;
        finish(self, immediate);
    }

    // Before every suspension: a total cancellation promises that nothing was sent.
    template <class Self> void narrow_cancellation(Self& self) {
        if (!narrowed_ && transfer_.sent() != 0) {
            narrowed_ = true;
            self.reset_cancellation_state(boost::asio::enable_partial_cancellation());
        }
    }

    template <class Self> void wait(Self& self) {
        narrow_cancellation(self);
        stage_ = stage::waiting;
        stream_->async_wait(boost::asio::socket_base::wait_write, std::move(self));
    }

    template <class Self> void give_way(Self& self) {
        narrow_cancellation(self);
        boost::asio::post(std::move(self));
    }

    // Reads and writes one piece; false if there is none, or no memory for it.
    template <class Self> bool read(Self& self) {
        if (buffer_.data().empty())
            make_buffer();
        if (transfer_.finished())
            return false;
        narrow_cancellation(self);
        if constexpr (Source::is_async) {
            if (transfer_.pending(buffer_.data()).empty()) {
                auto& file = source_.object();
                auto const position = transfer_.position();
                auto const room = transfer_.vacant(buffer_.data());
                stage_ = stage::reading;
                file.async_read_some_at(position, boost::asio::buffer(room.data(), room.size()), std::move(self));
                return true;
            }
        } else if (transfer_.fill(source_.handle(), buffer_.data()) == sendfile_transfer::status::finished) {
            return false;
        }
        auto const data = transfer_.pending(buffer_.data());
        stage_ = stage::writing;
        stream_->async_write_some(boost::asio::buffer(data.data(), data.size()), std::move(self));
        return true;
    }

    template <class Self> void finish(Self& self, bool immediate) {
        buffer_.release();
        if (!immediate)
            return complete(self);
        stage_ = stage::completing;
#if __has_include(<boost/asio/associated_immediate_executor.hpp>)
        auto const executor = boost::asio::get_associated_immediate_executor(self, self.get_executor());
        boost::asio::dispatch(executor, sendfile_resumption<Self>(std::move(self)));
#else
        boost::asio::post(std::move(self));
#endif
    }

    template <class Self> void complete(Self& self) {
        auto const ec = transfer_.error();
        auto const sent = transfer_.sent();
        record_error(self, ec, sent, [this](error_details& place) { transfer_.describe(place, "async_sendfile"); });
        self.complete(ec, sent);
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
    stage stage_ = stage::starting;
    bool narrowed_ = false;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_SENDFILE_OP_HPP
