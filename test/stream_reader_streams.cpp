//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//

// Exact reads and the reader over every kind of stream, with every kind of token, cancelled and out of memory.

#include "stream_reader_support.hpp"

#include "support/fault_stream.hpp"

#include <asyncio/read_exactly.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/spawn.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
#include <boost/asio/bind_immediate_executor.hpp>
#include <boost/asio/system_executor.hpp>
#endif

#include <array>
#include <cerrno>
#include <list>
#include <optional>

#include <pty.h>
#include <termios.h>

using namespace asyncio_test;
using asyncio::separators;
namespace ssl = boost::asio::ssl;
namespace beast = boost::beast;

namespace {

using count_tracker = tracker<error_code, std::size_t>;

// What every stream must do: the peer's `write` sends a block, two lines, four bytes, "torn", and then `close` ends it.
template <class Stream, class Write, class Close>
void check_stream(io_fixture& io, Stream& stream, Write write, Close close) {
    asyncio::stream_reader reader(stream);
    static_assert(std::is_same_v<decltype(reader), asyncio::stream_reader<Stream&>>);
    write("block one\ntwo\r\n1234torn");

    std::array<char, 6> block{};
    count_tracker exact(io.ctx.get_executor());
    exact.start([&](auto handler) { asyncio::async_read_exactly(stream, asio::buffer(block), std::move(handler)); });
    io.run_until([&] { return exact.done(); });
    BOOST_TEST(!exact.template get<0>());
    BOOST_TEST(std::string_view(block.data(), block.size()) == "block ");

    auto const reads = [](auto& r) -> asio::awaitable<void> {
        BOOST_TEST(co_await r.co_read_line() == "one\n");
        BOOST_TEST(co_await r.co_read_until("\r\n") == "two\r\n");
        BOOST_TEST(co_await r.async_read_exactly(4, asio::use_awaitable) == "1234");
    };
    io.run(reads(reader));

    tracker<error_code, std::string_view> torn(io.ctx.get_executor());
    torn.start([&](auto handler) { reader.async_read_exactly(9, std::move(handler)); });
    io.poll_until([&] { return reader.buffered() == "torn"; });
    torn.cancel();
    io.run_until([&] { return torn.done(); });
    BOOST_TEST(torn.template get<0>() == errc::cancelled);

    tracker<error_code, std::string_view> last(io.ctx.get_executor());
    last.start([&](auto handler) { reader.async_read_exactly(9, std::move(handler)); });
    close();
    io.run_until([&] { return last.done(); });
    BOOST_TEST(last.template get<0>() == make_error_code(errc::incomplete_read));
    BOOST_TEST(last.template get<1>() == "torn");
}

// TLS with neither certificate nor file: the suites without authentication do for a test.
class tls_sockets {
public:
    using stream = ssl::stream<tcp_socket>;

    explicit tls_sockets(io_fixture& io)
        : server_(ssl::context::tlsv12), client_(ssl::context::tlsv12), sockets_(tcp_pair(io.ctx.get_executor())),
          first(std::move(sockets_.first), anonymous(server_)), second(std::move(sockets_.second), anonymous(client_)) {
        error_code a = asio::error::would_block, b = a;
        first.async_handshake(ssl::stream_base::server, [&](error_code ec) { a = ec; });
        second.async_handshake(ssl::stream_base::client, [&](error_code ec) { b = ec; });
        io.run();
        BOOST_TEST_REQUIRE((!a && !b));
    }

    static ssl::context& anonymous(ssl::context& context) {
        if (SSL_CTX_set_cipher_list(context.native_handle(), "aNULL:@SECLEVEL=0") != 1)
            throw std::runtime_error("no anonymous cipher");
        return context;
    }

private:
    ssl::context server_;
    ssl::context client_;
    socket_pair<tcp_socket> sockets_;

public:
    stream first;
    stream second;
};

struct pipe_fixture : io_fixture {
    pipe_fixture() : out(ctx), in(ctx) { asio::connect_pipe(out, in); }

    asio::readable_pipe out;
    asio::writable_pipe in;
};

} // namespace

BOOST_AUTO_TEST_SUITE(reads)

BOOST_AUTO_TEST_CASE(a_unix_socket) {
    io_fixture io;
    auto s = unix_pair(io.ctx.get_executor());
    check_stream(
        io, s.first, [&](std::string_view b) { asio::write(s.second, asio::buffer(b)); }, [&] { s.second.close(); });
}

BOOST_AUTO_TEST_CASE(a_tcp_socket) {
    io_fixture io;
    auto s = tcp_pair(io.ctx.get_executor());
    check_stream(
        io, s.first, [&](std::string_view b) { asio::write(s.second, asio::buffer(b)); }, [&] { s.second.close(); });
}

BOOST_AUTO_TEST_CASE(a_pipe) {
    pipe_fixture p;
    check_stream(p, p.out, [&](std::string_view b) { asio::write(p.in, asio::buffer(b)); }, [&] { p.in.close(); });
}

BOOST_AUTO_TEST_CASE(a_beast_stream) {
    io_fixture io;
    auto s = tcp_pair(io.ctx.get_executor());
    beast::tcp_stream stream(std::move(s.first));
    check_stream(
        io, stream, [&](std::string_view b) { asio::write(s.second, asio::buffer(b)); }, [&] { s.second.close(); });
}

BOOST_AUTO_TEST_CASE(a_stream_that_delivers_one_byte_at_a_time) {
    io_fixture io;
    auto s = unix_pair(io.ctx.get_executor());
    fault_stream<unix_socket> stream(std::move(s.first));
    stream.reads.max_bytes = 1;
    check_stream(
        io, stream, [&](std::string_view b) { asio::write(s.second, asio::buffer(b)); }, [&] { s.second.close(); });
}

BOOST_AUTO_TEST_CASE(a_terminal) {
    io_fixture io;
    int master = -1;
    int slave = -1;
    if (::openpty(&master, &slave, nullptr, nullptr, nullptr) != 0) {
        // A sandbox without /dev/pts has none.
        BOOST_TEST_REQUIRE((errno == ENOENT || errno == ENODEV));
        BOOST_TEST_MESSAGE("not tested: this machine has no terminals");
        return;
    }
    termios raw{};
    ::tcgetattr(slave, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(slave, TCSANOW, &raw);
    asio::posix::stream_descriptor out(io.ctx, slave);
    asio::posix::stream_descriptor in(io.ctx, master);
    check_stream(io, out, [&](std::string_view b) { asio::write(in, asio::buffer(b)); }, [&] { in.close(); });
}

BOOST_AUTO_TEST_CASE(a_tls_stream_that_is_shut_down_in_order) {
    io_fixture io;
    tls_sockets s(io);
    auto const write = [&](std::string_view b) {
        asio::async_write(s.second, asio::buffer(b), [](error_code ec, std::size_t) { BOOST_TEST(!ec); });
        io.poll_until([&] { return io.ctx.stopped(); });
    };
    check_stream(io, s.first, write,
                 [&] { s.second.async_shutdown([&](error_code) { s.second.next_layer().close(); }); });
    s.first.next_layer().close();
    io.run();
}

BOOST_AUTO_TEST_CASE(a_tls_stream_that_is_cut_off_says_so) {
    io_fixture io;
    tls_sockets s(io);
    asio::async_write(s.second, asio::buffer("half a line", 11), [](error_code ec, std::size_t) { BOOST_TEST(!ec); });
    io.run();
    s.second.next_layer().close();

    asyncio::stream_reader reader(s.first);
    tracker<error_code, std::string_view> line(io.ctx.get_executor());
    line.start([&](auto handler) { reader.async_read_line(std::move(handler)); });
    io.run();
    BOOST_TEST(line.get<0>() == ssl::error::stream_truncated); // not the last line
    BOOST_TEST(line.get<0>() == errc::incomplete_read);
    BOOST_TEST(line.get<1>() == "half a line");

    tls_sockets other(io);
    other.second.next_layer().close();
    std::array<char, 4> buffer{};
    count_tracker exact(io.ctx.get_executor());
    exact.start(
        [&](auto handler) { asyncio::async_read_exactly(other.first, asio::buffer(buffer), std::move(handler)); });
    io.run();
    BOOST_TEST(exact.get<0>() == ssl::error::stream_truncated);
}

BOOST_AUTO_TEST_CASE(a_reader_is_a_stream_itself_and_tls_starts_behind_a_greeting) {
    io_fixture io;
    auto s = tcp_pair(io.ctx.get_executor());
    ssl::context server(ssl::context::tlsv12);
    ssl::context client(ssl::context::tlsv12);
    ssl::stream<tcp_socket&> peer(s.second, tls_sockets::anonymous(client));

    // The peer doesn't wait for an answer: its TLS hello arrives together with its request.
    asio::write(s.second, asio::buffer("STARTTLS\n", 9));
    error_code shaken = asio::error::would_block;
    peer.async_handshake(ssl::stream_base::client, [&](error_code ec) {
        shaken = ec;
        asio::async_write(peer, asio::buffer("secret\n", 7), [](error_code e, std::size_t) { BOOST_TEST(!e); });
    });
    io.ctx.poll();
    BOOST_TEST_REQUIRE(s.first.available() > 9u);

    asyncio::stream_reader plain(std::move(s.first));
    static_assert(std::is_same_v<decltype(plain), asyncio::stream_reader<tcp_socket>>);
    auto const dialogue = [](auto& below, ssl::context& context) -> asio::awaitable<void> {
        BOOST_TEST(co_await below.co_read_line() == "STARTTLS\n");
        BOOST_TEST(!below.buffered().empty());
        ssl::stream<asyncio::stream_reader<tcp_socket>&> secure(below, context);
        co_await secure.async_handshake(ssl::stream_base::server, asio::use_awaitable);
        asyncio::stream_reader above(secure);
        BOOST_TEST(co_await above.co_read_line() == "secret\n");
    };
    io.run(dialogue(plain, tls_sockets::anonymous(server)));
    BOOST_TEST(!shaken);
}

BOOST_AUTO_TEST_CASE(a_reset_connection_is_reported_by_every_later_read) {
    io_fixture io;
    auto s = tcp_pair(io.ctx.get_executor());
    asyncio::stream_reader reader(s.first);
    tracker<error_code, std::string_view> first(io.ctx.get_executor());
    first.start([&](auto handler) { reader.async_read_line(std::move(handler)); });
    asio::write(s.second, asio::buffer("half", 4));
    io.poll_until([&] { return reader.buffered() == "half"; });
    reset(s.second);
    io.run();
    BOOST_TEST(first.get<0>() == asio::error::connection_reset);
    tracker<error_code, std::string_view> second(io.ctx.get_executor());
    second.start([&](auto handler) { reader.async_read_exactly(1, std::move(handler)); });
    io.run();
    BOOST_TEST(second.get<0>() == asio::error::connection_reset); // the kernel alone would call it an end now
    BOOST_TEST(reader.buffered() == "half");
}

BOOST_DATA_TEST_CASE_F(io_fixture, a_read_is_cancelled_at_each_suspension_and_goes_on,
                       boost::unit_test::data::make({1u, 2u, 4u}) // terminal, partial, total

                           * boost::unit_test::data::xrange(8),
                       type, arrived) {
    auto s = unix_pair(ctx.get_executor());
    asyncio::stream_reader reader(s.first);
    std::string const record = "record\r\n";
    tracker<error_code, std::string_view> cancelled(ctx.get_executor());
    cancelled.start([&](auto handler) { reader.async_read_until("\r\n", std::move(handler)); });
    for (std::size_t i = 0; i < static_cast<std::size_t>(arrived); ++i) {
        asio::write(s.second, asio::buffer(record.data() + i, 1));
        poll_until([&] { return reader.buffered().size() == i + 1; });
    }
    cancelled.cancel(static_cast<asio::cancellation_type>(type));
    run();
    BOOST_TEST(cancelled.get<0>() == errc::cancelled);
    BOOST_TEST(cancelled.get<1>() == record.substr(0, static_cast<std::size_t>(arrived)));

    asio::write(s.second, asio::buffer(record.data() + arrived, record.size() - static_cast<std::size_t>(arrived)));
    tracker<error_code, std::string_view> whole(ctx.get_executor());
    whole.start([&](auto handler) { reader.async_read_until("\r\n", std::move(handler)); });
    run();
    BOOST_TEST(!whole.get<0>());
    BOOST_TEST(whole.get<1>() == record);
}

BOOST_AUTO_TEST_CASE(a_cancel_that_comes_with_the_last_byte_gives_up_nothing) {
    reader_fixture f;
    reader_fixture::read_tracker t(f.ctx.get_executor());
    f.wait(t, [](auto& r, auto h) { r.async_read_exactly(3, std::move(h)); });
    f.send("abc");
    f.ctx.restart();
    while (!t.done() && f.sockets.first.available() != 0)
        f.ctx.poll_one();
    t.cancel();
    f.run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST(t.get<1>() == "abc");
}

BOOST_AUTO_TEST_CASE(a_read_that_is_awaited_is_cancelled_with_its_coroutine) {
    reader_fixture f;
    f.reader.feed("ab");
    asio::cancellation_signal signal;
    std::exception_ptr failure;
    asio::co_spawn(f.ctx, f.reader.co_read_exactly<asio::any_io_executor>(5),
                   asio::bind_cancellation_slot(
                       signal.slot(), [&](std::exception_ptr e, std::string_view) { failure = std::move(e); }));
    f.ctx.poll();
    f.send_on("c");
    signal.emit(asio::cancellation_type::terminal);
    f.run();
    BOOST_TEST_REQUIRE(!!failure);
    try {
        std::rethrow_exception(failure);
    } catch (asyncio::cancelled_error const& e) {
        BOOST_TEST(e.code() == asio::error::operation_aborted);
        BOOST_TEST(e.transferred() == 3u);
        BOOST_TEST(e.operation() == "stream_reader::read_exactly");
    }
    BOOST_TEST(f.reader.buffered() == "abc");
    f.send("de");
    BOOST_TEST(f.exactly(5).bytes == "abcde");
}

BOOST_AUTO_TEST_CASE(a_read_that_is_awaited_does_not_suspend_for_what_is_buffered) {
    reader_fixture f;
    bool ended = false;
    auto const reads = [&ended](reader_fixture::reader_type& r) -> asio::awaitable<void> {
        r.feed("a;b\nc\nxy");
        error_code ec;
        r.try_read_until("--", ec); // searched in vain: the next search starts anew
        BOOST_TEST(ec == asio::error::would_block);
        BOOST_TEST(co_await r.co_read_until(';') == "a;");
        r.try_read_until("--", ec);
        BOOST_TEST(co_await r.co_read_line() == "b\n");
        BOOST_TEST(co_await r.co_read_until(separators("\n", "\r")) == "c\n");
        r.try_read_until('!', ec);
        BOOST_TEST(co_await r.co_read_exactly(2) == "xy");
        ended = true;
    };
    asio::co_spawn(f.ctx, reads(f.reader), asio::detached);
    f.ctx.poll_one(); // no more than its start
    BOOST_TEST(ended);
    f.run();
}

BOOST_AUTO_TEST_CASE(a_late_cancel_meets_nobody) {
    reader_fixture f;
    {
        reader_fixture::read_tracker t(f.ctx.get_executor());
        f.wait(t, [](auto& r, auto h) { r.async_read_line(std::move(h)); });
        f.send("line\n");
        f.run();
        t.cancel();
        t.cancel(asio::cancellation_type::total);
        f.run();
        BOOST_TEST(t.get<1>() == "line\n");
    }
}

BOOST_AUTO_TEST_CASE(reads_without_memory_fail_and_lose_nothing) {
    auto const failures = with_each_allocation_failing([](memory_log& log) {
        io_fixture io;
        auto s = unix_pair(io.ctx.get_executor());
        asyncio::stream_reader reader(s.first);
        asio::write(s.second, asio::buffer("one\ntwo\n", 8));
        std::string got;
        auto const start = [&] {
            reader.async_read_line(asio::bind_allocator(
                test_allocator<>(log), [&](error_code ec, std::string_view line) { ec ? void() : void(got += line); }));
        };
        for (int i = 0; i < 6 && got.size() < 8; ++i) {
            try {
                start();
            } catch (std::bad_alloc const&) {
            }
            try {
                run(io.ctx);
            } catch (std::bad_alloc const&) {
                run(io.ctx);
            }
        }
        BOOST_TEST(got == "one\ntwo\n");
        BOOST_TEST(log.live() == 0u);
    });
    BOOST_TEST(failures != 0u);
}

BOOST_AUTO_TEST_CASE(an_operation_that_its_context_destroys_is_not_completed) {
    std::optional<asio::io_context> ctx(std::in_place);
    auto s = unix_pair(ctx->get_executor());
    tracker<error_code, std::string_view> t(ctx->get_executor());
    t.expect_no_completion();
    asyncio::stream_reader reader(s.first);
    t.start([&](auto handler) { reader.async_read_line(std::move(handler)); });
    ctx->poll();
    s.first = unix_socket(asio::system_executor());
    s.second = unix_socket(asio::system_executor());
    ctx.reset();
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(read_tokens)

BOOST_AUTO_TEST_CASE(every_token_reads_a_buffered_record_and_one_to_come) {
    reader_fixture f;
    auto& r = f.reader;
    auto const next = [&](bool buffered) { buffered ? r.feed("x\n") : f.send("x\n"); };
    for (bool const buffered : {true, false}) {
        // a callback
        next(buffered);
        BOOST_TEST(f.line().bytes == "x\n");
        // futures
        next(buffered);
        auto future = r.async_read_line(asio::use_future);
        f.run();
        BOOST_TEST(future.get() == "x\n");
        next(buffered);
        auto typed = r.async_read_until('\n', asyncio::throwing(asio::use_future));
        f.run();
        BOOST_TEST(typed.get() == "x\n");
        // an operation that is started later
        auto operation = r.async_read_until(std::string("\n"), asio::deferred);
        next(buffered);
        std::string got;
        std::move(operation)([&](error_code ec, std::string_view line) { got = ec ? "" : std::string(line); });
        f.run();
        BOOST_TEST(got == "x\n");
        // nobody
        next(buffered);
        r.async_read_line(asio::detached);
        f.run();
        BOOST_TEST(r.buffered().empty());
        // a handler of unknown type
        next(buffered);
        asio::any_completion_handler<void(error_code, std::string_view)> any =
            [&](error_code ec, std::string_view line) { got = ec ? "" : "any " + std::string(line); };
        r.async_read_line(std::move(any));
        f.run();
        BOOST_TEST(got == "any x\n");
        // a strand
        next(buffered);
        auto strand = asio::make_strand(f.ctx);
        bool on_strand = false;
        r.async_read_line(asio::bind_executor(
            strand, [&](error_code, std::string_view) { on_strand = strand.running_in_this_thread(); }));
        f.run();
        BOOST_TEST(on_strand);
        // a stackful coroutine
        next(buffered);
        asio::spawn(
            f.ctx, [&](asio::yield_context yield) { got = "yield " + std::string(r.async_read_line(yield)); },
            [](std::exception_ptr e) { BOOST_TEST(!e); });
        f.run();
        BOOST_TEST(got == "yield x\n");
        // coroutines
        next(buffered);
        next(buffered);
        next(buffered);
        next(buffered);
        auto const coroutine = [](auto& reader) -> asio::awaitable<void> {
            error_code ec;
            BOOST_TEST(co_await reader.async_read_line(asio::redirect_error(asio::use_awaitable, ec)) == "x\n");
            auto const [code, line] = co_await reader.async_read_line(asio::as_tuple(asio::use_awaitable));
            BOOST_TEST(line == "x\n");
            BOOST_TEST(co_await reader.async_read_line(asyncio::throwing(asio::use_awaitable)) == "x\n");
            BOOST_TEST(co_await reader.async_read_line(asio::deferred) == "x\n");
        };
        f.run(coroutine(r));
    }
    // what a reader fails with
    f.finish();
    auto const failing = [](auto& reader) -> asio::awaitable<void> {
        try {
            co_await reader.async_read_exactly(7, asyncio::throwing(asio::use_awaitable));
            BOOST_ERROR("no exception");
        } catch (asyncio::incomplete_read_error const& e) {
            BOOST_TEST(*e.expected() == 7u);
            BOOST_TEST(e.operation() == "stream_reader::read_exactly");
        }
        BOOST_CHECK_THROW(co_await reader.co_read_until("--"), asyncio::incomplete_read_error);
    };
    f.run(failing(r));
}

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
BOOST_AUTO_TEST_CASE(an_immediate_executor_gets_a_buffered_record_inside_the_initiation) {
    reader_fixture f;
    f.reader.feed("x\n");
    bool done = false;
    f.reader.async_read_line(asio::bind_immediate_executor(
        asio::system_executor(), [&](error_code, std::string_view line) { done = line == "x\n"; }));
    BOOST_TEST(done);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
