//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "preconditions.hpp"

#include "http_date.hpp"
#include "text.hpp"

#include <cstdint>
#include <cstdio>

namespace file_server {
namespace {

constexpr std::string_view weak_mark = "W/";

// Whether a list such as `"a", W/"b"` has the tag. Our tag is strong, so the strong comparison asks for a strong one in
// the list, and the weak comparison for either.
bool list_has_tag(std::string_view list, std::string_view etag, bool strong) {
    if (trim(list) == "*")
        return true;
    while (!list.empty()) {
        auto const comma = list.find(',');
        auto item = trim(list.substr(0, comma));
        if (!strong && item.starts_with(weak_mark))
            item.remove_prefix(weak_mark.size());
        if (item == etag)
            return true;
        list = comma == list.npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

// A list may come in several fields.
bool fields_have_tag(request const& req, http::field name, std::string_view etag, bool strong) {
    auto const [first, last] = req.equal_range(name);
    for (auto field = first; field != last; ++field)
        if (list_has_tag(to_std(field->value()), etag, strong))
            return true;
    return false;
}

} // namespace

validators make_validators(struct stat const& status) {
    char tag[64];
    auto const nanoseconds = static_cast<std::uint64_t>(status.st_mtim.tv_sec) * 1'000'000'000
                             + static_cast<std::uint64_t>(status.st_mtim.tv_nsec);
    std::snprintf(tag, sizeof tag, "\"%llx-%llx\"", static_cast<unsigned long long>(nanoseconds),
                  static_cast<unsigned long long>(status.st_size));
    validators result;
    result.etag = tag;
    result.modified = status.st_mtim.tv_sec;
    return result;
}

precondition check_preconditions(request const& req, validators const& file) {
    if (req.count(http::field::if_match) != 0) {
        if (!fields_have_tag(req, http::field::if_match, file.etag, true))
            return precondition::failed;
    } else if (auto const date = parse_http_date(to_std(req[http::field::if_unmodified_since]))) {
        if (file.modified > *date)
            return precondition::failed;
    }
    if (req.count(http::field::if_none_match) != 0) {
        if (fields_have_tag(req, http::field::if_none_match, file.etag, false))
            return precondition::not_modified;
    } else if (auto const date = parse_http_date(to_std(req[http::field::if_modified_since]))) {
        if (file.modified <= *date)
            return precondition::not_modified;
    }
    return precondition::holds;
}

bool if_range_holds(request const& req, validators const& file) {
    if (req.count(http::field::if_range) == 0)
        return true;
    auto const value = trim(to_std(req[http::field::if_range]));
    if (value.ends_with('"'))
        return value == file.etag;
    return parse_http_date(value) == file.modified;
}

} // namespace file_server
