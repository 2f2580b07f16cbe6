//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SUPPORT_FAULT_STREAM_HPP
#define ASYNCIO_ERRC_TEST_SUPPORT_FAULT_STREAM_HPP

#include <boost/asio/append.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <limits>
#include <utility>

namespace asyncio_test {

namespace asio = boost::asio;

// What one direction of a fault_stream does wrong.
struct fault_plan {
    // The most that one call moves.
    std::size_t max_bytes = std::numeric_limits<std::size_t>::max();

    // This call from the first on (1) fails with `failure`, and moves nothing. 0: none does.
    std::size_t fail_call = 0;
    boost::system::error_code failure;

    // The number of calls so far.
    std::size_t calls = 0;
};

// A stream whose reads and writes are those of another, but short, or failing, when planned.
template <class NextLayer> class fault_stream {
public:
    using next_layer_type = NextLayer;
    using executor_type = typename NextLayer::executor_type;
    using lowest_layer_type = typename NextLayer::lowest_layer_type;

    explicit fault_stream(NextLayer next) : next_(std::move(next)) {}

    executor_type get_executor() noexcept { return next_.get_executor(); }
    next_layer_type& next_layer() noexcept { return next_; }
    lowest_layer_type& lowest_layer() noexcept { return next_.lowest_layer(); }

    template <class MutableBuffers, class Token> auto async_read_some(MutableBuffers const& buffers, Token&& token) {
        return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(initiate_read{this}, token,
                                                                                         buffers);
    }
    template <class ConstBuffers, class Token> auto async_write_some(ConstBuffers const& buffers, Token&& token) {
        return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(initiate_write{this}, token,
                                                                                         buffers);
    }

    fault_plan reads;
    fault_plan writes;

private:
    // The first buffer that isn't empty, no longer than allowed.
    template <class Buffer, class Buffers> static Buffer limited(Buffers const& buffers, std::size_t most) {
        for (auto it = asio::buffer_sequence_begin(buffers); it != asio::buffer_sequence_end(buffers); ++it) {
            Buffer const candidate(*it);
            if (candidate.size() != 0)
                return asio::buffer(candidate, most);
        }
        return Buffer();
    }

    template <class Handler> void fail(fault_plan const& plan, Handler handler) {
        asio::post(next_.get_executor(), asio::append(std::move(handler), plan.failure, std::size_t(0)));
    }

    struct initiate_read {
        using executor_type = typename NextLayer::executor_type;
        executor_type get_executor() const noexcept { return self->next_.get_executor(); }

        template <class Handler, class Buffers> void operator()(Handler&& handler, Buffers const& buffers) const {
            auto& plan = self->reads;
            if (++plan.calls == plan.fail_call)
                self->fail(plan, std::forward<Handler>(handler));
            else
                self->next_.async_read_some(limited<asio::mutable_buffer>(buffers, plan.max_bytes),
                                            std::forward<Handler>(handler));
        }

        fault_stream* self;
    };

    struct initiate_write {
        using executor_type = typename NextLayer::executor_type;
        executor_type get_executor() const noexcept { return self->next_.get_executor(); }

        template <class Handler, class Buffers> void operator()(Handler&& handler, Buffers const& buffers) const {
            auto& plan = self->writes;
            if (++plan.calls == plan.fail_call)
                self->fail(plan, std::forward<Handler>(handler));
            else
                self->next_.async_write_some(limited<asio::const_buffer>(buffers, plan.max_bytes),
                                             std::forward<Handler>(handler));
        }

        fault_stream* self;
    };

    NextLayer next_;
};

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_SUPPORT_FAULT_STREAM_HPP
