//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// The guide's code on operations, coroutines and cancellation.
#include "check.hpp"

#include <asyncio/exceptions.hpp>
#include <asyncio/read_exactly.hpp>
#include <asyncio/sendfile.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace asio = boost::asio;

namespace {

// A pipe that ends after 3 bytes.
struct short_pipe {
    explicit short_pipe(asio::io_context& io) : reader(io), writer(io) {
        asio::connect_pipe(reader, writer);
        asio::write(writer, asio::buffer("abc", 3));
        writer.close();
    }

    asio::readable_pipe reader;
    asio::writable_pipe writer;
    std::array<char, 10> data;
};

void tokens() {
    using boost::asio::async_read;
    asio::io_context io;
    {
        short_pipe source(io);
        auto& [pipe, writer, data] = source;
        // [future_token]
        std::future<std::size_t> read = async_read(pipe, asio::buffer(data), asyncio::throwing(asio::use_future));
        // [/future_token]
        io.run();
        io.restart();
        bool thrown = false;
        try {
            read.get();
        } catch (asyncio::incomplete_read_error const& e) {
            thrown = e.transferred() == 3;
        }
        check(thrown);
    }
    {
        short_pipe source(io);
        auto& [pipe, writer, data] = source;
        bool called = false;
        // [callback_token]
        async_read(pipe, asio::buffer(data), asyncio::throwing([&](std::exception_ptr exception, std::size_t n) {
                       check(n == 3 && asyncio::to_error_code(exception) == asyncio::errc::incomplete_read);
                       called = true;
                   }));
        // [/callback_token]
        io.run();
        io.restart();
        check(called);
    }
}

void rethrow(std::exception_ptr const& exception) {
    if (exception)
        std::rethrow_exception(exception);
}

// [codes]
// Where a failure is ordinary, take it as a code: an exception costs microseconds.
asio::awaitable<std::size_t> read_what_is_there(asio::readable_pipe& pipe, asio::mutable_buffer buffer) {
    auto [ec, n] = co_await asio::async_read(pipe, buffer, asio::as_tuple(asio::use_awaitable));
    if (ec && ec != asyncio::errc::eof)
        asyncio::throw_error(ec); // the same types, for codes at hand
    co_return n;
}
// [/codes]

// [default_token]
using token = asyncio::throwing_t<asio::use_awaitable_t<>>;
using timer = token::as_default_on_t<asio::steady_timer>;

asio::awaitable<void> tick(timer& clock) {
    clock.expires_after(std::chrono::milliseconds(1));
    co_await clock.async_wait(); // throws asyncio's exceptions
}
// [/default_token]

asio::awaitable<void> use_codes_and_default_token() {
    auto const executor = co_await asio::this_coro::executor;
    short_pipe source(static_cast<asio::io_context&>(executor.context()));
    check(co_await read_what_is_there(source.reader, asio::buffer(source.data)) == 3);

    timer clock(executor);
    co_await tick(clock);
    clock.expires_after(std::chrono::hours(1));
    asio::post(executor, [&clock] { clock.cancel(); });
    bool thrown = false;
    try {
        co_await clock.async_wait();
    } catch (asyncio::cancelled_error const&) {
        thrown = true;
    }
    check(thrown);
}

// What a loop does that takes a cancellation for a failure: from then on, each co_await throws at once.
asio::awaitable<void> spin(int& turns) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    while (turns < 1000) {
        ++turns;
        pause.expires_after(std::chrono::hours(1));
        try {
            co_await pause.async_wait(asyncio::throwing(asio::use_awaitable));
        } catch (std::exception const&) {
        }
    }
}

void spin_trap() {
    asio::io_context io;
    asio::cancellation_signal stop;
    int turns = 0;
    asio::co_spawn(io, spin(turns), asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
    io.poll();
    check(turns == 1);
    stop.emit(asio::cancellation_type::terminal);
    io.poll();
    check(turns == 1000);
}

asio::awaitable<void> wait_for_little() {
    asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
    co_await pause.async_wait(asio::use_awaitable);
}

asio::awaitable<void> wait_long() {
    asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::hours(1));
    co_await pause.async_wait(asio::use_awaitable);
}

void spawned() {
    asio::io_context io;
    asio::cancellation_signal stop;
    bool typed = false;
    auto const inspect = [&typed](std::exception_ptr const& exception) {
        try {
            std::rethrow_exception(exception);
        } catch (asyncio::cancelled_error const&) {
            typed = true;
        } catch (...) {
        }
    };
    // [spawned]
    asio::co_spawn(io, wait_long(), asyncio::throwing(asio::bind_cancellation_slot(stop.slot(), inspect)));
    // [/spawned]
    io.poll();
    stop.emit(asio::cancellation_type::terminal);
    io.run();
    check(typed);
}

// [resume]
// Reads a record, however slow it comes, and says so every time it had to wait for long.
asio::awaitable<int> read_slowly(asio::readable_pipe& pipe, asio::mutable_buffer record,
                                 std::function<void()> const& complain) {
    int complaints = 0;
    while (record.size() != 0) {
        auto [ec, n] = co_await asyncio::async_read_exactly(
            pipe, record, asyncio::timeout(std::chrono::milliseconds(20), asio::as_tuple(asio::use_awaitable)));
        record += n; // they have arrived, whatever the code is
        if (ec == asyncio::errc::timed_out) {
            ++complaints;
            complain();
        } else if (ec) {
            asyncio::throw_error(ec);
        }
    }
    co_return complaints;
}
// [/resume]

void resumed() {
    asio::io_context io;
    asio::readable_pipe reader(io);
    asio::writable_pipe writer(io);
    asio::connect_pipe(reader, writer);
    asio::write(writer, asio::buffer("abc", 3));
    std::array<char, 10> record;
    int complaints = 0;
    std::function<void()> const write_the_rest = [&writer] { asio::write(writer, asio::buffer("defghij", 7)); };
    asio::co_spawn(io, read_slowly(reader, asio::buffer(record), write_the_rest),
                   [&complaints](std::exception_ptr const& exception, int result) {
                       rethrow(exception);
                       complaints = result;
                   });
    io.run();
    check(complaints >= 1 && std::string(record.data(), record.size()) == "abcdefghij");
}

asio::awaitable<std::size_t> bounded(asio::any_io_executor executor, asio::readable_pipe& pipe) {
    std::array<char, 1> head;
    std::array<char, 2> body;
    // [budget]
    // A whole coroutine is bounded in the same way.
    co_await asio::co_spawn(executor, wait_for_little(),
                            asyncio::timeout(std::chrono::seconds(30), asyncio::throwing(asio::use_awaitable)));

    // A budget for several operations is one time point.
    auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    co_await asio::async_read(pipe, asio::buffer(head), asyncio::timeout_at(until, asio::use_awaitable));
    co_await asio::async_read(pipe, asio::buffer(body), asyncio::timeout_at(until, asio::use_awaitable));
    // [/budget]
    co_return head.size() + body.size();
}

void within_budget() {
    asio::io_context io;
    short_pipe source(io);
    std::size_t read = 0;
    asio::co_spawn(io, bounded(io.get_executor(), source.reader),
                   [&read](std::exception_ptr const& exception, std::size_t n) {
                       rethrow(exception);
                       read = n;
                   });
    io.run();
    check(read == 3);
}

// [sendfile]
asio::awaitable<void> send(asio::writable_pipe& pipe, int file) {
    bool by_the_kernel = true;
    asyncio::sendfile_options options{.fallback = asyncio::sendfile_fallback::disabled};
    try {
        co_await asyncio::async_sendfile(pipe, file, options, asyncio::throwing(asio::use_awaitable));
    } catch (asyncio::sendfile_not_available_error const& e) {
        by_the_kernel = false; // a pipe is no socket; e.reason() says so
    }
    check(!by_the_kernel);

    options.fallback = asyncio::sendfile_fallback::allowed;
    co_await asyncio::async_sendfile(pipe, file, options, asyncio::throwing(asio::use_awaitable));
}
// [/sendfile]

// [hoist]
asio::awaitable<void> run_job(asio::io_context& io, std::shared_ptr<std::string> name) {
    auto job = [name]() -> asio::awaitable<void> { // in a variable of its own, not inside the co_await
        name->append(" done");
        co_return;
    };
    co_await asio::co_spawn(io, std::move(job), asyncio::throwing(asio::use_awaitable));
}
// [/hoist]

void sent() {
    asio::io_context io;
    asio::readable_pipe reader(io);
    asio::writable_pipe writer(io);
    asio::connect_pipe(reader, writer);
    std::FILE* const file = std::tmpfile();
    check(file != nullptr && std::fputs("abc", file) >= 0 && std::fflush(file) == 0);
    asio::co_spawn(io, send(writer, ::fileno(file)), rethrow);
    io.run();
    writer.close();
    std::string received;
    boost::system::error_code end;
    asio::read(reader, asio::dynamic_buffer(received), end);
    check(received == "abc" && end == asyncio::errc::eof);
    std::fclose(file);
}

} // namespace

int main() {
    tokens();
    asio::io_context io;
    asio::co_spawn(io, use_codes_and_default_token(), rethrow);
    auto const name = std::make_shared<std::string>("job");
    asio::co_spawn(io, run_job(io, name), rethrow);
    io.run();
    check(*name == "job done");
    spin_trap();
    spawned();
    resumed();
    within_budget();
    sent();
    return untrue;
}
