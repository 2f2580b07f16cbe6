//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_STREAM_READER_SUPPORT_HPP
#define ASYNCIO_ERRC_TEST_STREAM_READER_SUPPORT_HPP

#include "support/io_fixture.hpp"
#include "support/sockets.hpp"
#include "support/tracker.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/stream_reader.hpp>

#include <boost/asio/write.hpp>
#include <boost/system/errc.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace asyncio_test {

using asyncio::errc;
using boost::system::error_code;

// How a read ended, with a copy of its view.
struct read_result {
    error_code code;
    std::string bytes;
};

// A reader of one end of a Unix socket, and the other end to write to.
struct reader_fixture : io_fixture {
    using reader_type = asyncio::stream_reader<unix_socket&>;
    using read_tracker = tracker<error_code, std::string_view>;

    explicit reader_fixture(std::size_t limit = reader_type::default_limit)
        : sockets(unix_pair(ctx.get_executor())), reader(sockets.first, limit) {}

    void send(std::string_view bytes) { asio::write(sockets.second, asio::buffer(bytes)); }
    void finish() { sockets.second.close(); }

    // Runs a read to its end, with all laws checked.
    template <class Start> read_result read(Start start) {
        read_tracker t(ctx.get_executor());
        t.start([&](auto handler) { start(reader, std::move(handler)); });
        run_until([&] { return t.done(); });
        BOOST_TEST(!t.slot_was_occupied());
        return {t.template get<0>(), std::string(t.template get<1>())};
    }
    read_result exactly(std::size_t n) {
        return read([n](auto& r, auto handler) { r.async_read_exactly(n, std::move(handler)); });
    }
    read_result until(asyncio::separators const& ends) {
        return read([&](auto& r, auto handler) { r.async_read_until(ends, std::move(handler)); });
    }
    read_result line() {
        return read([](auto& r, auto handler) { r.async_read_line(std::move(handler)); });
    }
    read_result some(std::size_t max) {
        return read([max](auto& r, auto handler) { r.async_read_some(max, std::move(handler)); });
    }

    // Starts a read that has to wait.
    template <class Start> void wait(read_tracker& t, Start start) {
        t.start([&](auto handler) { start(reader, std::move(handler)); });
        ctx.restart();
        ctx.poll();
        BOOST_TEST_REQUIRE(!t.done());
    }

    // Sends while a read waits, and lets it see the bytes.
    void send_on(std::string_view bytes) {
        std::size_t const before = reader.buffered().size();
        send(bytes);
        poll_until([&] { return reader.buffered().size() == before + bytes.size(); });
    }

    socket_pair<unix_socket> sockets;
    reader_type reader;
};

inline bool is_incomplete(read_result const& r) {
    return r.code == make_error_code(errc::incomplete_read);
}
inline bool is_overrun(read_result const& r) {
    return r.code == make_error_code(errc::limit_overrun);
}

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_STREAM_READER_SUPPORT_HPP
