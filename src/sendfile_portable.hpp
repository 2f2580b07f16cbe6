//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SRC_SENDFILE_PORTABLE_HPP
#define ASYNCIO_SRC_SENDFILE_PORTABLE_HPP

#include <asyncio/detail/sendfile_system.hpp>

namespace asyncio::detail {

// What is common to the platforms: everything but the kernel's own path, which it says it lacks.
class portable_sendfile : public sendfile_system {
public:
    std::int64_t send_file(native_socket socket, native_file file, std::uint64_t offset,
                           std::size_t count) const noexcept override;
    std::int64_t send(native_socket socket, std::span<std::byte const> data) const noexcept override;
    std::int64_t read_at(native_file file, std::uint64_t offset, std::span<std::byte> data) const noexcept override;
    std::int64_t read_next(native_file file, std::span<std::byte> data) const noexcept override;
    std::uint64_t size(native_file file) const noexcept override;

protected:
    constexpr portable_sendfile() = default;
    ~portable_sendfile() = default;
};

} // namespace asyncio::detail

#endif // ASYNCIO_SRC_SENDFILE_PORTABLE_HPP
