//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Failures of this library's own operations.
#include "scenario.hpp"
#include "temporary_file.hpp"

#include <asyncio/barrier.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>
#include <asyncio/read_exactly.hpp>
#include <asyncio/sendfile.hpp>
#include <asyncio/stream_reader.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace demo {
namespace {

using asyncio::errc;

class read_times_out {
public:
    explicit read_times_out(asio::io_context& io) : peers_(io) { asio::write(peers_.far, asio::buffer("abc", 3)); }

    template <class Token> auto start(Token&& token) {
        return asyncio::async_read_exactly(peers_.near, asio::buffer(data_),
                                           asyncio::timeout(std::chrono::milliseconds(10), std::forward<Token>(token)));
    }

private:
    connection peers_;
    std::array<char, 10> data_;
};

class exact_read_ends_early {
public:
    explicit exact_read_ends_early(asio::io_context& io) : peers_(io) {
        asio::write(peers_.far, asio::buffer("abc", 3));
        peers_.far.close();
    }

    template <class Token> auto start(Token&& token) {
        return asyncio::async_read_exactly(peers_.near, asio::buffer(data_), std::forward<Token>(token));
    }

private:
    connection peers_;
    std::array<char, 10> data_;
};

class record_outgrows_the_reader {
public:
    explicit record_outgrows_the_reader(asio::io_context& io) : peers_(io) {
        asio::write(peers_.far, asio::buffer("a line of more than sixteen bytes\n", 34));
    }

    template <class Token> auto start(Token&& token) {
        return reader_.async_read_until('\n', std::forward<Token>(token));
    }

private:
    connection peers_;
    asyncio::stream_reader<asio::ip::tcp::socket&> reader_{peers_.near, 16};
};

class second_read {
public:
    explicit second_read(asio::io_context& io) : peers_(io) {}

    template <class Token> auto start(Token&& token) {
        reader_.async_read_line([](error_code const&, std::string_view) {});
        asio::post(reader_.get_executor(), [this] { reader_.cancel(); });
        return reader_.async_read_line(std::forward<Token>(token));
    }

private:
    connection peers_;
    asyncio::stream_reader<asio::ip::tcp::socket&> reader_{peers_.near};
};

class producer_leaves {
public:
    explicit producer_leaves(asio::io_context& io) : promise_(std::in_place, io), future_(promise_->get_future()) {}

    template <class Token> auto start(Token&& token) {
        asio::post(future_.get_executor(), [this] { promise_.reset(); });
        return future_.async_wait(std::forward<Token>(token));
    }

private:
    std::optional<asyncio::promise<int>> promise_;
    asyncio::future<int> future_;
};

class result_is_given_up {
public:
    explicit result_is_given_up(asio::io_context& io) : promise_(io), future_(promise_.get_future()) {}

    template <class Token> auto start(Token&& token) {
        asio::post(future_.get_executor(), [this] { future_.cancel(); });
        return future_.async_wait(std::forward<Token>(token));
    }

private:
    asyncio::promise<int> promise_;
    asyncio::future<int> future_;
};

class barrier_is_aborted {
public:
    explicit barrier_is_aborted(asio::io_context& io) : barrier_(io, 2) {}

    template <class Token> auto start(Token&& token) {
        asio::post(barrier_.get_executor(), [this] { barrier_.abort(); });
        return barrier_.async_wait(std::forward<Token>(token));
    }

private:
    asyncio::barrier barrier_;
};

// A pipe is no socket, and this caller wants the kernel's own path or nothing.
class file_to_a_pipe {
public:
    explicit file_to_a_pipe(asio::io_context& io) : reader_(io), writer_(io) { asio::connect_pipe(reader_, writer_); }

    template <class Token> auto start(Token&& token) {
        return asyncio::async_sendfile(writer_, file_, {.fallback = asyncio::sendfile_fallback::disabled},
                                       std::forward<Token>(token));
    }

private:
    temporary_file file_{100};
    asio::readable_pipe reader_;
    asio::writable_pipe writer_;
};

} // namespace

void observe_own(observations& all) {
    observe<read_times_out>(all, {.story = "a read of 10 times out after 3 bytes",
                                  .code = "asyncio:1",
                                  .conditions = {errc::timed_out},
                                  .exception = "timeout_error",
                                  .bytes = 3,
                                  .posix = "timed_out"});
    observe<exact_read_ends_early>(all, {.story = "an exact read of 10 ends after 3",
                                         .code = "asyncio:5",
                                         .conditions = {errc::incomplete_read, errc::eof},
                                         .exception = "incomplete_read_error",
                                         .bytes = 3});
    observe<record_outgrows_the_reader>(all, {.story = "a record outgrows its reader's limit",
                                              .code = "asyncio:6",
                                              .conditions = {errc::limit_overrun},
                                              .exception = "limit_overrun_error",
                                              .bytes = {}});
    observe<second_read>(all, {.story = "a second read while one is pending",
                               .code = "asyncio:3",
                               .conditions = {errc::invalid_state},
                               .exception = "invalid_state_error",
                               .bytes = {},
                               .posix = "operation_not_permitted"});
    observe<producer_leaves>(all, {.story = "the producer of a result leaves",
                                   .code = "asyncio:9",
                                   .conditions = {errc::broken_promise},
                                   .exception = "broken_promise_error",
                                   .bytes = 0});
    observe<result_is_given_up>(all, {.story = "a result is given up",
                                      .code = "asyncio:2",
                                      .conditions = {errc::cancelled},
                                      .exception = "cancelled_error",
                                      .bytes = 0,
                                      .posix = "operation_canceled"});
    observe<barrier_is_aborted>(all, {.story = "a barrier is aborted",
                                      .code = "asyncio:7",
                                      .conditions = {errc::broken_barrier},
                                      .exception = "broken_barrier_error",
                                      .bytes = 0});
    observe<file_to_a_pipe>(all, {.story = "a file can't go to a pipe by itself",
                                  .code = "asyncio:4",
                                  .conditions = {errc::sendfile_not_available},
                                  .exception = "sendfile_not_available_error",
                                  .bytes = 0,
                                  .posix = "operation_not_supported"});
}

} // namespace demo
