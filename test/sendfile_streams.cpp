//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "sendfile_support.hpp"

#include "support/fault_stream.hpp"

#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/file_posix.hpp>
#include <boost/system/errc.hpp>

#if __has_include(<boost/asio/any_completion_handler.hpp>)
#include <boost/asio/any_completion_handler.hpp>
#endif
#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
#include <boost/asio/bind_immediate_executor.hpp>
#endif

#include <chrono>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/x509.h>

// Streams and files of other kinds, and the tokens.

using namespace asyncio_test;
using asyncio::errc;
namespace posix = boost::system::errc;
namespace ssl = boost::asio::ssl;

namespace {

// A certificate that lives as long as the test.
class tls_server_context {
public:
    tls_server_context() : context(ssl::context::tls_server) {
        std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
        std::unique_ptr<X509, decltype(&X509_free)> const certificate(X509_new(), &X509_free);
        if (!key || !certificate)
            throw std::runtime_error("no key");
        X509* const x = certificate.get();
        ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
        X509_gmtime_adj(X509_getm_notBefore(x), -60);
        X509_gmtime_adj(X509_getm_notAfter(x), 3600);
        X509_set_pubkey(x, key.get());
        X509_set_issuer_name(x, X509_get_subject_name(x));
        if (X509_sign(x, key.get(), EVP_sha256()) == 0 || SSL_CTX_use_certificate(context.native_handle(), x) != 1
            || SSL_CTX_use_PrivateKey(context.native_handle(), key.get()) != 1)
            throw std::runtime_error("no certificate");
    }

    ssl::context context;
};

// A TLS connection over TCP whose handshake is done.
class tls_pair {
public:
    using stream = ssl::stream<tcp_socket>;

    explicit tls_pair(io_fixture& io)
        : client_context_(ssl::context::tls_client), sockets_(tcp_pair(io.ctx.get_executor())),
          first(std::move(sockets_.first), server_context_.context),
          second(std::move(sockets_.second), client_context_) {
        error_code ec[2] = {asio::error::would_block, asio::error::would_block};
        first.async_handshake(ssl::stream_base::server, [&](error_code e) { ec[0] = e; });
        second.async_handshake(ssl::stream_base::client, [&](error_code e) { ec[1] = e; });
        io.run();
        BOOST_TEST_REQUIRE((!ec[0] && !ec[1]));
    }

private:
    tls_server_context server_context_;
    ssl::context client_context_;
    socket_pair<tcp_socket> sockets_;

public:
    stream first;
    stream second;
};

// A file with asynchronous reads, as asio::random_access_file is where the platform has one.
class async_file {
public:
    using executor_type = asio::any_io_executor;

    async_file(asio::any_io_executor executor, int fd) : executor_(std::move(executor)), fd_(fd) {}

    executor_type get_executor() const noexcept { return executor_; }
    int native_handle() const noexcept { return fd_; }

    template <class Buffer, class Token>
    auto async_read_some_at(std::uint64_t offset, Buffer const& buffer, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(initiate{this}, token, offset,
                                                                          asio::mutable_buffer(buffer));
    }

    std::size_t reads = 0;
    std::size_t fail_read = 0;

private:
    struct initiate {
        using executor_type = asio::any_io_executor;
        executor_type get_executor() const noexcept { return self->executor_; }

        template <class Handler>
        void operator()(Handler&& handler, std::uint64_t offset, asio::mutable_buffer const& buffer) const {
            error_code ec;
            std::size_t count = 0;
            if (++self->reads == self->fail_read) {
                ec = make_error_code(posix::io_error);
            } else {
                auto const n = ::pread(self->fd_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
                count = static_cast<std::size_t>(checked(static_cast<int>(n)));
                if (count == 0)
                    ec = asio::error::eof;
            }
            asio::post(self->executor_, asio::append(std::forward<Handler>(handler), ec, count));
        }

        async_file* self;
    };

    asio::any_io_executor executor_;
    int fd_;
};

static_assert(asyncio::detail::async_random_access<async_file>);
static_assert(asyncio::sendfile_stream<ssl::stream<tcp_socket>> && asyncio::sendfile_stream<asio::writable_pipe>);
static_assert(!asyncio::sendfile_stream<asio::readable_pipe>);
static_assert(asyncio::sendfile_source<boost::beast::file_posix&>);

// [resume]
asio::awaitable<void> send_resuming(tcp_socket& socket, int file, std::uint64_t size) {
    std::uint64_t sent = 0;
    while (sent != size) {
        auto [ec, n] = co_await asyncio::async_sendfile(socket, file, {.offset = sent, .count = size - sent},
                                                        asio::as_tuple(asio::use_awaitable));
        sent += n; // valid in failure, too
        if (ec == asyncio::errc::cancelled)
            continue; // somebody was impatient: go on where it stopped
        if (ec || n == 0)
            throw boost::system::system_error(ec ? ec : make_error_code(asyncio::errc::eof));
    }
}
// [/resume]

constexpr sendfile_options no_fallback{.fallback = sendfile_fallback::disabled};

} // namespace

BOOST_AUTO_TEST_SUITE(sendfile_streams)

BOOST_FIXTURE_TEST_CASE(SF_10_tls_takes_the_fallback, io_fixture) {
    auto const content = pattern(3'000'000);
    temporary_file file(content);
    tls_pair tls(*this);
    collector received(tls.second);
    received.start(3'002'000 + 12);
    asio::write(tls.first, asio::buffer("prefix", 6));
    transfer whole(ctx.get_executor());
    start(whole, tls.first, file);
    run_until([&] { return whole.done(); });
    BOOST_TEST(!whole.get<0>());
    BOOST_TEST(whole.get<1>() == content.size());
    transfer part(ctx.get_executor());
    start(part, tls.first, file, {1000, 2000});
    run_until([&] { return part.done(); });
    BOOST_TEST(part.get<1>() == 2000u);
    asio::write(tls.first, asio::buffer("suffix", 6));
    run();
    BOOST_TEST((received.text() == "prefix" + content + content.substr(1000, 2000) + "suffix"));
    BOOST_TEST(file.position() == 0u);
}

// CPython 3.13 throws something else here, so that callers can't tell.
BOOST_FIXTURE_TEST_CASE(SF_11_tls_without_the_fallback_is_not_available, io_fixture) {
    temporary_file file(pattern(1000));
    tls_pair tls(*this);
    auto future = asyncio::async_sendfile(tls.first, file, no_fallback, asyncio::throwing(asio::use_future));
    run();
    BOOST_CHECK_EXCEPTION(future.get(), asyncio::sendfile_not_available_error, [](auto const& e) {
        return e.native_error() == 0
               && e.reason()
                      == std::string_view("fallback is disabled and native sendfile is not supported for transport");
    });
}

BOOST_FIXTURE_TEST_CASE(tls_tells_how_much_it_took_when_the_peer_leaves, io_fixture) {
    temporary_file file(pattern(20'000'000));
    tls_pair tls(*this);
    collector received(tls.second);
    received.start(1024);
    transfer t(ctx.get_executor());
    start(t, tls.first, file);
    run_until([&] { return received.text().size() >= 1024; });
    reset(tls.second.next_layer());
    run();
    BOOST_TEST(t.get<0>().failed());
    BOOST_TEST(t.get<0>() != errc::sendfile_not_available);
    BOOST_TEST(t.get<1>() >= 1024u);
    BOOST_TEST(t.get<1>() < 20'000'000u);
}

BOOST_AUTO_TEST_CASE(a_pipe_takes_the_fallback) {
    auto const content = pattern(1'000'000);
    temporary_file file(content);
    for (auto const& [options, expected] : {std::pair<sendfile_options, std::string>({}, content),
                                            {{.offset = 5, .count = 300'000}, content.substr(5, 300'000)},
                                            {{.offset = 999'999}, content.substr(999'999)},
                                            {{.count = 0}, {}}}) {
        io_fixture io;
        asio::readable_pipe reading(io.ctx);
        asio::writable_pipe writing(io.ctx);
        asio::connect_pipe(reading, writing);
        collector received(reading);
        received.start();
        transfer t(io.ctx.get_executor());
        start(t, writing, file, options);
        io.run_until([&] { return t.done(); });
        writing.close();
        io.run();
        BOOST_TEST(!t.get<0>());
        BOOST_TEST(t.get<1>() == expected.size());
        BOOST_TEST((received.text() == expected));
    }
}

BOOST_FIXTURE_TEST_CASE(a_pipe_that_is_full_is_cancelled_and_the_rest_sent_later, io_fixture) {
    auto const content = pattern(1'000'000);
    temporary_file file(content);
    asio::readable_pipe reading(ctx);
    asio::writable_pipe writing(ctx);
    asio::connect_pipe(reading, writing);
    transfer first(ctx.get_executor());
    start(first, writing, file);
    ctx.poll();
    BOOST_TEST(!first.done());
    first.cancel(asio::cancellation_type::total); // not any more
    ctx.poll();
    BOOST_TEST(!first.done());
    first.cancel(asio::cancellation_type::partial);
    ctx.poll();
    BOOST_TEST(first.get<0>() == asio::error::operation_aborted);
    BOOST_TEST(first.get<1>() != 0u);
    collector received(reading);
    received.start();
    transfer second(ctx.get_executor());
    start(second, writing, file, {.offset = first.get<1>()});
    run_until([&] { return second.done(); });
    writing.close();
    run();
    BOOST_TEST((received.text() == content));
}

BOOST_AUTO_TEST_CASE(a_stream_that_writes_little_or_fails_midway) {
    auto const content = pattern(400'000);
    temporary_file file(content);
    for (std::size_t const fail_call : {0u, 1u, 20u}) {
        io_fixture io;
        auto pair = unix_pair(io.ctx.get_executor());
        collector received(pair.second);
        received.start();
        fault_stream<unix_socket> stream(std::move(pair.first));
        stream.writes.max_bytes = 9'999;
        stream.writes.fail_call = fail_call;
        stream.writes.failure = make_error_code(posix::io_error);
        transfer t(io.ctx.get_executor());
        start(t, stream, file);
        io.run_until([&] { return t.done(); });
        stream.next_layer().close();
        io.run();
        BOOST_TEST(t.get<0>() == (fail_call ? make_error_code(posix::io_error) : error_code()));
        BOOST_TEST(t.get<1>() == (fail_call ? (fail_call - 1) * 9'999 : content.size()));
        BOOST_TEST((received.text() == content.substr(0, t.get<1>())));
    }
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_takes_nothing_is_not_asked_for_ever, io_fixture) {
    temporary_file file(pattern(1000));
    auto pair = unix_pair(ctx.get_executor());
    fault_stream<unix_socket> stream(std::move(pair.first));
    stream.writes.fail_call = 1; // "fails" with success, and 0 bytes
    transfer t(ctx.get_executor());
    start(t, stream, file);
    run();
    BOOST_TEST(t.get<0>() == posix::io_error);
    BOOST_TEST(t.get<1>() == 0u);
}

BOOST_AUTO_TEST_CASE(a_fifo_goes_to_any_stream) {
    io_fixture io;
    auto const content = pattern(40'000);
    int ends[2];
    checked(::pipe2(ends, O_CLOEXEC));
    descriptor reading(ends[0]);
    descriptor writing(ends[1]);
    BOOST_TEST_REQUIRE(::write(writing.get(), content.data(), content.size()) == 40'000);
    writing.close();
    tls_pair tls(io);
    collector received(tls.second);
    received.start(content.size());
    transfer t(io.ctx.get_executor());
    start(t, tls.first, reading);
    io.run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST((received.text() == content));
}

BOOST_AUTO_TEST_CASE(an_asynchronous_file_is_read_asynchronously) {
    auto const content = pattern(1'000'000);
    temporary_file file(content);
    for (bool const refused : {true, false}) {
        for (auto const& [offset, count] : {std::pair<std::size_t, std::size_t>(0, 1'000'000), {77, 500'000}}) {
            io_fixture io;
            faulty_system system;
            if (refused)
                system.on_send_file = [](std::size_t, std::size_t&) { return faulty_system::result(-EINVAL); };
            async_file source(io.ctx.get_executor(), file.get());
            auto pair = tcp_pair(io.ctx.get_executor());
            auto const out = send_and_receive(io, pair, source, {offset, count}, system);
            BOOST_TEST(!out.ec);
            BOOST_TEST((out.received == content.substr(offset, count)));
            BOOST_TEST((source.reads != 0) == refused);
            BOOST_TEST(system.read_calls == 0u);
        }
    }
    io_fixture io;
    async_file source(io.ctx.get_executor(), file.get());
    source.fail_read = 2;
    asio::readable_pipe reading(io.ctx);
    asio::writable_pipe writing(io.ctx);
    asio::connect_pipe(reading, writing);
    collector received(reading);
    received.start();
    transfer t(io.ctx.get_executor());
    start(t, writing, source);
    io.run_until([&] { return t.done(); });
    writing.close();
    io.run();
    BOOST_TEST(t.get<0>() == posix::io_error);
    BOOST_TEST(t.get<1>() != 0u);
    BOOST_TEST((received.text() == content.substr(0, t.get<1>())));
}

BOOST_AUTO_TEST_CASE(a_cancellation_during_an_asynchronous_read_ends_it) {
    temporary_file file(pattern(1'000'000));
    for (std::size_t const read : {1u, 2u}) {
        io_fixture io;
        async_file source(io.ctx.get_executor(), file.get());
        asio::readable_pipe reading(io.ctx);
        asio::writable_pipe writing(io.ctx);
        asio::connect_pipe(reading, writing);
        collector received(reading);
        received.start();
        transfer t(io.ctx.get_executor());
        start(t, writing, source);
        io.run_until([&] { return source.reads == read; });
        t.cancel(read == 1 ? asio::cancellation_type::total : asio::cancellation_type::partial);
        io.run_until([&] { return t.done(); });
        writing.close();
        io.run();
        BOOST_TEST(t.get<0>() == asio::error::operation_aborted);
        BOOST_TEST((t.get<1>() != 0u) == (read == 2));
        BOOST_TEST(source.reads == read);
        BOOST_TEST(received.text().size() == t.get<1>());
    }
}

BOOST_FIXTURE_TEST_CASE(a_file_of_beast_is_sent, io_fixture) {
    auto const content = pattern(100'000);
    temporary_file file(content);
    boost::beast::file_posix beast;
    error_code ec;
    beast.open(("/proc/self/fd/" + std::to_string(file.get())).c_str(), boost::beast::file_mode::scan, ec);
    BOOST_TEST_REQUIRE(!ec);
    auto pair = unix_pair(ctx.get_executor());
    auto const out = send_and_receive(*this, pair, beast);
    BOOST_TEST((out.received == content));
}

BOOST_FIXTURE_TEST_CASE(the_synchronous_form_writes_to_any_stream, io_fixture) {
    auto const content = pattern(30'000);
    temporary_file file(content);
    asio::readable_pipe reading(ctx);
    asio::writable_pipe writing(ctx);
    asio::connect_pipe(reading, writing);
    BOOST_TEST(asyncio::sendfile(writing, file) == content.size());
    error_code ec;
    BOOST_TEST(asyncio::sendfile(writing, file, no_fallback, ec) == 0u);
    BOOST_TEST(ec == errc::sendfile_not_available);
    collector received(reading);
    received.start();
    writing.close();
    run();
    BOOST_TEST((received.text() == content));
}

BOOST_FIXTURE_TEST_CASE(a_coroutine_resumes_after_a_cancellation, io_fixture) {
    auto const content = pattern(20'000'000);
    temporary_file file(content);
    auto pair = tcp_pair(ctx.get_executor());
    collector received(pair.second);
    bool ended = false;
    asio::co_spawn(ctx, send_resuming(pair.first, file.get(), content.size()), [&](std::exception_ptr e) {
        BOOST_TEST(!e);
        ended = true;
        pair.first.close();
    });
    ctx.poll(); // until the socket is full
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(!ended);
        pair.first.cancel();
        ctx.poll();
    }
    received.start();
    run();
    BOOST_TEST(ended);
    BOOST_TEST((received.text() == content));
}

// A deadline that has passed when the transfer starts: it sends what the socket takes, and the rest times out.
BOOST_AUTO_TEST_CASE(a_timeout_midway_loses_and_repeats_nothing) {
    auto const content = pattern(20'000'000);
    temporary_file file(content);
    for (auto const* system :
         {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
        io_fixture io;
        auto pair = tcp_pair(io.ctx.get_executor());
        std::string received;
        std::vector<char> block(1 << 20);
        std::uint64_t sent = 0;
        std::size_t timeouts = 0;
        while (sent != content.size()) {
            std::optional<std::pair<error_code, std::size_t>> result;
            asyncio::detail::async_sendfile_on(
                *system, pair.first, file, {.offset = sent},
                asyncio::timeout(std::chrono::seconds(0),
                                 [&](error_code ec, std::size_t n) { result.emplace(ec, n); }));
            io.run_until([&] { return result.has_value(); });
            if (result->first)
                BOOST_TEST_REQUIRE(result->first == errc::timed_out);
            timeouts += result->first.failed();
            sent += result->second;
            while (received.size() != sent) // all that was taken comes out
                received.append(block.data(), pair.second.read_some(asio::buffer(block)));
        }
        io.run();
        BOOST_TEST(timeouts != 0u);
        BOOST_TEST((received == content));
        BOOST_TEST(pair.second.available() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(every_token_gets_code_and_count) {
    asio::io_context ctx;
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file(pattern(1000));
    int fd = file.get();

    auto future = asyncio::async_sendfile(pair.first, fd, {.offset = 100}, asio::use_future);
    run(ctx);
    BOOST_TEST(future.get() == 900u);

    auto deferred = asyncio::async_sendfile(pair.first, file, asio::deferred);
    auto again = deferred; // starts as often as one likes
    std::size_t sum = 0;
    std::move(deferred)([&](error_code, std::size_t n) { sum += n; });
    again([&](error_code, std::size_t n) { sum += n; });
    run(ctx);
    BOOST_TEST(sum == 2000u);

    auto const coroutine = [&]() -> asio::awaitable<void> {
        BOOST_TEST((co_await asyncio::async_sendfile(pair.first, fd, asio::use_awaitable)) == 1000u);
        BOOST_TEST((co_await asyncio::async_sendfile(pair.first, fd, {.count = 9}, asio::use_awaitable)) == 9u);
        auto const [ec, n] = co_await asyncio::async_sendfile(pair.first, file, asio::as_tuple(asio::use_awaitable));
        BOOST_TEST((!ec && n == 1000));
        error_code redirected;
        auto const m =
            co_await asyncio::async_sendfile(pair.first, -1, asio::redirect_error(asio::use_awaitable, redirected));
        BOOST_TEST((redirected == asio::error::bad_descriptor && m == 0));
    };
    run(ctx, coroutine());

    using default_socket = asio::use_awaitable_t<>::as_default_on_t<unix_socket>;
    default_socket socket(std::move(pair.first));
    auto const by_default = [&]() -> asio::awaitable<void> {
        BOOST_TEST((co_await asyncio::async_sendfile(socket, fd)) == 1000u);
        BOOST_TEST((co_await asyncio::async_sendfile(socket, fd, {.offset = 1})) == 999u);
    };
    run(ctx, by_default());

    asio::strand<asio::io_context::executor_type> strand(ctx.get_executor());
    bool on_strand = false;
    auto handler = [&, state = std::make_unique<int>()](error_code, std::size_t) {
        on_strand = strand.running_in_this_thread();
    };
    asyncio::async_sendfile(socket, fd, asio::bind_executor(strand, std::move(handler)));
    run(ctx);
    BOOST_TEST(on_strand);
}

#if __has_include(<boost/asio/any_completion_handler.hpp>)
BOOST_FIXTURE_TEST_CASE(a_handler_without_a_type_gets_code_and_count, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file(pattern(1000));
    std::size_t sent = 0;
    bool initiating = true;
    asio::any_completion_handler<void(error_code, std::size_t)> handler([&](error_code ec, std::size_t n) {
        BOOST_TEST(!initiating);
        BOOST_TEST(!ec);
        sent = n;
    });
    asyncio::async_sendfile(pair.first, file, std::move(handler));
    initiating = false;
    run();
    BOOST_TEST(sent == 1000u);
}
#endif

#if __has_include(<boost/asio/bind_immediate_executor.hpp>)
BOOST_FIXTURE_TEST_CASE(an_immediate_result_goes_through_the_immediate_executor, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file(pattern(100'000));
    std::size_t sent = 0;
    asyncio::async_sendfile(
        pair.first, file, {.count = 30'000},
        asio::bind_immediate_executor(asio::system_executor(), [&](error_code, std::size_t n) { sent = n; }));
    BOOST_TEST(sent == 30'000u);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
