//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "reply.hpp"

#include "http_date.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/serializer.hpp>

#include <ctime>
#include <utility>

namespace file_server {

namespace asio = boost::asio;

reply::reply(http::status status, unsigned version) : head_(status, version) {
    head_.set(http::field::server, "asyncio-errc file_server");
    head_.set(http::field::date, format_http_date(std::time(nullptr)));
}

void reply::text(std::string_view type, std::string body) {
    head_.set(http::field::content_type, {type.data(), type.size()});
    head_.content_length(body.size());
    head_.body() = std::move(body);
}

void reply::part_of(descriptor file, byte_range part) {
    head_.content_length(part.count);
    file_ = std::move(file);
    part_ = part;
}

void reply::leave_body_out() noexcept {
    body_left_out_ = true;
    file_ = descriptor();
}

std::string reply::to_wire() {
    std::string wire;
    boost::system::error_code error;
    http::response_serializer<http::string_body> serializer(head_);
    serializer.split(true); // the head by itself, first
    while (!serializer.is_done() && !(body_left_out_ && serializer.is_header_done())) {
        serializer.next(error, [&](boost::system::error_code&, auto const& buffers) {
            for (auto i = asio::buffer_sequence_begin(buffers); i != asio::buffer_sequence_end(buffers); ++i) {
                asio::const_buffer const piece(*i);
                wire.append(static_cast<char const*>(piece.data()), piece.size());
            }
            serializer.consume(asio::buffer_size(buffers));
        });
        if (error)
            throw boost::system::system_error(error, "serializing a reply");
    }
    return wire;
}

reply plain_reply(http::status status, unsigned version) {
    reply result(status, version);
    auto const reason = to_std(http::obsolete_reason(status));
    std::string line = std::to_string(static_cast<unsigned>(status));
    line += ' ';
    line += reason;
    line += '\n';
    result.text("text/plain; charset=utf-8", std::move(line));
    return result;
}

} // namespace file_server
