//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// Prints the equivalence table as Markdown. The documentation's copy, doc/error-table.md, is this program's output.
#include <asyncio/error_table.hpp>

#include <iostream>
#include <string>
#include <string_view>

namespace {

using asyncio::errc;

constexpr errc conditions[] = {
    errc::timed_out,       errc::cancelled,      errc::invalid_state,  errc::sendfile_not_available,
    errc::incomplete_read, errc::limit_overrun,  errc::broken_barrier, errc::eof,
    errc::broken_promise,  errc::other_exception};

std::string names(asyncio::condition_set set) {
    std::string text;
    for (errc e : conditions) {
        if (!set.contains(e))
            continue;
        if (!text.empty())
            text += ", ";
        text.append("`").append(to_string(e)).append("`");
    }
    return text;
}

char const* title(std::string_view category) {
    if (category == "asyncio")
        return "This library";
    if (category == "generic")
        return "POSIX, in Boost and in the standard library";
    if (category == "system")
        return "The operating system";
    if (category.starts_with("asio."))
        return "Asio";
    if (category.find("beast") != std::string_view::npos)
        return "Beast";
    if (category == "future")
        return "The standard library's futures";
    if (category == "mysql.client")
        return "Boost.MySQL";
    if (category == "boost.redis")
        return "Boost.Redis";
    if (category == "boost.cobalt")
        return "Boost.Cobalt";
    return "Others";
}

char const* suffix(asyncio::platform on) {
    switch (on) {
    case asyncio::platform::posix: return " (POSIX)";
    case asyncio::platform::windows: return " (Windows)";
    case asyncio::platform::any: break;
    }
    return "";
}

} // namespace

int main() {
    std::cout << "<!-- Written by examples/error_table.cpp. Do not edit. -->\n\n"
                 "# Which codes match which condition\n\n"
                 "`ec == asyncio::errc::x` is true for the codes of this table, and for codes whose own category says\n"
                 "so (see the [guide](guide.md#your-own-category)). Categories are known by their name. *Quiet* marks\n"
                 "what `is_expected_shutdown` holds for. The value of a `std::future_errc` or of an errno differs\n"
                 "between platforms; the table uses the enumerators.\n";

    std::string_view category;
    for (auto const& row : asyncio::error_table()) {
        if (row.category != category) {
            category = row.category;
            std::cout << "\n## `" << category << "`: " << title(category)
                      << "\n\n| code | conditions | quiet | why |\n|---|---|---|---|\n";
        }
        std::cout << "| `" << row.name << '`' << suffix(row.platform) << " | " << names(row.conditions) << " | "
                  << (row.expected_shutdown ? "yes" : "") << " | " << row.reason << " |\n";
    }
    return 0;
}
