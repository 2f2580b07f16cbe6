//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "root_directory.hpp"

#include <boost/system/system_error.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/syscall.h>

#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif

namespace file_server {
namespace {

// Not blocking, lest opening a FIFO wait for its writer.
constexpr int open_flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

} // namespace

root_directory::root_directory(std::string const& path, symlinks links)
    : root_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), links_(links) {
    if (!root_.is_open())
        throw boost::system::system_error(last_error(), path);
}

opened_file root_directory::open(std::string const& path, boost::system::error_code& error) const {
    error.clear();
    opened_file result;
    int fd = -1;
    if (links_ == symlinks::beneath) {
        fd = open_beneath(path.empty() ? "." : path.c_str());
        if (fd < 0 && errno == ENOSYS)
            fd = open_by_steps(path);
    } else {
        fd = open_by_steps(path);
    }
    result.file = descriptor(fd);
    if (!result.file.is_open() || ::fstat(fd, &result.status) != 0)
        error = last_error();
    else if (!S_ISREG(result.status.st_mode) && !S_ISDIR(result.status.st_mode))
        error = {EACCES, boost::system::system_category()};
    if (error)
        result.file = descriptor();
    return result;
}

int root_directory::open_beneath(char const* path) const {
#if defined(SYS_openat2) && defined(RESOLVE_BENEATH)
    open_how how{};
    how.flags = static_cast<unsigned>(open_flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    // EAGAIN: something was renamed while the kernel followed a "..", and it can't vouch for the result.
    for (int attempt = 0;; ++attempt) {
        auto const fd = ::syscall(SYS_openat2, root_.native_handle(), path, &how, sizeof how);
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR) || attempt == 16)
            return static_cast<int>(fd);
    }
#else
    static_cast<void>(path);
    errno = ENOSYS;
    return -1;
#endif
}

int root_directory::open_by_steps(std::string const& path) const {
    descriptor parent;
    int at = root_.native_handle();
    std::size_t begin = 0;
    for (;;) {
        auto const slash = path.find('/', begin);
        if (slash == path.npos)
            break;
        int const next =
            ::openat(at, path.substr(begin, slash - begin).c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (next < 0)
            return -1;
        parent = descriptor(next);
        at = next;
        begin = slash + 1;
    }
    auto const name = path.substr(begin);
    return ::openat(at, name.empty() ? "." : name.c_str(), open_flags | O_NOFOLLOW);
}

} // namespace file_server
