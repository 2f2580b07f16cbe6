//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "sendfile_support.hpp"

#include <boost/system/errc.hpp>

// Files of every kind, through Unix sockets.

using namespace asyncio_test;
using asyncio::errc;
namespace posix = boost::system::errc;

BOOST_AUTO_TEST_SUITE(sendfile_files)

BOOST_FIXTURE_TEST_CASE(a_file_may_be_given_in_many_ways, io_fixture) {
    auto const content = pattern(100'000);
    temporary_file file(content);
    auto fd = file.reopen(O_RDONLY);
    auto const check = [&](auto& source) {
        auto pair = unix_pair(ctx.get_executor());
        auto const out = send_and_receive(*this, pair, source);
        BOOST_TEST(!out.ec);
        BOOST_TEST((out.received == content));
    };
    int const number = fd.get();
    check(number);
    check(fd);
    std::FILE* const stdio = file.stdio();
    check(stdio);
    struct file_stdio { // as Beast's
        std::FILE* native_handle() const { return file; }
        std::FILE* file;
    } const object{file.stdio()};
    check(object);
}

BOOST_FIXTURE_TEST_CASE(a_file_of_proc_says_size_0_and_is_sent, io_fixture) {
    for (auto const* path : {"/proc/cpuinfo", "/proc/self/mountinfo", "/proc/version"}) {
        descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
        std::string content(1 << 20, '\0');
        std::size_t size = 0;
        for (ssize_t n; (n = ::read(file.get(), content.data() + size, content.size() - size)) > 0;)
            size += static_cast<std::size_t>(n);
        auto pair = unix_pair(ctx.get_executor());
        auto const out = send_and_receive(*this, pair, file);
        BOOST_TEST(!out.ec);
        BOOST_TEST(out.sent != 0u);
        BOOST_TEST(out.received.size() == out.sent);
        if (std::string_view(path) == "/proc/version") // the others may have changed meanwhile
            BOOST_TEST(out.received == content.substr(0, size));
    }
}

BOOST_AUTO_TEST_CASE(a_fifo_is_sent_from_where_it_is) {
    auto const content = pattern(50'000);
    for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {1000}, {30'000}}) {
        io_fixture io;
        int ends[2];
        checked(::pipe2(ends, O_CLOEXEC));
        descriptor reading(ends[0]);
        descriptor writing(ends[1]);
        BOOST_TEST_REQUIRE(::write(writing.get(), content.data(), content.size()) == 50'000);
        writing.close();
        auto pair = unix_pair(io.ctx.get_executor());
        auto const out = send_and_receive(io, pair, reading, {.count = count});
        BOOST_TEST(!out.ec);
        BOOST_TEST((out.received == content.substr(0, count.value_or(50'000))));
    }
}

BOOST_AUTO_TEST_CASE(a_fifo_has_no_offset_and_no_path_of_the_kernel) {
    int ends[2];
    checked(::pipe2(ends, O_CLOEXEC | O_NONBLOCK));
    descriptor reading(ends[0]);
    descriptor writing(ends[1]);
    for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {10}, {100'000}}) {
        io_fixture io;
        auto pair = unix_pair(io.ctx.get_executor());
        auto out = send_and_receive(io, pair, reading, {.offset = 1, .count = count});
        BOOST_TEST(out.ec == posix::invalid_seek);
        pair = unix_pair(io.ctx.get_executor());
        out = send_and_receive(io, pair, reading, {.count = count, .fallback = sendfile_fallback::disabled});
        BOOST_TEST(out.ec == errc::sendfile_not_available);
        pair = unix_pair(io.ctx.get_executor());
        out = send_and_receive(io, pair, reading, {.count = count});
        BOOST_TEST(out.ec == asio::error::would_block);
        BOOST_TEST(out.sent == 0u);
    }
}

BOOST_AUTO_TEST_CASE(a_directory_is_a_directory) {
    descriptor directory(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {10}, {100'000}}) {
        io_fixture io;
        auto pair = unix_pair(io.ctx.get_executor());
        auto out = send_and_receive(io, pair, directory, {.count = count});
        BOOST_TEST(out.ec == posix::is_a_directory);
        pair = unix_pair(io.ctx.get_executor());
        out = send_and_receive(io, pair, directory, {.count = count, .fallback = sendfile_fallback::disabled});
        BOOST_TEST(out.ec == errc::sendfile_not_available);
    }
}

// asyncio calls these "not available", or falls back and fails there.
BOOST_AUTO_TEST_CASE(SF_08_a_descriptor_that_cannot_be_read_is_reported_as_itself) {
    temporary_file file(pattern(100'000));
    auto write_only = file.reopen(O_WRONLY);
    int const closed = -1;
    std::FILE* const none = nullptr;
    for (auto const fallback : {sendfile_fallback::allowed, sendfile_fallback::disabled}) {
        for (std::optional<std::uint64_t> const count : {std::optional<std::uint64_t>(), {10}, {100'000}}) {
            io_fixture io;
            auto const check = [&](auto& source) {
                auto pair = unix_pair(io.ctx.get_executor());
                auto const out = send_and_receive(io, pair, source, {0, count, fallback});
                BOOST_TEST(out.ec == asio::error::bad_descriptor);
                BOOST_TEST(out.sent == 0u);
            };
            check(write_only);
            check(closed);
            check(none);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_file_that_shrinks_ends_where_it_ends_now, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    auto const content = pattern(10'000'000);
    temporary_file file(content);
    transfer t(ctx.get_executor());
    start(t, pair.first, file, {.count = content.size()}); // fills the socket
    BOOST_TEST(!t.done());
    file.resize(5'000'000);
    collector received(pair.second);
    received.start();
    run_until([&] { return t.done(); });
    pair.first.close();
    run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST(t.get<1>() == 5'000'000u);
    // What the socket held when the file was cut may be zeros by now: the kernel sends pages, not copies.
    BOOST_TEST(received.text().size() == 5'000'000u);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_grows_is_sent_to_its_new_end, io_fixture) {
    auto pair = unix_pair(ctx.get_executor());
    auto const content = pattern(10'000'000);
    temporary_file file(std::string_view(content).substr(0, 6'000'000));
    transfer t(ctx.get_executor());
    start(t, pair.first, file);
    file.write(std::string_view(content).substr(6'000'000), 6'000'000);
    collector received(pair.second);
    received.start();
    run_until([&] { return t.done(); });
    pair.first.close();
    run();
    BOOST_TEST(t.get<1>() == content.size());
    BOOST_TEST((received.text() == content));
}

BOOST_AUTO_TEST_SUITE_END()
