//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "sendfile_support.hpp"

#include <asyncio/exceptions.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/errc.hpp>

#include <chrono>
#include <csignal>
#include <thread>

#include <pthread.h>

// Real files to real sockets, by the kernel's own path.
//
// Cases with a number are asyncio's. Those where this library does something else on purpose: SF-08 and SF-20 (an error
// is reported as itself), SF-11 (one code for "not available"), SF-13 (a closed socket is a bad descriptor), SF-14
// (wrong types don't compile), SF-16 (what is left of the order), SF-17 (writing meanwhile isn't checked), SF-25 and
// SF-26 (the file's position plays no part). doc/sendfile.md says why.

using namespace asyncio_test;
using asyncio::errc;
namespace posix = boost::system::errc;

static_assert(!asyncio::sendfile_stream<asio::ip::udp::socket>, "SF-14: only streams, and the compiler says so");
static_assert(asyncio::sendfile_stream<tcp_socket> && asyncio::sendfile_stream<unix_socket>);
static_assert(asyncio::sendfile_source<int> && asyncio::sendfile_source<std::FILE*>);
static_assert(asyncio::sendfile_source<descriptor&> && !asyncio::sendfile_source<descriptor>,
              "an object is asked at every step, and must not be a temporary");
static_assert(!asyncio::sendfile_source<bool> && !asyncio::sendfile_source<std::string&>);
static_assert(std::is_trivially_destructible_v<sendfile_options>, "safe to build inside a co_await, see g++ 12");

namespace {

struct over_tcp {
    static auto connect(asio::io_context& ctx) { return tcp_pair(ctx.get_executor()); }
};
struct over_unix {
    static auto connect(asio::io_context& ctx) { return unix_pair(ctx.get_executor()); }
};
using transports = std::tuple<over_tcp, over_unix>;

constexpr sendfile_options no_fallback{.fallback = sendfile_fallback::disabled};

} // namespace

BOOST_AUTO_TEST_SUITE(sendfile)

BOOST_AUTO_TEST_CASE_TEMPLATE(SF_01_a_whole_file_is_sent, Transport, transports) {
    for (std::size_t const size : {0u, 1u, 1000u, 16u * 1024, 16u * 1024 + 1, 300'000u, 5'000'000u}) {
        BOOST_TEST_CONTEXT(size) {
            io_fixture io;
            auto pair = Transport::connect(io.ctx);
            auto const content = pattern(size);
            temporary_file file(content);
            int fd = file.get();
            auto const out = send_and_receive(io, pair, fd);
            BOOST_TEST(!out.ec);
            BOOST_TEST(out.sent == size);
            BOOST_TEST((out.received == content));
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(SF_02_a_part_is_sent_by_offset_and_count, Transport, transports) {
    auto const content = pattern(3'000'000);
    temporary_file file(content);
    for (auto const& [offset, count] : {std::pair<std::size_t, std::size_t>(1000, 2000),
                                        {1000, 100},
                                        {1, 2'999'998},
                                        {16 * 1024, 16 * 1024},
                                        {2'999'999, 1},
                                        {0, 3'000'000}}) {
        for (auto const fallback : {sendfile_fallback::allowed, sendfile_fallback::disabled}) {
            io_fixture io;
            auto pair = Transport::connect(io.ctx);
            auto const out = send_and_receive(io, pair, file, {offset, count, fallback});
            BOOST_TEST(!out.ec);
            BOOST_TEST(out.sent == count);
            BOOST_TEST((out.received == content.substr(offset, count)));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(SF_04_data_before_and_after_the_file_keeps_its_order, io_fixture) {
    auto pair = tcp_pair(ctx.get_executor());
    auto const content = pattern(1'000'000);
    temporary_file file(content);
    collector received(pair.second);
    received.start();
    asio::write(pair.first, asio::buffer("prefix", 6));
    transfer t(ctx.get_executor());
    start(t, pair.first, file);
    run_until([&] { return t.done(); });
    asio::write(pair.first, asio::buffer("suffix", 6));
    pair.first.close();
    run();
    BOOST_TEST(t.get<1>() == content.size());
    BOOST_TEST((received.text() == "prefix" + content + "suffix"));
}

BOOST_AUTO_TEST_CASE(SF_25_the_end_of_the_file_ends_the_transfer) {
    auto const content = pattern(40'960);
    temporary_file file(content);
    std::uint64_t const huge = std::uint64_t(1) << 62;
    for (auto const fallback : {sendfile_fallback::allowed, sendfile_fallback::disabled}) {
        for (auto const& [options, sent] : {std::pair<sendfile_options, std::size_t>({40'000, 2000, fallback}, 960),
                                            {{40'000, std::nullopt, fallback}, 960},
                                            {{40'000, 200'000, fallback}, 960},
                                            {{40'960, std::nullopt, fallback}, 0},
                                            {{40'960, 10, fallback}, 0},
                                            {{50'000, std::nullopt, fallback}, 0},
                                            {{50'000, 100'000, fallback}, 0},
                                            {{huge, std::nullopt, fallback}, 0},
                                            {{10, ~std::uint64_t(0), fallback}, 40'950},
                                            {{(huge - 1) * 2 + 1, 100'000, fallback}, 0}}) {
            BOOST_TEST_CONTEXT(options.offset) {
                io_fixture io;
                auto pair = unix_pair(io.ctx.get_executor());
                auto const out = send_and_receive(io, pair, file, options);
                BOOST_TEST(!out.ec);
                BOOST_TEST(out.sent == sent);
                BOOST_TEST(out.received.size() == sent);
            }
        }
    }
}

// CPython moves the position on some paths and starts from it on others.
BOOST_AUTO_TEST_CASE(SF_26_offsets_are_absolute_and_the_position_stays) {
    auto const content = pattern(50'000);
    temporary_file file(content);
    file.seek(500);
    for (auto const* system :
         {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
        for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {100}, {40'000}}) {
            io_fixture io;
            auto pair = tcp_pair(io.ctx.get_executor());
            auto const out = send_and_receive(io, pair, file, {.offset = 0, .count = count}, *system);
            BOOST_TEST(out.sent == count.value_or(50'000));
            BOOST_TEST((out.received == content.substr(0, out.sent)));
            BOOST_TEST(file.position() == 500u);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(an_offset_that_no_file_has_is_an_invalid_argument, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file("abc");
    auto const out = send_and_receive(*this, pair, file, {.offset = std::uint64_t(1) << 63});
    BOOST_TEST(out.ec == posix::invalid_argument);
    BOOST_TEST(out.sent == 0u);
}

BOOST_FIXTURE_TEST_CASE(count_0_sends_nothing, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    temporary_file file(pattern(100'000));
    auto const out = send_and_receive(*this, pair, file, {.count = 0});
    BOOST_TEST(!out.ec);
    BOOST_TEST(out.sent == 0u);
    BOOST_TEST(out.received.empty());
}

BOOST_FIXTURE_TEST_CASE(a_part_beyond_4_gib_is_sent, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    std::uint64_t const far = (std::uint64_t(9) << 30) + 12'345;
    auto const content = pattern(200'000, far);
    temporary_file file;
    file.write(content, far); // all before it is a hole
    auto const out = send_and_receive(*this, pair, file, {.offset = far - 10});
    BOOST_TEST(!out.ec);
    BOOST_TEST(out.sent == 200'010u);
    BOOST_TEST((out.received == std::string(10, '\0') + content));
}

BOOST_AUTO_TEST_CASE(a_transfer_crosses_2_and_4_gib) {
    for (std::uint64_t const border : {std::uint64_t(1) << 31, std::uint64_t(1) << 32}) {
        std::uint64_t const first = border - 1'000'001;
        auto const content = pattern(3'000'000, first);
        temporary_file file;
        file.write(content, first);
        for (auto const* system :
             {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
            for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {2'999'999}}) {
                io_fixture io;
                auto pair = tcp_pair(io.ctx.get_executor());
                auto const out = send_and_receive(io, pair, file, {.offset = first, .count = count}, *system);
                BOOST_TEST(!out.ec);
                BOOST_TEST(out.sent == count.value_or(3'000'000));
                BOOST_TEST((out.received == content.substr(0, out.sent)));
            }
        }
    }
}

BOOST_FIXTURE_TEST_CASE(more_than_4_gib_are_counted, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    faulty_system system;
    system.on_send_file = [](std::size_t, std::size_t& count) { return faulty_system::result(count); };
    temporary_file file("x");
    std::uint64_t const count = (std::uint64_t(5) << 30) + 1;
    transfer t(ctx.get_executor());
    start(t, pair.first, file, {.count = count}, system);
    run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST(t.get<1>() == count);
}

BOOST_FIXTURE_TEST_CASE(SF_13_a_closed_socket_is_a_bad_descriptor, io_fixture) {
    unix_socket socket(ctx.get_executor());
    temporary_file file("abc");
    transfer t(ctx.get_executor());
    start(t, socket, file, no_fallback);
    run();
    BOOST_TEST(t.get<0>() == asio::error::bad_descriptor);
    BOOST_TEST(t.get<1>() == 0u);
}

// asyncio goes from the file's mode over the socket's type to count and offset. What is no matter of types comes in the
// order of the socket, the offset, the file; and of the file nothing is asked if nothing is to be sent.
BOOST_AUTO_TEST_CASE_TEMPLATE(SF_16_what_is_wrong_is_found_in_this_order, Transport, transports) {
    std::uint64_t const bad_offset = std::uint64_t(1) << 63;
    int const bad_file = -1;
    for (auto const fallback : {sendfile_fallback::allowed, sendfile_fallback::disabled}) {
        io_fixture io;
        auto closed = Transport::connect(io.ctx);
        closed.first.close();
        for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {0}, {10}}) {
            error_code ec;
            asyncio::sendfile(closed.first, bad_file, {bad_offset, count, fallback}, ec);
            BOOST_TEST(ec == asio::error::bad_descriptor);
            transfer t(io.ctx.get_executor());
            start(t, closed.first, bad_file, {bad_offset, count, fallback});
            io.run();
            BOOST_TEST(t.get<0>() == asio::error::bad_descriptor);
        }
        auto const expect = [&](sendfile_options const& options, error_code const& expected) {
            auto pair = Transport::connect(io.ctx);
            error_code ec;
            asyncio::sendfile(pair.first, bad_file, options, ec);
            BOOST_TEST(ec == expected);
            auto const out = send_and_receive(io, pair, bad_file, options);
            BOOST_TEST(out.ec == expected);
            BOOST_TEST(out.received.empty());
        };
        for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {0}, {10}})
            expect({bad_offset, count, fallback}, make_error_code(posix::invalid_argument));
        expect({0, 10, fallback}, asio::error::bad_descriptor);
        expect({0, 0, fallback}, {});
    }
}

// asyncio pauses reading, and forbids writing. Here reading goes on; a second write isn't checked, as for all of Asio's
// composed writes.
BOOST_AUTO_TEST_CASE_TEMPLATE(SF_17_the_socket_is_read_meanwhile, Transport, transports) {
    io_fixture io;
    auto pair = Transport::connect(io.ctx);
    auto const content = pattern(10'000'000);
    temporary_file file(content);
    transfer t(io.ctx.get_executor());
    start(t, pair.first, file); // fills the socket
    collector answer(pair.first);
    answer.start(6);
    asio::write(pair.second, asio::buffer("answer", 6));
    io.run_until([&] { return answer.text() == "answer"; });
    BOOST_TEST(!t.done());
    collector received(pair.second);
    received.start();
    io.run_until([&] { return t.done(); });
    pair.first.close();
    io.run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST((received.text() == content));
}

BOOST_AUTO_TEST_CASE(a_socket_that_is_not_connected_says_so) {
    temporary_file file(pattern(100'000));
    for (auto const fallback : {sendfile_fallback::allowed, sendfile_fallback::disabled}) {
        for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {10}}) {
            io_fixture io;
            tcp_socket tcp(io.ctx.get_executor(), asio::ip::tcp::v4());
            unix_socket local(io.ctx.get_executor(), asio::local::stream_protocol());
            transfer first(io.ctx.get_executor());
            transfer second(io.ctx.get_executor());
            start(first, tcp, file, {0, count, fallback});
            start(second, local, file, {0, count, fallback});
            io.run();
            BOOST_TEST(first.get<0>() == asio::error::broken_pipe); // Linux's word for it
            BOOST_TEST(second.get<0>() == asio::error::not_connected);
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(SF_19_a_peer_that_leaves_midway_is_a_connection_error, Transport, transports) {
    temporary_file file(pattern(20'000'000));
    for (auto const* system :
         {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
        io_fixture io;
        auto pair = Transport::connect(io.ctx);
        collector received(pair.second);
        received.start(1024);
        transfer t(io.ctx.get_executor());
        start(t, pair.first, file, {}, *system);
        io.run_until([&] { return received.text().size() >= 1024; });
        pair.second.close();
        io.run();
        BOOST_TEST((t.get<0>() == asio::error::broken_pipe || t.get<0>() == asio::error::connection_reset));
        BOOST_TEST(t.get<1>() >= 1024u);
        BOOST_TEST(t.get<1>() < 20'000'000u);
    }
}

BOOST_AUTO_TEST_CASE(a_reset_midway_is_reported_as_itself) {
    temporary_file file(pattern(20'000'000));
    for (auto const* system :
         {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
        io_fixture io;
        auto pair = tcp_pair(io.ctx.get_executor());
        transfer t(io.ctx.get_executor());
        start(t, pair.first, file, {}, *system);
        io.ctx.poll(); // until the socket is full
        reset(pair.second);
        io.run();
        BOOST_TEST(t.get<0>() == asio::error::connection_reset);
        BOOST_TEST(t.get<1>() != 0u);
        BOOST_TEST(t.get<1>() < 20'000'000u);
    }
}

BOOST_FIXTURE_TEST_CASE(a_reset_before_the_start_is_reported_as_itself, io_fixture) {
    temporary_file file(pattern(100'000));
    for (auto const fallback : {sendfile_fallback::allowed, sendfile_fallback::disabled}) {
        auto pair = tcp_pair(ctx.get_executor());
        reset(pair.second);
        pair.first.wait(asio::socket_base::wait_error);
        transfer t(ctx.get_executor());
        start(t, pair.first, file, {.fallback = fallback});
        run();
        BOOST_TEST((t.get<0>() == asio::error::broken_pipe || t.get<0>() == asio::error::connection_reset));
        BOOST_TEST(t.get<1>() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(the_blocking_mode_stays) {
    temporary_file file(pattern(1'000'000));
    for (bool const mode : {false, true}) {
        io_fixture io;
        auto pair = tcp_pair(io.ctx.get_executor());
        pair.first.non_blocking(mode);
        collector received(pair.second);
        received.start();
        transfer t(io.ctx.get_executor());
        start(t, pair.first, file);
        io.run_until([&] { return t.done(); });
        BOOST_TEST(pair.first.non_blocking() == mode);
        pair.first.close();
        io.run();
    }
}

namespace {

volatile std::sig_atomic_t sigpipes = 0;

class sigpipe_counter {
public:
    sigpipe_counter() {
        sigpipes = 0;
        struct sigaction action = {};
        action.sa_handler = [](int) { sigpipes = sigpipes + 1; };
        ::sigaction(SIGPIPE, &action, &old_);
    }
    ~sigpipe_counter() { ::sigaction(SIGPIPE, &old_, nullptr); }

private:
    struct sigaction old_;
};

bool sigpipe_pending() {
    sigset_t set;
    ::sigpending(&set);
    return ::sigismember(&set, SIGPIPE) == 1;
}
bool sigpipe_blocked() {
    sigset_t set;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &set);
    return ::sigismember(&set, SIGPIPE) == 1;
}

void send_to_the_dead(sendfile_options const& options) {
    io_fixture io;
    auto pair = unix_pair(io.ctx.get_executor());
    pair.second.close();
    temporary_file file(pattern(100'000));
    transfer t(io.ctx.get_executor());
    start(t, pair.first, file, options);
    io.run();
    BOOST_TEST(t.get<0>() == asio::error::broken_pipe);
}

} // namespace

BOOST_AUTO_TEST_CASE(sigpipe_is_never_raised) {
    sigpipe_counter const counter;
    for (sendfile_options const& options : {sendfile_options(), sendfile_options{.count = 10}, no_fallback}) {
        send_to_the_dead(options);
        BOOST_TEST(!sigpipe_blocked());
        BOOST_TEST(!sigpipe_pending());
        BOOST_TEST(sigpipes == 0);
    }
}

// A call that waits in the kernel when the peer leaves gives a short count, and raises the signal all the same.
BOOST_AUTO_TEST_CASE_TEMPLATE(sigpipe_is_not_raised_midway, Transport, transports) {
    sigpipe_counter const counter;
    temporary_file file(pattern(20'000'000));
    asio::io_context ctx;
    auto pair = Transport::connect(ctx);
    std::thread peer([&] {
        std::vector<char> block(100'000);
        asio::read(pair.second, asio::buffer(block));
        pair.second.close();
    });
    error_code ec;
    auto const n = asyncio::sendfile(pair.first, file, {}, ec);
    peer.join();
    BOOST_TEST((ec == asio::error::broken_pipe || ec == asio::error::connection_reset));
    BOOST_TEST(n != 0u);
    BOOST_TEST(n < 20'000'000u);
    BOOST_TEST(!sigpipe_blocked());
    BOOST_TEST(!sigpipe_pending());
    BOOST_TEST(sigpipes == 0);
}

BOOST_AUTO_TEST_CASE(a_sigpipe_of_the_program_itself_is_left_alone) {
    sigpipe_counter const counter;
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    send_to_the_dead(no_fallback);
    BOOST_TEST(sigpipe_blocked());
    BOOST_TEST(!sigpipe_pending());
    ::pthread_kill(::pthread_self(), SIGPIPE);
    send_to_the_dead(no_fallback);
    BOOST_TEST(sigpipe_blocked());
    BOOST_TEST(sigpipe_pending());
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    BOOST_TEST(sigpipes == 1);
}

BOOST_FIXTURE_TEST_CASE(ten_thousand_small_files_leave_nothing_behind, io_fixture) {
    auto pair = tcp_pair(ctx.get_executor());
    auto const content = pattern(3000);
    temporary_file file(content);
    collector received(pair.second);
    received.start();
    auto const before = open_descriptors();
    std::size_t completed = 0;
    std::function<void()> next = [&] {
        asyncio::async_sendfile(pair.first, file.get(), {.offset = completed % 1000},
                                [&](error_code ec, std::size_t n) {
                                    BOOST_TEST_REQUIRE(!ec);
                                    BOOST_TEST_REQUIRE(n == 3000 - completed % 1000);
                                    if (++completed < 10'000)
                                        next();
                                    else
                                        pair.first.close();
                                });
    };
    next();
    run();
    BOOST_TEST(completed == 10'000u);
    BOOST_TEST(open_descriptors() + 1 == before); // the socket that was closed
    std::string expected;
    for (std::size_t i = 0; i < 1000; ++i)
        expected += content.substr(i);
    std::string_view rest = received.text();
    BOOST_TEST_REQUIRE(rest.size() == expected.size() * 10);
    for (; !rest.empty(); rest.remove_prefix(expected.size()))
        BOOST_TEST_REQUIRE((rest.substr(0, expected.size()) == expected));
}

BOOST_AUTO_TEST_CASE(the_synchronous_form_sends_and_waits) {
    auto const content = pattern(5'000'000);
    temporary_file file(content);
    for (bool const native_non_blocking : {false, true}) {
        asio::io_context ctx;
        auto pair = tcp_pair(ctx.get_executor());
        pair.first.native_non_blocking(native_non_blocking);
        std::string received;
        std::thread reader([&] {
            std::vector<char> block(65536);
            error_code ec;
            while (!ec) {
                auto const n = pair.second.read_some(asio::buffer(block), ec);
                received.append(block.data(), n);
            }
        });
        BOOST_TEST(asyncio::sendfile(pair.first, file.get()) == content.size());
        BOOST_TEST(asyncio::sendfile(pair.first, file.get(), {.offset = 7, .count = 10}) == 10u);
        pair.first.close();
        reader.join();
        BOOST_TEST((received == content + content.substr(7, 10)));
    }
}

BOOST_FIXTURE_TEST_CASE(the_synchronous_form_respects_non_blocking, io_fixture) {
    auto pair = tcp_pair(ctx.get_executor());
    temporary_file file(pattern(20'000'000));
    pair.first.non_blocking(true);
    error_code ec;
    auto const n = asyncio::sendfile(pair.first, file.get(), {}, ec);
    BOOST_TEST(ec == asio::error::would_block);
    BOOST_TEST(n != 0u);
    BOOST_TEST(n < 20'000'000u);
}

BOOST_FIXTURE_TEST_CASE(the_synchronous_form_throws_the_typed_exception, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    descriptor directory(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    BOOST_CHECK_EXCEPTION(asyncio::sendfile(pair.first, directory, no_fallback), asyncio::sendfile_not_available_error,
                          [](auto const& e) {
                              return e.operation() == std::string_view("sendfile") && e.native_error() == EINVAL
                                     && e.reason() == std::string_view("os.sendfile call failed");
                          });
}

BOOST_AUTO_TEST_SUITE_END()
