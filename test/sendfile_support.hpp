//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SENDFILE_SUPPORT_HPP
#define ASYNCIO_ERRC_TEST_SENDFILE_SUPPORT_HPP

#include <asyncio/sendfile.hpp>

#include "support/io_fixture.hpp"
#include "support/sockets.hpp"
#include "support/tracker.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace asyncio_test {

using asyncio::sendfile_fallback;
using asyncio::sendfile_options;
using boost::system::error_code;

using transfer = tracker<error_code, std::size_t>;

// Bytes that differ from position to position, so that a piece at the wrong place is seen.
inline std::string pattern(std::size_t size, std::uint64_t first = 0) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        std::uint64_t const block = (first + i) / 8 * 0x9e3779b97f4a7c15u;
        text[i] = static_cast<char>((block ^ (block >> 29)) >> ((first + i) % 8 * 8));
    }
    return text;
}

inline int checked(int result) {
    if (result < 0)
        throw std::system_error(errno, std::generic_category());
    return result;
}

class descriptor {
public:
    explicit descriptor(int fd) : fd_(checked(fd)) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    ~descriptor() { close(); }

    int get() const noexcept { return fd_; }
    int native_handle() const noexcept { return fd_; }
    void close() noexcept {
        if (fd_ >= 0)
            ::close(std::exchange(fd_, -1));
    }

private:
    int fd_;
};

// A file on disk that has no name, and so is gone afterwards.
class temporary_file {
public:
    explicit temporary_file(std::string_view content = {}) : file_(std::tmpfile()) {
        if (!file_)
            throw std::system_error(errno, std::generic_category());
        write(content, 0);
    }
    temporary_file(temporary_file const&) = delete;
    temporary_file& operator=(temporary_file const&) = delete;
    ~temporary_file() { std::fclose(file_); }

    int get() const { return ::fileno(file_); }
    int native_handle() const { return get(); }
    std::FILE* stdio() const { return file_; }

    void write(std::string_view content, std::uint64_t offset) {
        while (!content.empty()) {
            auto const n = ::pwrite(get(), content.data(), content.size(), static_cast<off_t>(offset));
            checked(static_cast<int>(n));
            content.remove_prefix(static_cast<std::size_t>(n));
            offset += static_cast<std::uint64_t>(n);
        }
    }
    void resize(std::uint64_t size) { checked(::ftruncate(get(), static_cast<off_t>(size))); }
    void seek(std::uint64_t position) { ::lseek(get(), static_cast<off_t>(position), SEEK_SET); }
    std::uint64_t position() const { return static_cast<std::uint64_t>(::lseek(get(), 0, SEEK_CUR)); }

    // Opens the same file once more.
    descriptor reopen(int flags) const {
        return descriptor(::open(("/proc/self/fd/" + std::to_string(get())).c_str(), flags | O_CLOEXEC));
    }

private:
    std::FILE* file_;
};

// Reads all that arrives, until the end of the stream or an error.
template <class Stream> class collector {
public:
    explicit collector(Stream& stream) : stream_(stream), block_(256 * 1024) {}
    collector(collector const&) = delete;

    // Until so many have come, or to the end.
    void start(std::size_t until = std::string::npos) {
        stream_.async_read_some(asio::buffer(block_), [this, until](error_code ec, std::size_t n) {
            text_.append(block_.data(), n);
            ec_ = ec;
            if (!ec && text_.size() < until)
                start(until);
        });
    }

    std::string const& text() const noexcept { return text_; }
    error_code const& error() const noexcept { return ec_; }

private:
    Stream& stream_;
    std::vector<char> block_;
    std::string text_;
    error_code ec_;
};

// The real system, with what a test puts in front of it: a function that gives a result, or nothing for the real one.
class faulty_system final : public asyncio::detail::sendfile_system {
public:
    using result = std::optional<std::int64_t>;

    // Called with the number of the call (1, 2, ...) and the number of bytes that it may change.
    std::function<result(std::size_t, std::size_t&)> on_send_file;
    std::function<result(std::size_t, std::size_t&)> on_send;
    std::function<result(std::size_t, std::size_t&)> on_read;

    mutable std::size_t send_file_calls = 0;
    mutable std::size_t send_calls = 0;
    mutable std::size_t read_calls = 0;
    mutable std::size_t size_calls = 0;

    std::int64_t send_file(asyncio::detail::native_socket socket, asyncio::detail::native_file file,
                           std::uint64_t offset, std::size_t count) const noexcept override {
        if (auto const r = ask(on_send_file, ++send_file_calls, count))
            return *r;
        return real().send_file(socket, file, offset, count);
    }
    std::int64_t send(asyncio::detail::native_socket socket, std::span<std::byte const> data) const noexcept override {
        std::size_t count = data.size();
        if (auto const r = ask(on_send, ++send_calls, count))
            return *r;
        return real().send(socket, data.first(count));
    }
    std::int64_t read_at(asyncio::detail::native_file file, std::uint64_t offset,
                         std::span<std::byte> data) const noexcept override {
        std::size_t count = data.size();
        if (auto const r = ask(on_read, ++read_calls, count))
            return *r;
        return real().read_at(file, offset, data.first(count));
    }
    std::int64_t read_next(asyncio::detail::native_file file, std::span<std::byte> data) const noexcept override {
        return real().read_next(file, data);
    }
    std::uint64_t size(asyncio::detail::native_file file) const noexcept override {
        ++size_calls;
        return real().size(file);
    }

private:
    static asyncio::detail::sendfile_system const& real() noexcept { return asyncio::detail::native_sendfile_system(); }
    static result ask(std::function<result(std::size_t, std::size_t&)> const& f, std::size_t call, std::size_t& count) {
        return f ? f(call, count) : std::nullopt;
    }
};

template <class Stream, class File>
void start(transfer& t, Stream& stream, File& file, sendfile_options options = {},
           asyncio::detail::sendfile_system const& system = asyncio::detail::native_sendfile_system()) {
    t.start(
        [&](auto handler) { asyncio::detail::async_sendfile_on(system, stream, file, options, std::move(handler)); });
}

struct outcome {
    error_code ec;
    std::size_t sent = 0;
    std::string received;
};

// Sends to the first, closes it, and reads what came out of the second.
template <class Socket, class File>
outcome send_and_receive(io_fixture& io, socket_pair<Socket>& pair, File& file, sendfile_options options = {},
                         asyncio::detail::sendfile_system const& system = asyncio::detail::native_sendfile_system()) {
    collector<Socket> received(pair.second);
    received.start();
    transfer t(io.ctx.get_executor());
    start(t, pair.first, file, options, system);
    io.run_until([&] { return t.done(); });
    pair.first.close();
    io.run();
    return {t.get<0>(), t.get<1>(), received.text()};
}

inline std::size_t open_descriptors() {
    std::size_t count = 0;
    DIR* const directory = ::opendir("/proc/self/fd");
    while (::readdir(directory))
        ++count;
    ::closedir(directory);
    return count;
}

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_SENDFILE_SUPPORT_HPP
