//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// A bridge from a C library's callbacks: c-ares resolves names on Asio's event loop, coroutines wait for the answers.
//
// The name server is a socket in this very program, so that nothing leaves the machine. It knows one name, denies
// another, and never answers for the third.
#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>
#include <asyncio/future.hpp>
#include <asyncio/promise.hpp>
#include <asyncio/throwing.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <ares.h>
#include <netdb.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace asio = boost::asio;
using asio::ip::address_v4;
using asio::ip::udp;
using asyncio::throwing;

// What c-ares says went wrong.
class resolve_error : public std::runtime_error {
public:
    explicit resolve_error(int status) : std::runtime_error(::ares_strerror(status)), status_(status) {}
    int status() const noexcept { return status_; }

private:
    int status_;
};

// One channel of c-ares. For one thread, as the channel is.
class resolver {
public:
    resolver(asio::io_context& ctx, unsigned short port) : ctx_(ctx), retry_(ctx) {
        ares_options options{};
        char lookups[] = "b"; // the name server only, no files
        options.lookups = lookups;
        options.sock_state_cb = &resolver::on_socket;
        options.sock_state_cb_data = this;
        check(::ares_init_options(&channel_, &options, ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB));
        check(::ares_set_servers_ports_csv(channel_, ("127.0.0.1:" + std::to_string(port)).c_str()));
    }
    resolver(resolver const&) = delete;
    resolver& operator=(resolver const&) = delete;

    // Calls every callback that is still due.
    ~resolver() { ::ares_destroy(channel_); }

    // [bridge]
    // The callback owns the promise: if it is never to come, the promise breaks.
    asyncio::future<address_v4> resolve(std::string const& name) {
        auto promise = std::make_unique<asyncio::promise<address_v4>>(ctx_);
        auto future = promise->get_future();
        ::ares_gethostbyname(channel_, name.c_str(), AF_INET, &resolver::on_answer, promise.release());
        arm();
        return future;
    }

    static void on_answer(void* data, int status, int, hostent* host) {
        std::unique_ptr<asyncio::promise<address_v4>> const promise(static_cast<asyncio::promise<address_v4>*>(data));
        if (status == ARES_EDESTRUCTION)
            return; // nobody will answer any more
        if (status != ARES_SUCCESS) {
            promise->try_set_exception(std::make_exception_ptr(resolve_error(status)));
            return;
        }
        address_v4::bytes_type bytes;
        std::memcpy(bytes.data(), host->h_addr_list[0], bytes.size());
        promise->try_set_value(bytes); // false if the consumer has called it off
    }
    // [/bridge]

private:
    // A socket of c-ares, lent to Asio for as long as c-ares wants to know of it.
    struct watched {
        watched(asio::io_context& ctx, int fd) : descriptor(ctx, fd) {}
        ~watched() { descriptor.release(); }

        asio::posix::stream_descriptor descriptor;
    };

    static void on_socket(void* data, ares_socket_t fd, int readable, int) {
        auto& self = *static_cast<resolver*>(data);
        if (!readable) {
            self.sockets_.erase(fd);
        } else if (auto& socket = self.sockets_[fd]; !socket) {
            socket = std::make_shared<watched>(self.ctx_, fd);
            self.watch(fd, socket);
        }
    }

    void watch(int fd, std::shared_ptr<watched> const& socket) {
        std::weak_ptr<watched> const still_there = socket;
        socket->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                      [this, fd, still_there](boost::system::error_code ec) {
                                          if (ec || still_there.expired())
                                              return;
                                          ::ares_process_fd(channel_, fd, ARES_SOCKET_BAD);
                                          arm();
                                          if (auto const s = still_there.lock())
                                              watch(fd, s);
                                      });
    }

    // c-ares asks again, and gives up in the end, when it is told that time has passed.
    void arm() {
        timeval left{};
        if (!::ares_timeout(channel_, nullptr, &left)) {
            retry_.cancel();
            return;
        }
        retry_.expires_after(std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec));
        retry_.async_wait([this](boost::system::error_code ec) {
            if (ec)
                return;
            ::ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
            arm();
        });
    }

    static void check(int status) {
        if (status != ARES_SUCCESS)
            throw resolve_error(status);
    }

    asio::io_context& ctx_;
    asio::steady_timer retry_;
    ares_channel channel_{};
    std::map<int, std::shared_ptr<watched>> sockets_;
};

// A name server: `known` is 192.0.2.7, `unknown` doesn't exist, and nothing else is answered.
class name_server {
public:
    explicit name_server(asio::io_context& ctx) : socket_(ctx, udp::endpoint(address_v4::loopback(), 0)) { receive(); }

    unsigned short port() const { return socket_.local_endpoint().port(); }
    void stop() { socket_.close(); }

private:
    void receive() {
        socket_.async_receive_from(asio::buffer(message_), peer_, [this](boost::system::error_code ec, std::size_t n) {
            if (ec)
                return;
            answer(n);
            receive();
        });
    }

    // The question is sent back, marked as an answer, with a record behind it.
    void answer(std::size_t size) {
        constexpr std::size_t header = 12;
        if (size <= header)
            return;
        std::string_view const name(message_.data() + header + 1, static_cast<unsigned char>(message_[header]));
        bool const known = name == "known";
        if (!known && name != "unknown")
            return;
        std::size_t const end = header + 1 + name.size() + 1 + 4; // the name, its end, type and class
        std::string reply(message_.data(), end);
        reply[2] = '\x81'; // an answer
        reply[3] = known ? '\x80' : '\x83';
        reply[7] = known; // records
        reply[11] = 0;    // and no others
        if (known)
            reply.append("\xC0\x0C\0\1\0\1\0\0\0\x3C\0\4\xC0\0\2\7", 16); // that name, A, IN, 60 s, 192.0.2.7
        socket_.send_to(asio::buffer(reply), peer_);
    }

    udp::socket socket_;
    udp::endpoint peer_;
    std::array<char, 512> message_;
};

asio::awaitable<void> look_up(resolver& names, std::string name) {
    try {
        auto const future = names.resolve(name + ".");
        co_await future.async_wait(throwing(asio::use_awaitable));
        std::cout << name << ": " << future.result() << '\n';
    } catch (resolve_error const& e) {
        std::cout << name << ": c-ares says: " << e.what() << '\n';
    } catch (asyncio::broken_promise_error const&) {
        std::cout << name << ": the resolver is gone\n";
    }
}

int main() try {
    asio::io_context ctx;
    name_server server(ctx);
    auto names = std::make_unique<resolver>(ctx, server.port());

    auto const rethrow = [](std::exception_ptr e) {
        if (e)
            std::rethrow_exception(e);
    };
    auto const all = [&]() -> asio::awaitable<void> {
        co_await look_up(*names, "known");
        co_await look_up(*names, "unknown");

        auto const called_off = names->resolve("silent.");
        called_off.cancel();
        std::cout << "silent: " << (called_off.cancelled() ? "called off" : "not called off") << '\n';

        // The last question is pending when the resolver goes.
        auto const pending = names->resolve("silent.");
        names.reset();
        boost::system::error_code ec;
        co_await pending.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        std::cout << "silent: " << (ec == asyncio::errc::broken_promise ? "the resolver is gone" : ec.message())
                  << '\n';
        server.stop();
    };
    asio::co_spawn(ctx, all(), rethrow);
    ctx.run();
} catch (std::exception const& e) {
    std::cerr << "failed: " << e.what() << '\n';
    return 1;
}
