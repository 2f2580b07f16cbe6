//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_SENDFILE_SYSTEM_HPP
#define ASYNCIO_DETAIL_SENDFILE_SYSTEM_HPP

#include <asyncio/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace asyncio::detail {

#if defined(_WIN32)
using native_file = void*;
using native_socket = std::uintptr_t;
#else
using native_file = int;
using native_socket = int;
#endif

// All that sending a file asks of the operating system. A platform's own path is a class that derives from the
// portable one; the tests put a faulty system in its place.
//
// Each call gives the number of bytes that it moved, 0 at the end of the file, or the system's error number, negated.
class ASYNCIO_ERRC_VISIBLE sendfile_system {
public:
    // File to socket, without a detour; never raises SIGPIPE.
    virtual std::int64_t send_file(native_socket socket, native_file file, std::uint64_t offset,
                                   std::size_t count) const noexcept = 0;

    // Memory to socket; never raises SIGPIPE.
    virtual std::int64_t send(native_socket socket, std::span<std::byte const> data) const noexcept = 0;

    // File to memory, from a position, and without moving the file's own.
    virtual std::int64_t read_at(native_file file, std::uint64_t offset, std::span<std::byte> data) const noexcept = 0;

    // File to memory, from where the file is: for those that have no positions.
    virtual std::int64_t read_next(native_file file, std::span<std::byte> data) const noexcept = 0;

    // The size of a regular file; 0 where it has none, or doesn't tell.
    virtual std::uint64_t size(native_file file) const noexcept = 0;

protected:
    sendfile_system() = default;
    ~sendfile_system() = default;
};

// What this platform offers.
ASYNCIO_ERRC_DECL sendfile_system const& native_sendfile_system() noexcept;

// What every platform offers: no path of its own, and reading and sending.
ASYNCIO_ERRC_DECL sendfile_system const& portable_sendfile_system() noexcept;

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_SENDFILE_SYSTEM_HPP
