//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//

// What reads allocate, and what they do when there is no memory for the reader's buffer.

#include "stream_reader_support.hpp"

#include "support/allocations.hpp"

#include <asyncio/read_exactly.hpp>

#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <new>
#include <optional>

using namespace asyncio_test;
using asyncio::detail::reader_core;

namespace {

// The allocations of 100 reads of eight bytes from a socket, after a few that fill the caches.
template <class Read> std::size_t allocations_of(Read read) {
    std::size_t count = 0;
    auto const reads = [&](unix_socket& from, unix_socket& to) -> asio::awaitable<void> {
        for (int i = 0; i < 10; ++i) {
            asio::write(to, asio::buffer("1234567\n", 8));
            co_await read(from);
        }
        allocation_probe const probe;
        for (int i = 0; i < 100; ++i) {
            asio::write(to, asio::buffer("1234567\n", 8));
            co_await read(from);
        }
        count = probe.count();
    };
    io_fixture io;
    auto s = unix_pair(io.ctx.get_executor());
    io.run(reads(s.first, s.second));
    return count;
}

// Lets a record arrive in pieces. Gives how often there was no room.
std::size_t fill(reader_core& core, std::string const& record) {
    std::size_t refused = 0;
    for (std::size_t arrived = 0; arrived < record.size();) {
        auto const room = core.prepare();
        std::size_t const n = std::min({room.size(), record.size() - arrived, std::size_t(1000)});
        std::copy_n(record.data() + arrived, n, room.data());
        core.received({}, n);
        arrived += n;
        refused += n == 0;
    }
    return refused;
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_allocations)

BOOST_AUTO_TEST_CASE(an_exact_read_takes_no_more_memory_than_that_of_asio) {
    std::array<char, 8> buffer{};
    auto const ours = allocations_of(
        [&](unix_socket& s) { return asyncio::async_read_exactly(s, asio::buffer(buffer), asio::use_awaitable); });
    auto const theirs =
        allocations_of([&](unix_socket& s) { return asio::async_read(s, asio::buffer(buffer), asio::use_awaitable); });
    BOOST_TEST(ours <= theirs);
}

BOOST_AUTO_TEST_CASE(no_form_of_a_read_allocates_per_record) {
    std::optional<asyncio::stream_reader<unix_socket&>> reader;
    auto const from = [&](unix_socket& s) -> auto& {
        return reader && &reader->next_layer() == &s ? *reader : reader.emplace(s);
    };
    BOOST_TEST(allocations_of([&](unix_socket& s) { return from(s).co_read_line(); }) == 0u);
    reader.reset();
    BOOST_TEST(allocations_of([&](unix_socket& s) { return from(s).async_read_until('\n', asio::use_awaitable); })
               == 0u);
    reader.reset();
    BOOST_TEST(allocations_of([&](unix_socket& s) { return from(s).async_read_exactly(8, asio::use_awaitable); })
               == 0u);

    reader_core core(100);
    core.feed(std::string(4000, '\n'));
    allocation_probe const probe;
    std::string_view bytes;
    error_code ec;
    for (int i = 0; i < 1000; ++i) {
        BOOST_REQUIRE(core.take_until('\n', bytes));
        BOOST_REQUIRE(core.take_exactly(1, bytes));
        core.try_read(asyncio::detail::read_request::until('\n'), ec);
    }
    BOOST_TEST(probe.count() == 0u);
}

BOOST_AUTO_TEST_CASE(a_read_without_memory_for_its_buffer_fails_and_the_next_one_succeeds) {
    if (!fail_allocation(0))
        return; // not under a sanitizer
    reader_fixture f;
    f.send("one\ntwo\n");
    reader_fixture::read_tracker t(f.ctx.get_executor());
    fail_allocation(1);
    t.start([&](auto handler) { f.reader.async_read_line(std::move(handler)); });
    f.run();
    BOOST_TEST(t.get<0>() == boost::system::errc::not_enough_memory);
    BOOST_TEST(t.get<1>().empty());
    BOOST_TEST(f.line().bytes == "one\n");
    BOOST_TEST(f.line().bytes == "two\n");

    reader_fixture blocking;
    blocking.send("one\n");
    error_code ec;
    fail_allocation(1);
    BOOST_TEST(blocking.reader.read_line(ec).empty());
    BOOST_TEST(ec == boost::system::errc::not_enough_memory);
    fail_allocation(1);
    BOOST_CHECK_THROW(blocking.reader.feed("zero\n"), std::bad_alloc);
    BOOST_TEST(blocking.reader.read_line() == "one\n");
}

BOOST_AUTO_TEST_CASE(a_buffer_that_cannot_grow_keeps_its_bytes_and_grows_later) {
    if (!fail_allocation(0))
        return; // not under a sanitizer
    std::string const record = std::string(300 * 1024, 'r') + '\n';
    std::size_t growths = 0;
    {
        reader_core core(record.size());
        allocation_probe const probe;
        BOOST_TEST(fill(core, record) == 0u);
        growths = probe.count();
    }
    BOOST_TEST(growths >= 5u);
    for (std::size_t failing = 1; failing <= growths; ++failing) {
        reader_core core(record.size());
        fail_allocation(failing);
        BOOST_TEST(fill(core, record) == (failing == 1 ? 1u : 0u)); // a smaller rest does, if there is one
        std::string_view bytes;
        BOOST_TEST_REQUIRE(core.take_until('\n', bytes));
        BOOST_TEST((bytes == record));
    }
}

BOOST_AUTO_TEST_SUITE_END()
