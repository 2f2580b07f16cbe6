//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#define _FILE_OFFSET_BITS 64

#include "sendfile_portable.hpp"

#include <asyncio/detail/sendfile_source.hpp>

#if defined(_WIN32)

#include <algorithm>

#include <winsock2.h>

#include <io.h>
#include <windows.h>

namespace asyncio::detail {
namespace {

constexpr std::size_t max_call = 1U << 30;

std::int64_t read_file(native_file file, std::span<std::byte> data, OVERLAPPED* position) noexcept {
    DWORD count = 0;
    if (::ReadFile(file, data.data(), static_cast<DWORD>(std::min(data.size(), max_call)), &count, position))
        return count;
    DWORD const error = ::GetLastError();
    return error == ERROR_HANDLE_EOF || error == ERROR_BROKEN_PIPE ? 0 : -static_cast<std::int64_t>(error);
}

} // namespace

std::int64_t portable_sendfile::send_file(native_socket, native_file, std::uint64_t, std::size_t) const noexcept {
    return -static_cast<std::int64_t>(ERROR_CALL_NOT_IMPLEMENTED);
}

std::int64_t portable_sendfile::send(native_socket socket, std::span<std::byte const> data) const noexcept {
    int const sent = ::send(socket, reinterpret_cast<char const*>(data.data()),
                            static_cast<int>(std::min(data.size(), max_call)), 0);
    return sent >= 0 ? sent : -static_cast<std::int64_t>(::WSAGetLastError());
}

std::int64_t portable_sendfile::read_at(native_file file, std::uint64_t offset,
                                        std::span<std::byte> data) const noexcept {
    OVERLAPPED position = {};
    position.Offset = static_cast<DWORD>(offset);
    position.OffsetHigh = static_cast<DWORD>(offset >> 32);
    return read_file(file, data, &position);
}

std::int64_t portable_sendfile::read_next(native_file file, std::span<std::byte> data) const noexcept {
    return read_file(file, data, nullptr);
}

std::uint64_t portable_sendfile::size(native_file file) const noexcept {
    LARGE_INTEGER size;
    return ::GetFileSizeEx(file, &size) ? static_cast<std::uint64_t>(size.QuadPart) : 0;
}

native_file to_native_file(std::FILE* file) noexcept {
    return file ? reinterpret_cast<native_file>(::_get_osfhandle(::_fileno(file))) : INVALID_HANDLE_VALUE;
}

} // namespace asyncio::detail

#else

#include <cerrno>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace asyncio::detail {
namespace {

static_assert(sizeof(off_t) == 8, "files of more than 2 GiB");

#if defined(MSG_NOSIGNAL)
constexpr int send_flags = MSG_NOSIGNAL;
#else
constexpr int send_flags = 0; // there Asio sets SO_NOSIGPIPE on every socket
#endif

std::int64_t checked(ssize_t result) noexcept {
    return result >= 0 ? result : -errno;
}

} // namespace

std::int64_t portable_sendfile::send_file(native_socket, native_file, std::uint64_t, std::size_t) const noexcept {
    return -ENOSYS;
}

std::int64_t portable_sendfile::send(native_socket socket, std::span<std::byte const> data) const noexcept {
    return checked(::send(socket, data.data(), data.size(), send_flags));
}

std::int64_t portable_sendfile::read_at(native_file file, std::uint64_t offset,
                                        std::span<std::byte> data) const noexcept {
    return checked(::pread(file, data.data(), data.size(), static_cast<off_t>(offset)));
}

std::int64_t portable_sendfile::read_next(native_file file, std::span<std::byte> data) const noexcept {
    return checked(::read(file, data.data(), data.size()));
}

std::uint64_t portable_sendfile::size(native_file file) const noexcept {
    struct stat status;
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return 0;
    return static_cast<std::uint64_t>(status.st_size);
}

native_file to_native_file(std::FILE* file) noexcept {
    return file ? ::fileno(file) : -1;
}

} // namespace asyncio::detail

#endif

namespace asyncio::detail {
namespace {

class portable_sendfile_only final : public portable_sendfile {
public:
    constexpr portable_sendfile_only() = default;
};

constinit portable_sendfile_only const portable_instance;

} // namespace

sendfile_system const& portable_sendfile_system() noexcept {
    return portable_instance;
}

#if !defined(__linux__)
sendfile_system const& native_sendfile_system() noexcept {
    return portable_instance;
}
#endif

} // namespace asyncio::detail
