//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "site.hpp"

#include "byte_range.hpp"
#include "http_date.hpp"
#include "listing.hpp"
#include "media_type.hpp"
#include "options.hpp"
#include "preconditions.hpp"
#include "target.hpp"
#include "text.hpp"

#include <asyncio/errc.hpp>

#include <boost/beast/http/error.hpp>

#include <cerrno>
#include <utility>

namespace file_server {
namespace {

// A link out of the root is told from a file that isn't there by nobody.
http::status status_of(boost::system::error_code const& error) {
    switch (error.value()) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EXDEV: return http::status::not_found;
    case EACCES:
    case EPERM: return http::status::forbidden;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN: return http::status::service_unavailable;
    default: return http::status::internal_server_error;
    }
}

std::string content_range(byte_range const& part, std::uint64_t size) {
    return "bytes " + std::to_string(part.offset) + "-" + std::to_string(part.offset + part.count - 1) + "/"
           + std::to_string(size);
}

} // namespace

site::site(options const& opts)
    : root_(opts.root, opts.follow_links ? symlinks::beneath : symlinks::none), listings_(opts.listings) {}

reply site::answer(request const& req) const {
    auto result = find(req);
    if (req.method() == http::verb::head)
        result.leave_body_out();
    return result;
}

reply site::find(request const& req) const {
    if (req.method() == http::verb::unknown)
        return plain_reply(http::status::not_implemented, req.version());
    if (req.method() != http::verb::get && req.method() != http::verb::head) {
        auto result = plain_reply(http::status::method_not_allowed, req.version());
        result.head().set(http::field::allow, "GET, HEAD");
        return result;
    }
    if (req.version() == 11 && req.count(http::field::host) != 1)
        return plain_reply(http::status::bad_request, req.version());
    auto const wanted = parse_target(to_std(req.target()));
    if (!wanted)
        return plain_reply(http::status::bad_request, req.version());

    boost::system::error_code error;
    auto found = root_.open(wanted->path, error);
    if (error)
        return plain_reply(status_of(error), req.version());
    if (found.is_directory())
        return directory(req, std::move(found), *wanted);
    if (wanted->directory)
        return plain_reply(http::status::not_found, req.version());
    return file(req, std::move(found), wanted->path);
}

reply site::directory(request const& req, opened_file found, target const& wanted) const {
    if (!wanted.directory) {
        // Made from the decoded path, and with one slash in front: no target can turn it into another host's address.
        auto result = plain_reply(http::status::moved_permanently, req.version());
        result.head().set(http::field::location, "/" + percent_encode(wanted.path) + "/");
        return result;
    }

    boost::system::error_code error;
    auto const index_path = wanted.path.empty() ? "index.html" : wanted.path + "/index.html";
    auto index = root_.open(index_path, error);
    if (!error && !index.is_directory())
        return file(req, std::move(index), index_path);
    if (error && error.value() != ENOENT)
        return plain_reply(status_of(error), req.version());
    if (!listings_)
        return plain_reply(http::status::forbidden, req.version());

    auto page = make_listing(std::move(found.file), wanted.path, error);
    if (error)
        return plain_reply(status_of(error), req.version());
    reply result(http::status::ok, req.version());
    result.text("text/html; charset=utf-8", std::move(page));
    return result;
}

reply site::file(request const& req, opened_file found, std::string const& path) const {
    auto const version = make_validators(found.status);
    auto const size = static_cast<std::uint64_t>(found.status.st_size);

    auto const held = check_preconditions(req, version);
    if (held == precondition::failed)
        return plain_reply(http::status::precondition_failed, req.version());

    byte_range part{0, size};
    auto kind = range_kind::whole;
    // Ranges are defined for GET alone; several fields of that name make no sense, and are no range.
    if (held == precondition::holds && req.method() == http::verb::get && req.count(http::field::range) == 1
        && if_range_holds(req, version))
        kind = parse_range(to_std(req[http::field::range]), size, part);

    if (kind == range_kind::unsatisfiable) {
        auto result = plain_reply(http::status::range_not_satisfiable, req.version());
        result.head().set(http::field::content_range, "bytes */" + std::to_string(size));
        return result;
    }

    auto const status = held == precondition::not_modified ? http::status::not_modified
                        : kind == range_kind::part         ? http::status::partial_content
                                                           : http::status::ok;
    reply result(status, req.version());
    auto& head = result.head();
    head.set(http::field::last_modified, format_http_date(version.modified));
    head.set(http::field::etag, version.etag);
    if (held == precondition::not_modified)
        return result;
    auto const type = media_type(path);
    head.set(http::field::content_type, {type.data(), type.size()});
    head.set(http::field::accept_ranges, "bytes");
    if (kind == range_kind::part)
        head.set(http::field::content_range, content_range(part, size));
    result.part_of(std::move(found.file), part);
    return result;
}

bool deserves_reply(boost::system::error_code const& error) {
    if (error == asyncio::errc::limit_overrun || error == asyncio::errc::timed_out)
        return true;
    // What Beast calls malformed; but not a message that its sender never finished.
    return error.category() == make_error_code(http::error::bad_method).category()
           && error != asyncio::errc::incomplete_read;
}

// [failure_reply]
reply failure_reply(boost::system::error_code const& error) {
    constexpr unsigned version = 11;
    if (error == asyncio::errc::limit_overrun)
        return plain_reply(http::status::request_header_fields_too_large, version);
    if (error == asyncio::errc::timed_out)
        return plain_reply(http::status::request_timeout, version);
    if (error == http::error::bad_version)
        return plain_reply(http::status::http_version_not_supported, version);
    return plain_reply(http::status::bad_request, version);
}
// [/failure_reply]

} // namespace file_server
