//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "target.hpp"

#include "text.hpp"

namespace file_server {
namespace {

// Cuts "http://host" off; what remains may be empty, which means "/".
std::optional<std::string_view> without_authority(std::string_view text) {
    for (std::string_view scheme : {"http://", "https://"}) {
        if (!iequals(text.substr(0, scheme.size()), scheme))
            continue;
        text.remove_prefix(scheme.size());
        auto const path = text.find_first_of("/?#");
        return path == text.npos ? std::string_view() : text.substr(path);
    }
    return {};
}

} // namespace

std::optional<target> parse_target(std::string_view text) {
    if (!text.starts_with('/')) {
        auto const path = without_authority(text);
        if (!path)
            return {};
        text = *path;
    }
    text = text.substr(0, text.find_first_of("?#"));

    // Decoded first and split second, so that "%2e%2e%2f" is what it looks like to the file system.
    auto const decoded = percent_decode(text);
    if (!decoded)
        return {};

    target result;
    result.directory = true;
    std::string_view rest = *decoded;
    while (!rest.empty()) {
        auto const slash = rest.find('/');
        auto const segment = rest.substr(0, slash);
        rest = slash == rest.npos ? std::string_view() : rest.substr(slash + 1);
        if (segment == "..") {
            if (result.path.empty())
                return {};
            auto const parent = result.path.rfind('/');
            result.path.erase(parent == std::string::npos ? 0 : parent);
        } else if (!segment.empty() && segment != ".") {
            if (!result.path.empty())
                result.path += '/';
            result.path += segment;
            result.directory = slash != std::string_view::npos;
            continue;
        }
        result.directory = true;
    }
    return result;
}

} // namespace file_server
