//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Error codes in handlers: a server that reads records of 8 bytes, and says why each connection ended.
#include <asyncio/errc.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstddef>
#include <iostream>
#include <string>

namespace asio = boost::asio;
using asio::ip::tcp;

// [handler]
class connection {
public:
    explicit connection(tcp::socket socket) : socket_(std::move(socket)) {}

    void read() {
        asio::async_read(socket_, asio::buffer(record_), [this](boost::system::error_code ec, std::size_t n) {
            if (!ec) {
                ++records_;
                read();
            } else if (ec == asyncio::errc::cancelled) {
                end_ = "cancelled";
            } else if (ec == asyncio::errc::incomplete_read && n != 0) {
                end_ = "the peer left inside a record, " + std::to_string(n) + " bytes are lost";
            } else if (ec == asyncio::errc::eof) {
                end_ = "the peer left";
            } else if (ec == asyncio::errc::timed_out) {
                end_ = "the network is gone";
            } else {
                end_ = ec.message();
            }
        });
    }

    void cancel() { socket_.cancel(); }
    int records() const { return records_; }
    std::string const& end() const { return end_; }

private:
    tcp::socket socket_;
    std::array<char, 8> record_;
    int records_ = 0;
    std::string end_;
};
// [/handler]

namespace {

struct story {
    std::string sent; // by the peer, which then leaves
    bool cancel;      // instead, after the first record
    std::string outcome;
};

story const stories[] = {
    {"recordA-recordB-", false, "2 records, then: the peer left"},
    {"recordA-rec", false, "1 record, then: the peer left inside a record, 3 bytes are lost"},
    {"recordA-", true, "1 record, then: cancelled"},
};

std::string run(story const& told) {
    asio::io_context io;
    tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    tcp::socket peer(io);
    peer.connect(acceptor.local_endpoint());
    connection served(acceptor.accept());
    served.read();

    asio::write(peer, asio::buffer(told.sent));
    if (told.cancel) {
        while (served.records() == 0)
            io.run_one();
        served.cancel();
    } else {
        peer.close();
    }
    io.run();
    return std::to_string(served.records()) + (served.records() == 1 ? " record" : " records")
           + ", then: " + served.end();
}

} // namespace

int main() {
    bool good = true;
    for (auto const& told : stories) {
        auto const outcome = run(told);
        std::cout << outcome << '\n';
        good = good && outcome == told.outcome;
    }
    return good ? 0 : 1;
}
