//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_READER_OPERATION_HPP
#define ASYNCIO_DETAIL_READER_OPERATION_HPP

#include <asyncio/associated_error_details.hpp>
#include <asyncio/detail/complete_at_once.hpp>
#include <asyncio/detail/handler_wrapper.hpp>
#include <asyncio/detail/reader_core.hpp>
#include <asyncio/errc.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/handler_continuation_hook.hpp>
#include <boost/system/errc.hpp>

#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace asyncio::detail {

// A stream_reader but for its stream: it stays in place while a read is pending.
struct reader_state {
    explicit reader_state(std::size_t limit) : core(limit) {}
    explicit reader_state(reader_core&& other) : core(std::move(other)) {}

    void cancel(boost::asio::cancellation_type type) {
        cancelled = true;
        signal.emit(type);
    }

    reader_core core;
    read_outcome outcome;                    // of a read that didn't wait, on the way to its handler
    boost::asio::cancellation_signal signal; // of the read of the stream
    bool busy = false;                       // a read waits, or its result is on the way to its handler
    bool waiting = false;                    // the stream has our buffer
    bool cancelled = false;
};

// Sits in the handler's cancellation slot while a read waits.
struct reader_canceller {
    reader_state* state;

    void operator()(boost::asio::cancellation_type type) const { state->cancel(type); }
};

// The stream at the bottom of a stack of streams.
template <class Stream> struct lowest_layer_of {
    using type = Stream;
    static type& get(Stream& stream) noexcept { return stream; }
};
template <class Stream>
    requires requires { typename Stream::lowest_layer_type; }
struct lowest_layer_of<Stream> {
    using type = typename Stream::lowest_layer_type;
    static type& get(Stream& stream) noexcept { return stream.lowest_layer(); }
};

// How a result reaches the handler: `void(error_code, std::string_view)`.
struct deliver_view {
    template <class Handler> void operator()(Handler& handler, read_outcome const& outcome) const {
        record_error(handler, outcome.code, outcome.bytes.size(),
                     [&outcome](error_details& details) { outcome.describe(details); });
        std::move(handler)(outcome.code, outcome.bytes);
    }
};

// Whole, to our own coroutines.
struct deliver_outcome {
    template <class Handler> void operator()(Handler& handler, read_outcome const& outcome) const {
        std::move(handler)(outcome);
    }
};

// Copied into the caller's buffers: `void(error_code, std::size_t)`.
template <class Buffers> struct deliver_copy {
    Buffers buffers;

    template <class Handler> void operator()(Handler& handler, read_outcome const& outcome) const {
        std::size_t const n = outcome.code.failed() ? 0 : boost::asio::buffer_copy(buffers, to_buffer(outcome.bytes));
        record_error(handler, outcome.code, n, "stream_reader::async_read_some");
        std::move(handler)(outcome.code, n);
    }

    static boost::asio::const_buffer to_buffer(std::string_view bytes) noexcept { return {bytes.data(), bytes.size()}; }
};

// The completion of a read that didn't have to wait. Its outcome waits in the reader, which nobody else can make busy
// meanwhile.
template <class Deliver> class reader_result {
public:
    reader_result(Deliver deliver, reader_state& state) : deliver_(std::move(deliver)), state_(&state) {}

    template <class Handler> void operator()(Handler& handler) {
        read_outcome const outcome = state_->outcome; // the handler may start the next read
        state_->busy = false;
        deliver_(handler, outcome);
    }

private:
    Deliver deliver_;
    reader_state* state_;
};

// The completion of a read that another one stands in the way of.
template <class Deliver> class refused_read {
public:
    refused_read(Deliver deliver, read_outcome const& outcome) : deliver_(std::move(deliver)), outcome_(outcome) {}

    template <class Handler> void operator()(Handler& handler) { deliver_(handler, outcome_); }

private:
    Deliver deliver_;
    read_outcome outcome_;
};

template <class Read> bool poll(reader_core& core, Read const& read, read_outcome& outcome) noexcept {
    return read.take(core, outcome.bytes) || core.poll(read.request(), outcome);
}

// A read that waits for the stream.
template <class Stream, class Read, class Deliver, class Handler>
class reader_operation : public handler_wrapper<Handler> {
public:
    using cancellation_slot_type = boost::asio::cancellation_slot;

    template <class H>
    reader_operation(H&& handler, Deliver deliver, Stream& stream, reader_state& state, Read const& read)
        : handler_wrapper<Handler>(std::in_place, std::forward<H>(handler)), deliver_(std::move(deliver)),
          stream_(&stream), state_(&state), read_(read) {}

    cancellation_slot_type get_cancellation_slot() const noexcept { return state_->signal.slot(); }

    void start(std::span<char> room) {
        state_->busy = true;
        state_->cancelled = false;
        unless_busy_guard guard(*state_);
        if (auto slot = handler_slot(); slot.is_connected())
            slot.template emplace<reader_canceller>(reader_canceller{state_});
        read_into(room);
        guard.state = nullptr;
    }

    void operator()(boost::system::error_code code, std::size_t n) {
        continued_ = true;
        state_->waiting = false;
        state_->core.received(code, n);

        read_outcome outcome;
        if (!poll(state_->core, read_, outcome)) {
            outcome.bytes = state_->core.data();
            if (code.failed())
                outcome.code = code;
            else if (state_->cancelled)
                outcome.code = boost::asio::error::operation_aborted;
            else if (std::span<char> const room = state_->core.prepare(); !room.empty())
                return read_on(room);
            else
                outcome.code = make_error_code(boost::system::errc::not_enough_memory);
        }

        // After this a late signal finds nothing, and the handler may start the next read.
        if (auto slot = handler_slot(); slot.is_connected())
            slot.clear();
        state_->busy = false;
        deliver_(this->handler_, outcome);
    }

    friend bool asio_handler_is_continuation(reader_operation* self) {
        using boost::asio::asio_handler_is_continuation;
        return self->continued_ || asio_handler_is_continuation(std::addressof(self->handler_));
    }

private:
    // A read that could not be started leaves the reader usable.
    struct unless_busy_guard {
        explicit unless_busy_guard(reader_state& s) noexcept : state(&s) {}
        unless_busy_guard(unless_busy_guard const&) = delete;
        unless_busy_guard& operator=(unless_busy_guard const&) = delete;
        ~unless_busy_guard() {
            if (state)
                state->busy = state->waiting = false;
        }
        reader_state* state;
    };

    auto handler_slot() const noexcept { return boost::asio::get_associated_cancellation_slot(this->handler_); }

    void read_on(std::span<char> room) {
        unless_busy_guard guard(*state_);
        read_into(room);
        guard.state = nullptr;
    }

    void read_into(std::span<char> room) {
        state_->waiting = true;
        stream_->async_read_some(boost::asio::mutable_buffer(room.data(), room.size()), std::move(*this));
    }

    Deliver deliver_;
    Stream* stream_;
    reader_state* state_;
    Read read_;
    bool continued_ = false;
};

template <class Stream> class initiate_reader {
public:
    using executor_type = typename Stream::executor_type;

    initiate_reader(Stream& stream, reader_state& state) noexcept : stream_(&stream), state_(&state) {}

    executor_type get_executor() const noexcept { return stream_->get_executor(); }

    template <class Handler, class Read, class Deliver>
    void operator()(Handler&& handler, Read const& read, Deliver deliver) const {
        using handler_type = std::decay_t<Handler>;
        reader_core& core = state_->core;

        if (state_->busy) {
            read_outcome outcome;
            read_request const& request = read.request();
            reader_core::name(request, outcome);
            if (core.refuses(request, outcome))
                outcome.bytes = {};
            else
                outcome.code = make_error_code(errc::invalid_state);
            complete_at_once(refused_read<Deliver>(std::move(deliver), outcome), std::forward<Handler>(handler),
                             get_executor());
            return;
        }

        std::size_t const before = core.data().size();
        read_outcome& outcome = state_->outcome = read_outcome();
        if (!poll(core, read, outcome)) {
            if (std::span<char> const room = core.prepare(); !room.empty()) {
                reader_operation<Stream, Read, Deliver, handler_type>(std::forward<Handler>(handler),
                                                                      std::move(deliver), *stream_, *state_, read)
                    .start(room);
                return;
            }
            outcome.code = make_error_code(boost::system::errc::not_enough_memory);
            outcome.bytes = core.data();
        }

        state_->busy = true;
        try {
            complete_at_once(reader_result<Deliver>(std::move(deliver), *state_), std::forward<Handler>(handler),
                             get_executor());
        } catch (...) {
            state_->busy = false;
            core.put_back(before - core.data().size());
            throw;
        }
    }

private:
    Stream* stream_;
    reader_state* state_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_READER_OPERATION_HPP
