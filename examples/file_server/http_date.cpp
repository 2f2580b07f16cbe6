//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "http_date.hpp"

namespace file_server {

// strftime and strptime follow the locale, which is "C" here: the program never calls setlocale.

std::string format_http_date(std::time_t time) {
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char text[64];
    auto const size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, size};
}

std::optional<std::time_t> parse_http_date(std::string_view text) {
    std::string const copy(text);
    for (char const* format : {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"}) {
        std::tm parts{};
        char const* const end = ::strptime(copy.c_str(), format, &parts);
        if (end && end == copy.c_str() + copy.size())
            return ::timegm(&parts);
    }
    return {};
}

} // namespace file_server
