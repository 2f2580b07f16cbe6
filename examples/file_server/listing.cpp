//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "listing.hpp"

#include "http_date.hpp"
#include "text.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace file_server {
namespace {

struct close_directory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

struct entry {
    std::string name;
    struct stat status = {};

    bool is_directory() const { return S_ISDIR(status.st_mode); }
};

std::vector<entry> read_entries(DIR* directory, boost::system::error_code& error) {
    std::vector<entry> entries;
    for (;;) {
        errno = 0;
        dirent const* const found = ::readdir(directory);
        if (!found)
            break;
        entry e;
        e.name = found->d_name;
        if (e.name.starts_with('.'))
            continue;
        // The entry itself, not what a link points at: that may be outside the root. One that is gone is left out.
        if (::fstatat(::dirfd(directory), found->d_name, &e.status, AT_SYMLINK_NOFOLLOW) == 0)
            entries.push_back(std::move(e));
    }
    if (errno != 0)
        error = {errno, boost::system::system_category()};
    std::sort(entries.begin(), entries.end(), [](entry const& a, entry const& b) {
        if (a.is_directory() != b.is_directory())
            return a.is_directory();
        return a.name < b.name;
    });
    return entries;
}

void append_row(std::string& page, entry const& e) {
    std::string_view const slash = e.is_directory() ? "/" : "";
    // "./" keeps a name with a colon from being read as a scheme.
    page += "<tr><td><a href=\"./";
    page += percent_encode(e.name);
    page += slash;
    page += "\">";
    page += html_escape(e.name);
    page += slash;
    page += "</a></td><td>";
    if (S_ISREG(e.status.st_mode))
        page += std::to_string(e.status.st_size);
    page += "</td><td>";
    page += format_http_date(e.status.st_mtime);
    page += "</td></tr>\n";
}

} // namespace

std::string make_listing(descriptor directory, std::string_view path, boost::system::error_code& error) {
    error.clear();
    std::unique_ptr<DIR, close_directory> const open(::fdopendir(directory.native_handle()));
    if (!open) {
        error = {errno, boost::system::system_category()};
        return {};
    }
    directory.release();
    auto const entries = read_entries(open.get(), error);
    if (error)
        return {};

    std::string title = "/";
    if (!path.empty())
        title += html_escape(path) + "/";
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" + title
                       + "</title></head>\n<body>\n<h1>" + title + "</h1>\n<table>\n";
    if (!path.empty())
        page += "<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n";
    for (auto const& e : entries)
        append_row(page, e);
    page += "</table>\n</body>\n</html>\n";
    return page;
}

} // namespace file_server
