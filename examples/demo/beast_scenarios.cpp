//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Failures of Beast, which is no part of asyncio-errc: its codes are known by name and value.
#include "scenario.hpp"
#include "temporary_file.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/file_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <array>
#include <filesystem>
#include <utility>

namespace demo {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asyncio::errc;

class beast_timer_expires {
public:
    explicit beast_timer_expires(asio::io_context& io) : peers_(io), stream_(std::move(peers_.near)) {
        stream_.expires_after(std::chrono::milliseconds(1));
    }

    template <class Token> auto start(Token&& token) {
        return stream_.async_read_some(asio::buffer(data_), std::forward<Token>(token));
    }

private:
    connection peers_;
    beast::tcp_stream stream_;
    std::array<char, 10> data_;
};

// A server that reads a request of which this much arrives.
class http_request {
public:
    http_request(asio::io_context& io, std::string_view arrives) : peers_(io) {
        parser_.header_limit(64);
        asio::write(peers_.far, asio::buffer(arrives));
        peers_.far.close();
    }

    template <class Token> auto start(Token&& token) {
        return http::async_read(peers_.near, buffer_, parser_, std::forward<Token>(token));
    }

private:
    connection peers_;
    beast::flat_buffer buffer_;
    http::request_parser<http::empty_body> parser_;
};

struct http_ends_between_messages : http_request {
    explicit http_ends_between_messages(asio::io_context& io) : http_request(io, "") {}
};

struct http_ends_inside_a_message : http_request {
    explicit http_ends_inside_a_message(asio::io_context& io) : http_request(io, "GET / HTTP/1.1\r\nHo") {}
};

struct http_header_is_too_long : http_request {
    explicit http_header_is_too_long(asio::io_context& io)
        : http_request(io, "GET / HTTP/1.1\r\nHost: "
                           "a.host.whose.name.is.longer.than.anything.that.this.server.is.ready.to.take\r\n\r\n") {}
};

// The file shrinks after its length was announced.
class file_shrinks {
public:
    explicit file_shrinks(asio::io_context& io) : peers_(io) {
        error_code code;
        response_.body().open(file_.path().c_str(), beast::file_mode::scan, code);
        if (code.failed())
            throw boost::system::system_error(code, file_.path());
        response_.prepare_payload();
        std::filesystem::resize_file(file_.path(), 40);
    }

    template <class Token> auto start(Token&& token) {
        return http::async_write(peers_.near, response_, std::forward<Token>(token));
    }

private:
    connection peers_;
    temporary_file file_{100};
    http::response<http::file_body> response_;
};

} // namespace

void observe_beast(observations& all) {
    observe<beast_timer_expires>(all, {.story = "a Beast stream's timer expires",
                                       .code = "boost.beast:1",
                                       .conditions = {errc::timed_out},
                                       .exception = "timeout_error",
                                       .bytes = 0});
    observe<http_ends_between_messages>(all, {.story = "the peer leaves between two HTTP messages",
                                              .code = "beast.http:1",
                                              .conditions = {errc::eof},
                                              .exception = "eof_error",
                                              .bytes = 0});
    observe<http_ends_inside_a_message>(all, {.story = "the peer leaves inside an HTTP message",
                                              .code = "beast.http:2",
                                              .conditions = {errc::incomplete_read, errc::eof},
                                              .exception = "incomplete_read_error",
                                              .bytes = {}});
    observe<file_shrinks>(all, {.story = "a file is shorter than was announced",
                                .code = "beast.http:26",
                                .conditions = {errc::incomplete_read, errc::eof},
                                .exception = "incomplete_read_error",
                                .bytes = {}});
    observe<http_header_is_too_long>(all, {.story = "an HTTP header outgrows its limit",
                                           .code = "beast.http:8",
                                           .conditions = {errc::limit_overrun},
                                           .exception = "limit_overrun_error",
                                           .bytes = {}});
}

} // namespace demo
