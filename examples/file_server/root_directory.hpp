//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_ROOT_DIRECTORY_HPP
#define FILE_SERVER_ROOT_DIRECTORY_HPP

#include "descriptor.hpp"

#include <boost/system/error_code.hpp>

#include <string>

#include <sys/stat.h>

namespace file_server {

/// A regular file or a directory that was opened for reading.
struct opened_file {
    descriptor file;
    struct stat status = {};

    bool is_directory() const { return S_ISDIR(status.st_mode); }
};

/// Which symbolic links are followed.
enum class symlinks {
    beneath, ///< Those that stay beneath the root.
    none     ///< None at all.
};

/// The directory that is served. No path that is opened through it leads out of it.
///
/// The kernel itself guards that (`openat2` with `RESOLVE_BENEATH`), at each step of the path: no check of a name can
/// win against someone who swaps a directory for a link meanwhile. Where the kernel has no such call, the path is
/// walked one segment at a time, and no symbolic link is followed.
class root_directory {
public:
    /// Opens the root; throws `boost::system::system_error`.
    root_directory(std::string const& path, symlinks links);

    /// Opens a file or directory.
    ///
    /// @param path Relative, with none of its segments empty, `.` or `..`; empty for the root itself.
    /// @param error The cause of a failure: the system's, `ELOOP` or `EXDEV` for a link that isn't followed, and
    /// `EACCES` for what is neither a regular file nor a directory.
    opened_file open(std::string const& path, boost::system::error_code& error) const;

private:
    int open_beneath(char const* path) const;
    int open_by_steps(std::string const& path) const;

    descriptor root_;
    symlinks links_;
};

} // namespace file_server

#endif // FILE_SERVER_ROOT_DIRECTORY_HPP
