//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_REPLY_HPP
#define FILE_SERVER_REPLY_HPP

#include "byte_range.hpp"
#include "descriptor.hpp"
#include "http.hpp"

#include <string>
#include <string_view>

namespace file_server {

/// What is sent back for one request: a head, and as its body a text, a part of a file or nothing.
class reply {
public:
    /// A head with the fields that every reply has.
    reply(http::status status, unsigned version);

    /// Makes a text the body.
    void text(std::string_view type, std::string body);

    /// Makes a part of a file the body.
    void part_of(descriptor file, byte_range part);

    /// Leaves the body out, though the head speaks of it: the answer to `HEAD`.
    void leave_body_out() noexcept;

    response& head() noexcept { return head_; }
    unsigned status() const noexcept { return head_.result_int(); }

    /// The head and, if there is one, the text, as they go over the wire.
    std::string to_wire();

    /// How much of the text is sent.
    std::size_t text_size() const noexcept { return body_left_out_ ? 0 : head_.body().size(); }

    /// The file that follows, if one is open.
    descriptor const& file() const noexcept { return file_; }
    byte_range const& part() const noexcept { return part_; }

private:
    response head_;
    descriptor file_;
    byte_range part_;
    bool body_left_out_ = false;
};

/// A reply that says no more than its status, in a line of text.
reply plain_reply(http::status status, unsigned version);

} // namespace file_server

#endif // FILE_SERVER_REPLY_HPP
