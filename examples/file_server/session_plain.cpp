//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "session.hpp"

namespace file_server {

boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket, service& shared, connection& self) {
    session<boost::asio::ip::tcp::socket> client(std::move(socket), shared, self);
    co_await client.run();
}

} // namespace file_server
