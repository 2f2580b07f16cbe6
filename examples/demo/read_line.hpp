//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_EXAMPLES_DEMO_READ_LINE_HPP
#define ASYNCIO_ERRC_EXAMPLES_DEMO_READ_LINE_HPP

// [read_line]
#include <asyncio/associated_error_details.hpp>
#include <asyncio/errc.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/read_until.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace demo {

template <class Stream> class read_line_op {
public:
    read_line_op(Stream& stream, std::string& line, std::size_t limit) : stream_(stream), line_(line), limit_(limit) {}

    template <class Self> void operator()(Self& self) {
        boost::asio::async_read_until(stream_, boost::asio::dynamic_buffer(line_, limit_), '\n', std::move(self));
    }

    template <class Self> void operator()(Self& self, boost::system::error_code code, std::size_t n) {
        // Of this operation, and of no other, we know what "not found" means.
        if (code == boost::asio::error::not_found)
            code = make_error_code(asyncio::errc::limit_overrun);
        if (code.failed())
            n = line_.size();

        // Just before the completion, what the signature can't say; `throwing` puts it into the exception.
        std::size_t const buffered = line_.size();
        asyncio::record_error(self, code, n, [buffered](asyncio::error_details& details) {
            details.operation = "async_read_line";
            details.consumed = buffered;
        });
        self.complete(code, n);
    }

private:
    Stream& stream_;
    std::string& line_;
    std::size_t limit_;
};

// Reads a line of at most `limit` bytes. Completes with the code and the length of the line, or with what is buffered.
template <class Stream, class Token>
auto async_read_line(Stream& stream, std::string& line, std::size_t limit, Token&& token) {
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        read_line_op<Stream>(stream, line, limit), token, stream);
}

} // namespace demo
// [/read_line]

#endif // ASYNCIO_ERRC_EXAMPLES_DEMO_READ_LINE_HPP
