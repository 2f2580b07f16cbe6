//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "text.hpp"

#include <algorithm>

namespace file_server {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

// The character classes of <cctype> follow the locale; those of protocols don't.
bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
           || c == '_' || c == '~';
}

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

void append_hex(std::string& out, std::string_view prefix, char c) {
    auto const byte = static_cast<unsigned char>(c);
    out += prefix;
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 15];
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (text.size() - i < 3)
                return {};
            int const high = hex_value(text[i + 1]);
            int const low = hex_value(text[i + 2]);
            if (high < 0 || low < 0)
                return {};
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return {};
        out += c;
    }
    return out;
}

std::string percent_encode(std::string_view path) {
    std::string out;
    out.reserve(path.size());
    for (char c : path) {
        if (is_unreserved(c) || c == '/')
            out += c;
        else
            append_hex(out, "%", c);
    }
    return out;
}

std::string html_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string log_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
            append_hex(out, "\\x", c);
        else
            out += c;
    }
    return out;
}

std::string_view trim(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool iequals(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

} // namespace file_server
