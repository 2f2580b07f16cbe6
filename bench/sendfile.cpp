//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/sendfile.hpp>

#include <benchmark/benchmark.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
#include <boost/asio/bind_immediate_executor.hpp>
#include <boost/asio/system_executor.hpp>
#define HAS_IMMEDIATE_EXECUTOR
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

// A file over loopback TCP, to a receiver that discards: the processor time of the sending thread and the time until
// all has arrived. Each iteration runs every way in turn, and each figure is the median over the iterations. `cpu:` and
// `time:` are ratios to the same iteration's blocking sendfile(2). Completions are posted, which the second floor does
// too: `beyond_post:` is the ratio to that one.
//
// A receiver that has nothing to receive goes to sleep, and the sender pays for waking it. So a pause between two files
// may cost the sender more than it takes, or less, and runs differ by that.
//
// sendfile_python.py and sendfile_nginx.py, beside this file, measure two others in the same sizes.

namespace {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;
using socket_type = asio::basic_stream_socket<asio::ip::tcp, executor>;
using coroutine = asio::awaitable<void, executor>;
constexpr asio::use_awaitable_t<executor> use_awaitable;

std::size_t checked(ssize_t result, char const* what) {
    if (result < 0) {
        std::perror(what);
        std::exit(1);
    }
    return static_cast<std::size_t>(result);
}

double thread_cpu() {
    timespec now;
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// The n-th of the cores that this process may use, as far as there are so many: sender and receiver on one core or on
// two makes more of a difference than anything that is measured here.
void stay_on_core(std::size_t n) {
    static cpu_set_t const all = [] {
        cpu_set_t set;
        checked(::sched_getaffinity(0, sizeof set, &set), "sched_getaffinity");
        return set;
    }();
    cpu_set_t one;
    CPU_ZERO(&one);
    for (std::size_t core = 0; core < CPU_SETSIZE; ++core)
        if (CPU_ISSET(core, &all) && n-- == 0)
            CPU_SET(core, &one);
    if (CPU_COUNT(&one) != 0)
        checked(::sched_setaffinity(0, sizeof one, &one), "sched_setaffinity");
}

class test_file {
public:
    explicit test_file(std::size_t bytes) : size(bytes), file_(std::tmpfile()) {
        std::vector<char> const block(1 << 20, 'x');
        for (std::size_t left = bytes; left != 0;) {
            auto const n = std::min(left, block.size());
            if (!file_ || std::fwrite(block.data(), 1, n, file_) != n)
                checked(-1, "temporary file");
            left -= n;
        }
        std::fflush(file_);
    }
    test_file(test_file const&) = delete;
    test_file& operator=(test_file const&) = delete;
    ~test_file() { std::fclose(file_); }

    int get() const { return ::fileno(file_); }
    std::size_t const size;

private:
    std::FILE* file_;
};

// A connection with its discarding receiver.
class connection {
public:
    connection() {
        int const listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        checked(::bind(listener, any, length), "bind");
        checked(::listen(listener, 1), "listen");
        checked(::getsockname(listener, any, &length), "getsockname");
        sender = ::socket(AF_INET, SOCK_STREAM, 0);
        checked(::connect(sender, any, length), "connect");
        receiver_ = ::accept(listener, nullptr, nullptr);
        ::close(listener);
        int const on = 1;
        ::setsockopt(sender, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        thread_ = std::thread([this] {
            stay_on_core(1);
            while (auto const n = checked(::recv(receiver_, nullptr, 1 << 20, MSG_TRUNC), "recv")) {
                received_ += n;
                received_.notify_one();
            }
        });
    }
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;
    ~connection() {
        ::shutdown(sender, SHUT_WR);
        thread_.join();
        ::close(sender);
        ::close(receiver_);
    }

    void wait_for(std::uint64_t total) {
        for (std::uint64_t now = received_; now < total; now = received_)
            received_.wait(now);
    }

    int sender;

private:
    int receiver_;
    std::atomic<std::uint64_t> received_{0};
    std::thread thread_;
};

struct job {
    int socket;
    test_file const& file;
    std::size_t times;
};

void send_all(int socket, char const* data, std::size_t size) {
    while (size != 0) {
        auto const n = checked(::send(socket, data, size, MSG_NOSIGNAL), "send");
        data += n;
        size -= n;
    }
}

// The floors.

void send_blocking(int socket, test_file const& file) {
    for (off_t at = 0; static_cast<std::size_t>(at) < file.size;)
        checked(::sendfile(socket, file.get(), &at, file.size - static_cast<std::size_t>(at)), "sendfile");
}

void blocking_sendfile(job const& j) {
    for (std::size_t i = 0; i < j.times; ++i)
        send_blocking(j.socket, j.file);
}

// The floor of what never raises SIGPIPE: sendfile(2) has no flag for that.
void masked_sendfile(job const& j) {
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    for (std::size_t i = 0; i < j.times; ++i) {
        sigset_t old;
        ::pthread_sigmask(SIG_BLOCK, &pipe, &old);
        send_blocking(j.socket, j.file);
        ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
    }
}

void blocking_copy(job const& j) {
    std::vector<char> buffer(256 * 1024);
    for (std::size_t i = 0; i < j.times; ++i)
        for (std::size_t at = 0; at < j.file.size;) {
            auto const n =
                checked(::pread(j.file.get(), buffer.data(), buffer.size(), static_cast<off_t>(at)), "pread");
            send_all(j.socket, buffer.data(), n);
            at += n;
        }
}

template <class Body> void run(job const& j, Body body) {
    asio::io_context ctx(1);
    socket_type socket(ctx.get_executor(), asio::ip::tcp::v4(), j.socket);
    asio::co_spawn(ctx, body(socket), [](std::exception_ptr e) {
        if (e)
            std::rethrow_exception(e);
    });
    ctx.run();
    socket.native_non_blocking(false); // as the others expect it
    socket.release();
}

// The floor of what completes through the executor.
void post_and_sendfile(job const& j) {
    auto const body = [&](socket_type&) -> coroutine {
        for (std::size_t i = 0; i < j.times; ++i) {
            send_blocking(j.socket, j.file);
            co_await asio::post(use_awaitable);
        }
    };
    run(j, body);
}

// What users write today.
template <std::size_t Size> void pread_and_async_write(job const& j) {
    auto const body = [&](socket_type& socket) -> coroutine {
        std::vector<char> buffer(Size);
        for (std::size_t i = 0; i < j.times; ++i)
            for (std::size_t at = 0; at < j.file.size;) {
                auto const n =
                    checked(::pread(j.file.get(), buffer.data(), buffer.size(), static_cast<off_t>(at)), "pread");
                co_await asio::async_write(socket, asio::buffer(buffer.data(), n), use_awaitable);
                at += n;
            }
    };
    run(j, body);
}

// Ours.

template <class Token = decltype(use_awaitable)>
void send_part(job const& j, asyncio::sendfile_options const& options, asyncio::detail::sendfile_system const& system,
               Token const& token = use_awaitable) {
    auto const body = [&](socket_type& socket) -> coroutine {
        for (std::size_t i = 0; i < j.times; ++i)
            co_await asyncio::detail::async_sendfile_on(system, socket, j.file.get(), options, token);
    };
    run(j, body);
}

void async_sendfile(job const& j) {
    send_part(j, {.count = j.file.size}, asyncio::detail::native_sendfile_system());
}
void to_the_end(job const& j) {
    send_part(j, {}, asyncio::detail::native_sendfile_system());
}
void kernel_only(job const& j) {
    send_part(j, {.count = j.file.size, .fallback = asyncio::sendfile_fallback::disabled},
              asyncio::detail::native_sendfile_system());
}
void fallback(job const& j) {
    send_part(j, {.count = j.file.size}, asyncio::detail::portable_sendfile_system());
}

void co_sendfile(job const& j) {
    auto const body = [&](socket_type& socket) -> coroutine {
        for (std::size_t i = 0; i < j.times; ++i)
            co_await asyncio::co_sendfile(socket, j.file.get(), {.count = j.file.size});
    };
    run(j, body);
}

// The synchronous form doesn't wait either, as long as the socket takes all.
void synchronous(job const& j) {
    auto const body = [&](socket_type& socket) -> coroutine {
        for (std::size_t i = 0; i < j.times; ++i)
            asyncio::sendfile(socket, j.file.get(), {.count = j.file.size});
        co_return;
    };
    run(j, body);
}

#if defined(HAS_IMMEDIATE_EXECUTOR)
void immediate(job const& j) {
    send_part(j, {.count = j.file.size}, asyncio::detail::native_sendfile_system(),
              asio::bind_immediate_executor(asio::system_executor(), use_awaitable));
}
#endif

struct way {
    char const* name;
    void (*send)(job const&);
};
constexpr way ways[] = {{"sendfile(2)", blocking_sendfile},
                        {"post+sendfile(2)", post_and_sendfile},
                        {"sigmask+sendfile(2)", masked_sendfile},
                        {"co_sendfile", co_sendfile},
                        {"sendfile", synchronous},
                        {"async_sendfile", async_sendfile},
                        {"to_the_end", to_the_end},
                        {"kernel_only", kernel_only},
#if defined(HAS_IMMEDIATE_EXECUTOR)
                        {"immediate", immediate},
#endif
                        {"pread+async_write_64K", pread_and_async_write<64 * 1024>},
                        {"pread+async_write_256K", pread_and_async_write<256 * 1024>},
                        {"pread+send(2)", blocking_copy},
                        {"fallback", fallback}};
constexpr std::size_t way_count = std::size(ways);

double median(std::vector<double> values) {
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

void send_file(benchmark::State& state) {
    auto const size = static_cast<std::size_t>(state.range(0));
    test_file const file(size);
    // So many that making an io_context for them does not show.
    std::size_t const times = std::clamp<std::size_t>((std::size_t(64) << 20) / size, 1, 4000);
    stay_on_core(0);
    connection to;
    std::uint64_t total = 0;
    std::array<std::vector<double>, way_count> cpu;
    std::array<std::vector<double>, way_count> time;

    auto const measure = [&](std::size_t w) {
        using clock = std::chrono::steady_clock;
        auto const start = clock::now();
        double const cpu_start = thread_cpu();
        ways[w].send({to.sender, file, times});
        double const used = thread_cpu() - cpu_start;
        to.wait_for(total += size * times);
        cpu[w].push_back(used);
        time[w].push_back(std::chrono::duration<double>(clock::now() - start).count());
    };
    // Each way comes after another one in each round: none always has the cache, or the socket, as the same one left
    // it.
    std::array<std::size_t, way_count> order;
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::minstd_rand random;
    for (auto _ : state) {
        std::shuffle(order.begin(), order.end(), random);
        std::for_each(order.begin(), order.end(), measure);
    }

    auto const ratio = [](std::vector<double> a, std::vector<double> const& b) {
        for (std::size_t i = 0; i < a.size(); ++i)
            a[i] /= b[i];
        return median(std::move(a));
    };
    auto const number = static_cast<double>(times);
    double const gib = number * static_cast<double>(size) / (1 << 30);
    state.counters["floor:us_per_file"] = median(time[0]) / number * 1e6;
    state.counters["floor:cpu_s_per_GiB"] = median(cpu[0]) / gib;
    state.counters["floor:s_per_GiB"] = median(time[0]) / gib;
    for (std::size_t w = 1; w < way_count; ++w) {
        std::string const name = ways[w].name;
        state.counters["cpu:" + name] = ratio(cpu[w], cpu[0]);
        state.counters["time:" + name] = ratio(time[w], time[0]);
        if (ways[w].send == async_sendfile) {
            state.counters["beyond_post:cpu"] = ratio(cpu[w], cpu[1]);
            state.counters["beyond_post:time"] = ratio(time[w], time[1]);
        }
    }
}
BENCHMARK(send_file)
    ->Arg(1 << 10)
    ->Arg(4 << 10)
    ->Arg(16 << 10)
    ->Arg(64 << 10)
    ->Arg(1 << 20)
    ->Arg(64 << 20)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(send_file)->Name("send_file_large")->Arg(1 << 30)->UseRealTime()->Unit(benchmark::kMillisecond);

} // namespace
