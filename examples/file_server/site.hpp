//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_SITE_HPP
#define FILE_SERVER_SITE_HPP

#include "http.hpp"
#include "reply.hpp"
#include "root_directory.hpp"

#include <boost/system/error_code.hpp>

#include <string>

namespace file_server {

struct options;
struct target;

/// Decides what a request gets. Knows nothing of connections.
class site {
public:
    /// Opens the root; throws `boost::system::system_error`.
    explicit site(options const& opts);

    /// The reply to a well-formed request.
    reply answer(request const& req) const;

private:
    reply find(request const& req) const;
    reply file(request const& req, opened_file found, std::string const& path) const;
    reply directory(request const& req, opened_file found, target const& wanted) const;

    root_directory root_;
    bool listings_;
};

/// The reply to a request that can't be read: by the code that its reading ended with.
///
/// @pre The code is a failure after which there is a client left to answer: see `deserves_reply`.
reply failure_reply(boost::system::error_code const& error);

/// Whether a client that sent such a request gets a reply at all; one that is gone doesn't.
bool deserves_reply(boost::system::error_code const& error);

} // namespace file_server

#endif // FILE_SERVER_SITE_HPP
