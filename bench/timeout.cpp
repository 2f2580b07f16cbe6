//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// What a timeout costs, beside its peers and the bare operation. Compare within one run.
//
// The read is of a byte that is there. Alone: no other timer is pending, so that whoever sets a timer for his operation
// has to program the kernel's. Busy: an earlier one is.

#include <asyncio/timeout.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/version.hpp>
#include <boost/asio/wait_traits.hpp>
#include <boost/asio/write.hpp>
#if BOOST_ASIO_VERSION >= 103100
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/cancel_at.hpp>
#endif

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

// The executor that objects and coroutines have: the context's own, or in another program the one that hides its type,
// which costs what calls through pointers cost.
#if defined(ASYNCIO_BENCH_ANY_EXECUTOR)
using executor = asio::any_io_executor;
#else
using executor = asio::io_context::executor_type;
#endif
using socket_type = asio::basic_stream_socket<asio::local::stream_protocol, executor>;
using timer_type = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor>;
template <class T> using awaitable = asio::awaitable<T, executor>;
constexpr asio::use_awaitable_t<executor> use_awaitable;

constexpr auto limit = 30s;

// What a way of reading needs beside the socket.
struct tools {
    timer_type timer;
    asio::cancellation_signal signal;
};

// One coroutine for the whole run: the step is pasted into its loop.
#define READ_LOOP(name, ...)                                                                                           \
    awaitable<void> name(socket_type& s, socket_type& peer, benchmark::State& state) {                                 \
        tools t{timer_type(s.get_executor()), {}};                                                                     \
        static constexpr std::array<char, 1024> data{};                                                                \
        std::size_t ready = 0;                                                                                         \
        char byte = 0;                                                                                                 \
        asio::mutable_buffer const b(&byte, 1);                                                                        \
        for (auto _ : state) {                                                                                         \
            if (ready-- == 0) {                                                                                        \
                state.PauseTiming();                                                                                   \
                asio::write(peer, asio::buffer(data));                                                                 \
                ready = data.size() - 1;                                                                               \
                state.ResumeTiming();                                                                                  \
            }                                                                                                          \
            __VA_ARGS__;                                                                                               \
        }                                                                                                              \
    }

READ_LOOP(read_bare, co_await s.async_read_some(b, use_awaitable))
READ_LOOP(read_timeout, co_await s.async_read_some(b, asyncio::timeout(limit, use_awaitable)))
READ_LOOP(read_timeout_at, co_await s.async_read_some(b, asyncio::timeout_at(clock::now() + limit, use_awaitable)))
#if BOOST_ASIO_VERSION >= 103100
READ_LOOP(read_cancel_after, co_await s.async_read_some(b, asio::cancel_after(limit, use_awaitable)))
#endif
READ_LOOP(read_by_hand, t.timer.expires_after(limit); t.timer.async_wait([&](error_code ec) {
    if (!ec)
        t.signal.emit(asio::cancellation_type::terminal);
});
          co_await s.async_read_some(b, asio::bind_cancellation_slot(t.signal.slot(), use_awaitable)); t.timer.cancel())
READ_LOOP(read_parallel_group, t.timer.expires_after(limit);
          co_await asio::experimental::make_parallel_group(s.async_read_some(b, asio::deferred),
                                                           t.timer.async_wait(asio::deferred))
              .async_wait(asio::experimental::wait_for_one(), use_awaitable))

awaitable<void> either(socket_type& s, asio::mutable_buffer b, timer_type& timer) {
    using namespace asio::experimental::awaitable_operators;
    co_await (s.async_read_some(b, use_awaitable) || timer.async_wait(use_awaitable));
}
READ_LOOP(read_operators, t.timer.expires_after(limit); co_await either(s, b, t.timer))

template <awaitable<void> (*Loop)(socket_type&, socket_type&, benchmark::State&), bool Busy>
void ready_read(benchmark::State& state) {
    asio::io_context context(1);
    timer_type other(context);
    if (Busy) {
        other.expires_after(20s);
        other.async_wait([](error_code) {});
    }
    socket_type s(context), peer(context);
    asio::local::connect_pair(s, peer);
    asio::co_spawn(context, Loop(s, peer, state), [&](std::exception_ptr e) {
        other.cancel();
        if (e)
            state.SkipWithError("failed");
    });
    context.run();
}

#define ROWS(function, busy)                                                                                           \
    BENCHMARK(function<read_bare, busy>)->Name(#function "/bare/" #busy);                                              \
    BENCHMARK(function<read_timeout, busy>)->Name(#function "/timeout/" #busy);                                        \
    BENCHMARK(function<read_timeout_at, busy>)->Name(#function "/timeout_at/" #busy);                                  \
    BENCHMARK(function<read_by_hand, busy>)->Name(#function "/by_hand/" #busy);                                        \
    BENCHMARK(function<read_parallel_group, busy>)->Name(#function "/parallel_group/" #busy);                          \
    BENCHMARK(function<read_operators, busy>)->Name(#function "/operators/" #busy)

constexpr bool alone = false;
constexpr bool busy = true;
ROWS(ready_read, alone);
ROWS(ready_read, busy);
#if BOOST_ASIO_VERSION >= 103100
BENCHMARK(ready_read<read_cancel_after, alone>)->Name("ready_read/cancel_after/alone");
BENCHMARK(ready_read<read_cancel_after, busy>)->Name("ready_read/cancel_after/busy");
#endif

// Two coroutines that answer each other: each read waits.
template <class Token> awaitable<void> ping(socket_type& s, benchmark::State& state, Token token) {
    char byte = 0;
    for (auto _ : state) {
        co_await s.async_write_some(asio::buffer(&byte, 1), use_awaitable);
        co_await s.async_read_some(asio::buffer(&byte, 1), token);
    }
    s.shutdown(socket_type::shutdown_send);
}
template <class Token> awaitable<void> pong(socket_type& s, Token token) {
    char byte = 0;
    for (;;) {
        co_await s.async_read_some(asio::buffer(&byte, 1), token);
        co_await s.async_write_some(asio::buffer(&byte, 1), use_awaitable);
    }
}
template <class Token> void ping_pong(benchmark::State& state, Token token) {
    asio::io_context context(1);
    socket_type a(context), b(context);
    asio::local::connect_pair(a, b);
    asio::co_spawn(context, ping(a, state, token), [](std::exception_ptr) {});
    asio::co_spawn(context, pong(b, token), [](std::exception_ptr) {});
    context.run();
}
BENCHMARK_CAPTURE(ping_pong, bare, use_awaitable);
BENCHMARK_CAPTURE(ping_pong, timeout, asyncio::timeout(limit, use_awaitable));
#if BOOST_ASIO_VERSION >= 103100
BENCHMARK_CAPTURE(ping_pong, cancel_after, asio::cancel_after(limit, use_awaitable));
#endif

// Many operations pending at once, each a handler that is kept until it is called: arm all, disarm all in random order.
class pending_operations {
public:
    using executor_type = asio::io_context::executor_type;

    class handler_base {
    public:
        virtual ~handler_base() = default;
        virtual void call(error_code) = 0;
    };

    explicit pending_operations(executor_type e, std::size_t count) : executor_(e) { handlers_.reserve(count); }

    class initiation {
    public:
        using executor_type = pending_operations::executor_type;
        explicit initiation(pending_operations& self) noexcept : self_(&self) {}
        executor_type get_executor() const noexcept { return self_->executor_; }
        template <class Handler> void operator()(Handler&& handler) const {
            class kept : public handler_base {
            public:
                explicit kept(Handler&& h) : handler_(std::move(h)) {}
                void call(error_code ec) override { std::move(handler_)(ec); }

            private:
                std::decay_t<Handler> handler_;
            };
            self_->handlers_.push_back(std::make_unique<kept>(std::forward<Handler>(handler)));
        }

    private:
        pending_operations* self_;
    };

    template <class Token> void start(Token&& token) {
        asio::async_initiate<Token, void(error_code)>(initiation(*this), token);
    }
    void end(std::size_t i) {
        auto const h = std::move(handlers_[i]);
        h->call(error_code());
    }

private:
    executor_type executor_;
    std::vector<std::unique_ptr<handler_base>> handlers_;
};

// How the operations are started. What they call counts them.
struct no_timeout {
    template <class Handler> static void start(pending_operations& ops, clock::duration, Handler h) { ops.start(h); }
};
struct with_timeout {
    template <class Handler> static void start(pending_operations& ops, clock::duration d, Handler h) {
        ops.start(asyncio::timeout(d, h));
    }
};
#if BOOST_ASIO_VERSION >= 103100
struct with_cancel_after {
    template <class Handler> static void start(pending_operations& ops, clock::duration d, Handler h) {
        ops.start(asio::cancel_after(d, h));
    }
};
#endif

struct pending_cost {
    double nanoseconds = 0;
    double bytes = 0;
};

double allocated() {
    auto const m = mallinfo2();
    return static_cast<double>(m.uordblks + m.hblkhd);
}

// For each operation: the time from its start until its handler has been called, and the memory while all are pending.
// An operation under cancel_after has not ended when the operation in it has: it waits for its timer's completion,
// which the context has to run.
template <class How>
pending_cost pend(std::vector<clock::duration> const& durations, std::vector<std::uint32_t> const& order) {
    asio::io_context context(1);
    pending_operations ops(context.get_executor(), durations.size());
    std::size_t ended = 0;
    pending_cost cost;
    clock::time_point start;
    // What it takes to look at the memory in between.
    clock::duration apart{};
    double const before = allocated();
    asio::post(context, [&] {
        start = clock::now();
        for (auto d : durations)
            How::start(ops, d, [&ended](error_code) { ++ended; });
        auto const all = clock::now();
        cost.bytes = allocated() - before;
        apart = clock::now() - all;
        for (auto i : order)
            ops.end(i);
    });
    context.run();
    auto const n = static_cast<double>(durations.size());
    cost.nanoseconds = std::chrono::duration<double, std::nano>(clock::now() - start - apart).count() / n;
    cost.bytes /= n;
    if (ended != durations.size())
        std::abort();
    return cost;
}

double median(std::vector<double> v) {
    auto const middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
    std::nth_element(v.begin(), middle, v.end());
    return *middle;
}

// range(0): how many; range(1): distinct durations, 0 for all distinct.
struct pending_load {
    explicit pending_load(benchmark::State const& state)
        : durations(static_cast<std::size_t>(state.range(0))), order(durations.size()) {
        auto const distinct = static_cast<std::uint64_t>(state.range(1));
        std::mt19937_64 random(7);
        for (std::size_t i = 0; i != durations.size(); ++i) {
            auto const r = random() % 1'000'000'000;
            durations[i] = distinct == 1
                               ? clock::duration(1h)
                               : 1000s
                                     + (distinct ? clock::duration(std::chrono::milliseconds(r % distinct * 99))
                                                 : clock::duration(std::chrono::microseconds(r)));
            order[i] = static_cast<std::uint32_t>(i);
        }
        std::shuffle(order.begin(), order.end(), random);
    }

    template <class How> pending_cost run() const { return pend<How>(durations, order); }

    std::vector<clock::duration> durations;
    std::vector<std::uint32_t> order;
};

// Each round takes all ways in turn, as the machine may be slower in the next one. "net" is what the timeouts cost
// without the operations, beside cancel_after's.
void pending(benchmark::State& state) {
    pending_load const load(state);
    std::vector<double> bare, timeout, bytes;
    [[maybe_unused]] std::vector<double> after, after_bytes, net;
    for (auto _ : state) {
        bare.push_back(load.run<no_timeout>().nanoseconds);
        auto const t = load.run<with_timeout>();
        timeout.push_back(t.nanoseconds);
        bytes.push_back(t.bytes);
#if BOOST_ASIO_VERSION >= 103100
        auto const a = load.run<with_cancel_after>();
        after.push_back(a.nanoseconds);
        after_bytes.push_back(a.bytes);
        net.push_back((t.nanoseconds - bare.back()) / (a.nanoseconds - bare.back()));
#endif
    }
    state.counters["bare_ns"] = median(bare);
    state.counters["timeout_ns"] = median(timeout);
    state.counters["timeout_bytes"] = median(bytes);
#if BOOST_ASIO_VERSION >= 103100
    state.counters["cancel_after_ns"] = median(after);
    state.counters["cancel_after_bytes"] = median(after_bytes);
    state.counters["net"] = median(net);
#endif
}

// One way, to be run in a process of its own: where nobody else has left the heap as it is.
template <class How> void pending_apart(benchmark::State& state) {
    pending_load const load(state);
    std::vector<double> cost;
    for (auto _ : state)
        cost.push_back(load.run<How>().nanoseconds);
    state.counters["ns"] = median(cost);
}

void sizes(benchmark::internal::Benchmark* b) {
    b->ArgNames({"n", "distinct"})->Unit(benchmark::kMillisecond);
    for (std::int64_t const distinct : {1, 1000, 0}) {
        b->Args({10'000, distinct});
        b->Args({1'000'000, distinct});
    }
}
BENCHMARK(pending)->Apply(sizes);
BENCHMARK(pending_apart<no_timeout>)->Name("pending_apart/bare")->Apply(sizes);
BENCHMARK(pending_apart<with_timeout>)->Name("pending_apart/timeout")->Apply(sizes);
#if BOOST_ASIO_VERSION >= 103100
BENCHMARK(pending_apart<with_cancel_after>)->Name("pending_apart/cancel_after")->Apply(sizes);
#endif

} // namespace
