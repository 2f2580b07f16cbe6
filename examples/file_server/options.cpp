//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "options.hpp"

#include <charconv>
#include <cstdio>
#include <string_view>

#include <getopt.h>

namespace file_server {
namespace {

constexpr char help_text[] = R"(usage: file_server [option]... DIRECTORY
Serves the files of a directory over HTTP/1.1.

  --address ADDRESS        where to listen; default 127.0.0.1
  --port PORT              default 0: any free one, which is printed
  --tls CERTIFICATE KEY    speak HTTPS, with these PEM files
  --idle-timeout SECONDS   how long a connection may be silent between requests; default 15
  --header-timeout SECONDS how long a request's header may take; default 10
  --send-timeout SECONDS   how long a client may take nothing of an answer; default 30
  --grace SECONDS          how long transfers may go on after SIGINT or SIGTERM; default 10
  --header-limit BYTES     default 16384
  --max-connections COUNT  default 1000
  --no-listing             answer 403 for a directory without index.html
  --no-symlinks            follow no symbolic link, not even inside the directory
  --help                   this text
)";

enum option_id : int {
    address_id = 256,
    port_id,
    tls_id,
    idle_id,
    header_timeout_id,
    send_id,
    grace_id,
    header_limit_id,
    connections_id,
    listing_id,
    symlinks_id,
    help_id
};

constexpr option long_options[] = {
    {"address", required_argument, nullptr, address_id},
    {"port", required_argument, nullptr, port_id},
    {"tls", required_argument, nullptr, tls_id},
    {"idle-timeout", required_argument, nullptr, idle_id},
    {"header-timeout", required_argument, nullptr, header_timeout_id},
    {"send-timeout", required_argument, nullptr, send_id},
    {"grace", required_argument, nullptr, grace_id},
    {"header-limit", required_argument, nullptr, header_limit_id},
    {"max-connections", required_argument, nullptr, connections_id},
    {"no-listing", no_argument, nullptr, listing_id},
    {"no-symlinks", no_argument, nullptr, symlinks_id},
    {"help", no_argument, nullptr, help_id},
    {nullptr, 0, nullptr, 0},
};

template <class Number> bool read_number(std::string_view text, Number low, Number high, Number& out) {
    Number value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value >= low && value <= high))
        return false;
    out = value;
    return true;
}

bool read_seconds(std::string_view text, std::chrono::milliseconds& out) {
    double seconds = 0;
    if (!read_number(text, 0.0, 1e6, seconds))
        return false;
    out = std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(seconds * 1000));
    return true;
}

bool apply(int id, char const* value, int argc, char** argv, options& opts) {
    switch (id) {
    case address_id: opts.address = value; return true;
    case port_id: return read_number<std::uint16_t>(value, 0, 65535, opts.port);
    case tls_id:
        if (optind >= argc)
            return false;
        opts.tls_certificate = value;
        opts.tls_key = argv[optind++];
        return true;
    case idle_id: return read_seconds(value, opts.idle_timeout);
    case header_timeout_id: return read_seconds(value, opts.header_timeout);
    case send_id: return read_seconds(value, opts.send_timeout);
    case grace_id: return read_seconds(value, opts.grace);
    case header_limit_id: return read_number<std::uint32_t>(value, 64, 1 << 20, opts.header_limit);
    case connections_id: return read_number<std::size_t>(value, 1, 1'000'000, opts.max_connections);
    case listing_id: opts.listings = false; return true;
    case symlinks_id: opts.follow_links = false; return true;
    default: return false;
    }
}

} // namespace

parsed parse_options(int argc, char** argv, options& opts) {
    for (;;) {
        int const id = ::getopt_long(argc, argv, "", long_options, nullptr);
        if (id == -1)
            break;
        if (id == help_id) {
            std::fputs(help_text, stdout);
            return parsed::help;
        }
        if (id == '?' || !apply(id, optarg, argc, argv, opts)) {
            if (id != '?')
                std::fprintf(stderr, "%s: bad value for --%s: %s\n", argv[0], long_options[id - address_id].name,
                             optarg ? optarg : "");
            return parsed::failed;
        }
    }
    if (optind + 1 != argc) {
        std::fprintf(stderr, "%s: name one directory (--help lists the options)\n", argv[0]);
        return parsed::failed;
    }
    opts.root = argv[optind];
    return parsed::run;
}

} // namespace file_server
