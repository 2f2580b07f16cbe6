//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "sendfile_support.hpp"

#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/random_access_file.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/stream_file.hpp>
#include <boost/asio/writable_pipe.hpp>

#include <string>
#include <system_error>
#include <utility>

#include <liburing.h>

// The files of Asio, whose asynchronous reads the fallback uses.

using namespace asyncio_test;

static_assert(asyncio::sendfile_source<asio::random_access_file&> && asyncio::sendfile_source<asio::stream_file&>);
static_assert(asyncio::detail::async_random_access<asio::random_access_file>);

namespace {

// A kernel may lack io_uring, or refuse it, as in many containers.
bool has_io_uring() {
    io_uring ring;
    int const result = ::io_uring_queue_init(1, &ring, 0);
    if (result == 0)
        ::io_uring_queue_exit(&ring);
    else
        BOOST_TEST_MESSAGE("skipped, io_uring: " << std::system_category().message(-result));
    return result == 0;
}

std::string path_of(temporary_file const& file) {
    return "/proc/self/fd/" + std::to_string(file.get());
}

struct pipe_pair {
    explicit pipe_pair(asio::io_context& ctx) : reading(ctx), writing(ctx) { asio::connect_pipe(reading, writing); }

    asio::readable_pipe reading;
    asio::writable_pipe writing;
};

} // namespace

BOOST_AUTO_TEST_SUITE(sendfile_io_uring)

BOOST_AUTO_TEST_CASE(the_files_of_asio_are_sent_to_a_socket) {
    if (!has_io_uring())
        return;
    auto const content = pattern(1'000'000);
    temporary_file file(content);
    io_fixture io;
    asio::random_access_file random_access(io.ctx, path_of(file), asio::file_base::read_only);
    asio::stream_file stream(io.ctx, path_of(file), asio::file_base::read_only);
    auto const check = [&](auto& source, sendfile_options const& options, std::string const& expected) {
        for (auto const* system :
             {&asyncio::detail::native_sendfile_system(), &asyncio::detail::portable_sendfile_system()}) {
            auto pair = unix_pair(io.ctx.get_executor());
            auto const out = send_and_receive(io, pair, source, options, *system);
            BOOST_TEST(!out.ec);
            BOOST_TEST(out.sent == expected.size());
            BOOST_TEST((out.received == expected));
        }
    };
    for (auto const& [options, expected] : {std::pair<sendfile_options, std::string>({.offset = 7}, content.substr(7)),
                                            {{.count = 300'000}, content.substr(0, 300'000)},
                                            {{.offset = 999'000, .count = 5000}, content.substr(999'000)},
                                            {{.offset = 1'000'000}, {}}}) {
        check(random_access, options, expected);
        check(stream, options, expected);
    }
}

BOOST_AUTO_TEST_CASE(a_random_access_file_is_sent_to_any_stream) {
    if (!has_io_uring())
        return;
    auto const content = pattern(1'000'000);
    temporary_file file(content);
    for (auto const& [options, expected] : {std::pair<sendfile_options, std::string>({}, content),
                                            {{.offset = 5, .count = 300'000}, content.substr(5, 300'000)},
                                            {{.offset = 999'999}, content.substr(999'999)}}) {
        io_fixture io;
        asio::random_access_file source(io.ctx, path_of(file), asio::file_base::read_only);
        pipe_pair pipe(io.ctx);
        collector received(pipe.reading);
        received.start();
        transfer t(io.ctx.get_executor());
        start(t, pipe.writing, source, options);
        io.run_until([&] { return t.done(); });
        pipe.writing.close();
        io.run();
        BOOST_TEST(!t.get<0>());
        BOOST_TEST(t.get<1>() == expected.size());
        BOOST_TEST((received.text() == expected));
    }
}

BOOST_AUTO_TEST_CASE(a_random_access_file_is_sent_on_after_a_cancellation) {
    if (!has_io_uring())
        return;
    auto const content = pattern(1'000'000);
    temporary_file file(content);
    io_fixture io;
    asio::random_access_file source(io.ctx, path_of(file), asio::file_base::read_only);
    pipe_pair pipe(io.ctx);
    transfer first(io.ctx.get_executor());
    start(first, pipe.writing, source);
    char byte = 0;
    bool arrived = false;
    pipe.reading.async_read_some(asio::buffer(&byte, 1), [&](error_code ec, std::size_t) { arrived = !ec; });
    io.run_until([&] { return arrived; }); // so it has begun to write
    first.cancel();
    io.run_until([&] { return first.done(); });
    BOOST_TEST(first.get<0>() == asio::error::operation_aborted);
    BOOST_TEST(first.get<1>() != 0u);
    BOOST_TEST(first.get<1>() < content.size());

    collector received(pipe.reading);
    received.start();
    transfer second(io.ctx.get_executor());
    start(second, pipe.writing, source, {.offset = first.get<1>()});
    io.run_until([&] { return second.done(); });
    pipe.writing.close();
    io.run();
    BOOST_TEST(!second.get<0>());
    BOOST_TEST((byte + received.text() == content));
}

BOOST_AUTO_TEST_CASE(a_read_that_fails_is_reported_as_itself) {
    if (!has_io_uring())
        return;
    temporary_file file(pattern(1000));
    io_fixture io;
    asio::random_access_file source(io.ctx, path_of(file), asio::file_base::write_only);
    pipe_pair pipe(io.ctx);
    transfer t(io.ctx.get_executor());
    start(t, pipe.writing, source);
    io.run();
    BOOST_TEST(t.get<0>() == asio::error::bad_descriptor);
    BOOST_TEST(t.get<1>() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
