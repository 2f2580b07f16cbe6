//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "session.hpp"

#include <boost/asio/ssl/stream.hpp>

namespace file_server {

boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls, service& shared,
                                   connection& self) {
    using stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
    session<stream> client(stream(std::move(socket), tls), shared, self);
    co_await client.run();
}

} // namespace file_server
