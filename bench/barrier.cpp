//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "wake.hpp"

#include <asyncio/barrier.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>

#include <limits>
#include <utility>
#include <vector>

// A barrier of 2, 16 and 64 coroutines; the time is that of one wait. Beside it, what is written with Asio today.

namespace asyncio_bench {

namespace {

using boost::system::error_code;

// The first of the coroutines counts the rounds; one iteration is one wait.
template <class Barrier> void rounds(benchmark::State& state) {
    auto const parties = state.range(0);
    asio::io_context ctx(1);
    Barrier barrier(ctx.get_executor(), parties);
    // Nobody can be ahead of the leader by a whole round: so all end with the round after its last.
    std::size_t end = std::numeric_limits<std::size_t>::max();
    auto const leader = [&]() -> awaitable<> {
        std::size_t done = 0;
        for (; done < 16; ++done) // all are there, and warm
            co_await barrier.wait();
        std::size_t const start = allocations();
        for (; state.KeepRunningBatch(parties); ++done)
            co_await barrier.wait();
        state.counters["allocs"] = static_cast<double>(allocations() - start) / static_cast<double>(state.iterations());
        end = done + 1;
        co_await barrier.wait();
    };
    auto const follower = [&]() -> awaitable<> {
        for (std::size_t done = 0; done < end; ++done)
            co_await barrier.wait();
    };
    auto const rethrow = [](std::exception_ptr e) {
        if (e)
            std::rethrow_exception(e);
    };
    for (std::int64_t i = 1; i < parties; ++i)
        asio::co_spawn(ctx, follower(), rethrow);
    asio::co_spawn(ctx, leader(), rethrow);
    ctx.run();
}

class our_barrier {
public:
    our_barrier(executor const& ex, std::ptrdiff_t parties) : barrier_(ex, parties) {}
    auto wait() { return barrier_.async_wait(use_awaitable); }

private:
    asyncio::basic_barrier<executor> barrier_;
};

class timer_barrier {
public:
    timer_barrier(executor const& ex, std::ptrdiff_t parties)
        : timer_(ex, timer::time_point::max()), parties_(parties) {}
    awaitable<> wait() {
        if (++here_ == parties_) {
            here_ = 0;
            timer_.cancel();
            co_return;
        }
        co_await timer_.async_wait(asio::as_tuple(use_awaitable));
    }

private:
    timer timer_;
    std::ptrdiff_t parties_;
    std::ptrdiff_t here_ = 0;
};

class handler_barrier {
    using handler = asio::any_completion_handler<void(error_code)>;

public:
    handler_barrier(executor const& ex, std::ptrdiff_t parties) : executor_(ex) {
        handlers_.reserve(static_cast<std::size_t>(parties));
    }
    auto wait() {
        return asio::async_initiate<asio::use_awaitable_t<executor> const, void(error_code)>(initiate{this},
                                                                                             use_awaitable);
    }

private:
    struct initiate {
        template <class Handler> void operator()(Handler&& h) const { self->arrive(handler(std::forward<Handler>(h))); }
        handler_barrier* self;
    };

    void arrive(handler h) {
        handlers_.emplace_back(std::move(h));
        if (handlers_.size() != handlers_.capacity())
            return;
        for (auto& waiting : handlers_)
            asio::post(executor_, asio::append(std::move(waiting), error_code()));
        handlers_.clear();
    }

    executor executor_;
    std::vector<handler> handlers_;
};

BENCHMARK(rounds<our_barrier>)->Name("barrier")->Arg(2)->Arg(16)->Arg(64);
BENCHMARK(rounds<timer_barrier>)->Name("timer_cancel")->Arg(2)->Arg(16)->Arg(64);
BENCHMARK(rounds<handler_barrier>)->Name("any_completion_handlers")->Arg(2)->Arg(16)->Arg(64);

} // namespace
} // namespace asyncio_bench
