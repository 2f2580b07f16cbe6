//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#define _FILE_OFFSET_BITS 64

#include "sendfile_portable.hpp"

#include <cerrno>
#include <csignal>
#include <ctime>

#include <pthread.h>
#include <sys/sendfile.h>
#include <sys/types.h>

namespace asyncio::detail {
namespace {

// Keeps SIGPIPE from the calling thread while it lives. The signal that a broken connection raises goes to the thread
// that made the call, so it is enough to block it there, and to take it away before the mask is restored. One that was
// pending before is the program's own and stays.
class sigpipe_guard {
public:
    sigpipe_guard() noexcept {
        ::pthread_sigmask(SIG_BLOCK, &sigpipe(), &old_mask_);
        was_blocked_ = ::sigismember(&old_mask_, SIGPIPE) == 1;
        if (was_blocked_) { // else it could not have been pending
            sigset_t pending;
            was_pending_ = ::sigpending(&pending) == 0 && ::sigismember(&pending, SIGPIPE) == 1;
        }
    }

    sigpipe_guard(sigpipe_guard const&) = delete;
    sigpipe_guard& operator=(sigpipe_guard const&) = delete;

    ~sigpipe_guard() {
        if (!was_blocked_)
            ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
    }

    void take() const noexcept {
        if (was_pending_)
            return;
        timespec const now = {};
        while (::sigtimedwait(&sigpipe(), nullptr, &now) < 0 && errno == EINTR) {
        }
    }

private:
    static sigset_t const& sigpipe() noexcept {
        static sigset_t const alone = [] {
            sigset_t set;
            ::sigemptyset(&set);
            ::sigaddset(&set, SIGPIPE);
            return set;
        }();
        return alone;
    }

    sigset_t old_mask_;
    bool was_blocked_ = false;
    bool was_pending_ = false;
};

class linux_sendfile_system final : public portable_sendfile {
public:
    std::int64_t send_file(native_socket socket, native_file file, std::uint64_t offset,
                           std::size_t count) const noexcept override {
        static_assert(sizeof(off_t) == 8);
        auto position = static_cast<off_t>(offset);
        sigpipe_guard const guard;
        ssize_t const sent = ::sendfile(socket, file, &position, count);
        int const error = sent < 0 ? errno : 0;
        // A connection that breaks midway raises the signal and gives a short count.
        if (error == EPIPE || (sent > 0 && static_cast<std::size_t>(sent) < count))
            guard.take();
        if (sent >= 0)
            return sent;
        // The position is beyond what the file system can hold, and so beyond the end.
        return error == EOVERFLOW ? 0 : -error;
    }
};

constinit linux_sendfile_system const instance;

} // namespace

sendfile_system const& native_sendfile_system() noexcept {
    return instance;
}

} // namespace asyncio::detail
