//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_OPTIONS_HPP
#define FILE_SERVER_OPTIONS_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace file_server {

/// What the command line says.
struct options {
    std::string root;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;

    /// How long a connection may be silent between two requests.
    std::chrono::milliseconds idle_timeout{15'000};
    /// How long a request's header may take from its first byte to its last; the TLS handshake too.
    std::chrono::milliseconds header_timeout{10'000};
    /// How long a client may take nothing of an answer.
    std::chrono::milliseconds send_timeout{30'000};
    /// How long transfers may go on after the server was told to stop.
    std::chrono::milliseconds grace{10'000};

    std::uint32_t header_limit = 16 * 1024;
    std::size_t max_connections = 1000;
    bool listings = true;
    bool follow_links = true;

    /// PEM files; both empty without TLS.
    std::string tls_certificate;
    std::string tls_key;
};

enum class parsed { run, help, failed };

/// Reads the command line. Complaints go to stderr, help to stdout.
parsed parse_options(int argc, char** argv, options& opts);

} // namespace file_server

#endif // FILE_SERVER_OPTIONS_HPP
