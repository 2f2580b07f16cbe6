//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//

// Reads beside their peers and their floors. A second thread keeps the other end of the connection full; the figure to
// compare is the CPU time of the reading thread, as ratios within one run. bench/reads_python.py does the same by
// Python's StreamReader.

#include <asyncio/read_exactly.hpp>
#include <asyncio/stream_reader.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace asio = boost::asio;
using executor = asio::io_context::executor_type;
using connection = asio::basic_stream_socket<asio::generic::stream_protocol, executor>;
template <class T = void> using task = asio::awaitable<T, executor>;
constexpr asio::use_awaitable_t<executor> use_task;

namespace {

void connect(bool tcp, std::array<int, 2>& fd) {
    if (!tcp) {
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, fd.data()) != 0)
            std::abort();
        return;
    }
    int const listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const a = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, a, size) != 0 || ::listen(listener, 1) != 0 || ::getsockname(listener, a, &size) != 0)
        std::abort();
    fd[0] = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(fd[0], a, size) != 0)
        std::abort();
    fd[1] = ::accept(listener, nullptr, nullptr);
    ::close(listener);
}

// The reading end of a connection whose other end a thread keeps full of lines.
class source {
public:
    source(bool tcp, std::size_t line) : data_(1 << 20, 'a') {
        for (std::size_t i = line - 1; i < data_.size(); i += line)
            data_[i] = '\n';
        connect(tcp, fd_);
        writer_ = std::thread([this] {
            for (std::size_t at = 0;;) {
                ssize_t const n = ::send(fd_[1], data_.data() + at, std::min<std::size_t>(data_.size() - at, 256 << 10),
                                         MSG_NOSIGNAL);
                if (n <= 0)
                    return;
                at = (at + static_cast<std::size_t>(n)) % data_.size();
            }
        });
    }
    source(source const&) = delete;
    source& operator=(source const&) = delete;
    ~source() {
        ::shutdown(fd_[1], SHUT_RDWR); // the writer's own end: TCP would let it wait for the window for ever
        writer_.join();
        ::close(fd_[0]);
        ::close(fd_[1]);
    }

    int fd() const { return fd_[0]; }
    int duplicate() const { return ::dup(fd_[0]); }

private:
    std::string data_;
    std::array<int, 2> fd_{};
    std::thread writer_;
};

// Runs a coroutine `body(connection&, state)` that iterates the benchmark.
template <class Body> void run(benchmark::State& state, Body body) {
    bool const tcp = state.range(0) != 0;
    source from(tcp, static_cast<std::size_t>(state.range(1)));
    asio::io_context context(1);
    connection socket(context.get_executor(), asio::generic::stream_protocol(tcp ? AF_INET : AF_UNIX, 0),
                      from.duplicate());
    asio::co_spawn(context, body(socket, state), [](std::exception_ptr e) {
        if (e)
            std::rethrow_exception(e);
    });
    context.run();
    socket.close();
    state.SetItemsProcessed(state.iterations());
}

// ---- lines

void asio_read_until_string(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        std::string text;
        for (auto _ : st) {
            std::size_t const n = co_await asio::async_read_until(s, asio::dynamic_buffer(text), '\n', use_task);
            benchmark::DoNotOptimize(text.data());
            text.erase(0, n);
        }
    });
}

void asio_read_until_streambuf(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        asio::streambuf buffer;
        buffer.prepare(64 << 10);
        for (auto _ : st) {
            std::size_t const n = co_await asio::async_read_until(s, buffer, '\n', use_task);
            benchmark::DoNotOptimize(buffer.data().data());
            buffer.consume(n);
        }
    });
}

void getline(benchmark::State& state) {
    source from(state.range(0) != 0, static_cast<std::size_t>(state.range(1)));
    std::FILE* const file = ::fdopen(from.duplicate(), "r");
    std::vector<char> buffer(64 << 10);
    std::setvbuf(file, buffer.data(), _IOFBF, buffer.size());
    char* line = nullptr;
    std::size_t capacity = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(::getline(&line, &capacity, file));
    std::free(line);
    std::fclose(file);
}

// What one writes without a library: a buffer, recv and memchr.
void recv_memchr(benchmark::State& state) {
    source from(state.range(0) != 0, static_cast<std::size_t>(state.range(1)));
    std::vector<char> buffer(256 << 10);
    std::size_t begin = 0;
    std::size_t end = 0;
    for (auto _ : state) {
        char const* found = nullptr;
        for (std::size_t searched = 0;;) {
            found =
                static_cast<char const*>(std::memchr(buffer.data() + begin + searched, '\n', end - begin - searched));
            if (found)
                break;
            searched = end - begin;
            if (begin == end) {
                begin = end = 0;
            } else if (begin != 0 && buffer.size() - end < buffer.size() / 4) {
                std::memmove(buffer.data(), buffer.data() + begin, end - begin);
                end -= begin;
                begin = 0;
            }
            ssize_t const n =
                ::recv(from.fd(), buffer.data() + end, std::min<std::size_t>(buffer.size() - end, 64 << 10), 0);
            if (n <= 0)
                std::abort();
            end += static_cast<std::size_t>(n);
        }
        benchmark::DoNotOptimize(buffer.data() + begin);
        begin = static_cast<std::size_t>(found - buffer.data()) + 1;
    }
}

void reader_try(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        asyncio::stream_reader reader(s);
        boost::system::error_code ec;
        for (auto _ : st) {
            std::string_view line = reader.try_read_until('\n', ec);
            if (ec)
                line = co_await reader.co_read_until('\n');
            benchmark::DoNotOptimize(line.data());
        }
    });
}

void reader_co(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        asyncio::stream_reader reader(s);
        for (auto _ : st) {
            std::string_view const line = co_await reader.co_read_until('\n');
            benchmark::DoNotOptimize(line.data());
        }
    });
}

void reader_token(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        asyncio::stream_reader reader(s);
        for (auto _ : st) {
            std::string_view const line = co_await reader.async_read_until('\n', use_task);
            benchmark::DoNotOptimize(line.data());
        }
    });
}

// ---- so many bytes, as range(2) says

void asio_read(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        std::vector<char> out(static_cast<std::size_t>(st.range(2)));
        for (auto _ : st)
            benchmark::DoNotOptimize(co_await asio::async_read(s, asio::buffer(out), use_task));
    });
}

void unbuffered_exactly(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        std::vector<char> out(static_cast<std::size_t>(st.range(2)));
        for (auto _ : st)
            benchmark::DoNotOptimize(co_await asyncio::async_read_exactly(s, asio::buffer(out), use_task));
    });
}

void reader_exactly_try(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        asyncio::stream_reader reader(s);
        boost::system::error_code ec;
        auto const n = static_cast<std::size_t>(st.range(2));
        for (auto _ : st) {
            std::string_view bytes = reader.try_read_exactly(n, ec);
            if (ec)
                bytes = co_await reader.co_read_exactly(n);
            benchmark::DoNotOptimize(bytes.data());
        }
    });
}

void reader_exactly_co(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        asyncio::stream_reader reader(s);
        auto const n = static_cast<std::size_t>(st.range(2));
        for (auto _ : st) {
            std::string_view const bytes = co_await reader.co_read_exactly(n);
            benchmark::DoNotOptimize(bytes.data());
        }
    });
}

void reader_exactly_token(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        asyncio::stream_reader reader(s);
        auto const n = static_cast<std::size_t>(st.range(2));
        for (auto _ : st) {
            std::string_view const bytes = co_await reader.async_read_exactly(n, use_task);
            benchmark::DoNotOptimize(bytes.data());
        }
    });
}

// The floor of every token that isn't completed on the spot.
void bare_post(benchmark::State& state) {
    run(state, [](connection& s, benchmark::State& st) -> task<> {
        for (auto _ : st)
            co_await asio::post(s.get_executor(), use_task);
    });
}

// ---- one record of range(0) bytes that arrives in pieces of 1 KiB: the time per byte must not grow

void large_record(benchmark::State& state) {
    std::string const piece(1024, 'x');
    auto const size = static_cast<std::size_t>(state.range(0));
    asyncio::detail::read_request const request = asyncio::detail::read_request::until('\n');
    for (auto _ : state) {
        asyncio::detail::reader_core core(size);
        asyncio::detail::read_outcome outcome;
        for (std::size_t fed = 0; fed < size; fed += piece.size()) {
            auto const room = core.prepare();
            std::memcpy(room.data(), piece.data(), piece.size());
            core.received({}, piece.size());
            benchmark::DoNotOptimize(core.poll(request, outcome));
        }
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void lines(benchmark::internal::Benchmark* b) {
    b->ArgNames({"tcp", "line"});
    for (long tcp : {0, 1})
        for (long line : {16, 64, 256, 1024, 4096})
            b->Args({tcp, line});
}

void sizes(benchmark::internal::Benchmark* b) {
    b->ArgNames({"tcp", "line", "bytes"});
    for (long tcp : {0, 1})
        for (long bytes : {16, 64, 256, 1024, 4096, 65536})
            b->Args({tcp, 64, bytes});
}

} // namespace

BENCHMARK(asio_read_until_string)->Apply(lines);
BENCHMARK(asio_read_until_streambuf)->Apply(lines);
BENCHMARK(getline)->Apply(lines);
BENCHMARK(recv_memchr)->Apply(lines);
BENCHMARK(reader_try)->Apply(lines);
BENCHMARK(reader_co)->Apply(lines);
BENCHMARK(reader_token)->Apply(lines);

BENCHMARK(asio_read)->Apply(sizes);
BENCHMARK(unbuffered_exactly)->Apply(sizes);
BENCHMARK(reader_exactly_try)->Apply(sizes);
BENCHMARK(reader_exactly_co)->Apply(sizes);
BENCHMARK(reader_exactly_token)->Apply(sizes);
BENCHMARK(bare_post)->ArgNames({"tcp", "line"})->Args({0, 64});

BENCHMARK(large_record)->RangeMultiplier(4)->Range(64 << 10, 16 << 20);
