//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_DESCRIPTOR_HPP
#define FILE_SERVER_DESCRIPTOR_HPP

#include <unistd.h>

#include <utility>

namespace file_server {

/// Owns a file descriptor. Its `native_handle` is what `asyncio::async_sendfile` asks of a file.
class descriptor {
public:
    using native_handle_type = int;

    descriptor() noexcept = default;
    explicit descriptor(int fd) noexcept : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor() {
        if (fd_ >= 0)
            ::close(fd_);
    }

    int native_handle() const noexcept { return fd_; }
    bool is_open() const noexcept { return fd_ >= 0; }

    /// Gives the descriptor away.
    int release() noexcept { return std::exchange(fd_, -1); }

private:
    int fd_ = -1;
};

} // namespace file_server

#endif // FILE_SERVER_DESCRIPTOR_HPP
