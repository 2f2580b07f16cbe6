//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "options.hpp"
#include "server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <exception>

// A static file server over HTTP/1.1, and a tour of the library in a program of some size: async_sendfile for the
// bodies, timeout for clients that are slow, throwing and conditions for all that can go wrong.

int main(int argc, char** argv) {
    using namespace file_server;
    options opts;
    switch (parse_options(argc, argv, opts)) {
    case parsed::help: return 0;
    case parsed::failed: return 2;
    case parsed::run: break;
    }
    // Whoever reads the log through a pipe gets each line when it is written.
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);

    try {
        boost::asio::io_context context(1);
        server files(context, opts);
        std::printf("listening on %s\n", files.url().c_str());
        boost::asio::co_spawn(context, files.run(), [](std::exception_ptr failure) {
            if (failure)
                std::rethrow_exception(failure);
        });
        context.run();
        std::printf("stopped: %llu requests, %llu errors, %llu cancelled\n",
                    static_cast<unsigned long long>(files.log().requests()),
                    static_cast<unsigned long long>(files.log().errors()),
                    static_cast<unsigned long long>(files.log().cancelled()));
    } catch (std::exception const& failure) {
        std::fprintf(stderr, "%s: %s\n", argv[0], failure.what());
        return 1;
    }
    return 0;
}
