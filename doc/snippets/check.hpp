//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_DOC_SNIPPETS_CHECK_HPP
#define ASYNCIO_ERRC_DOC_SNIPPETS_CHECK_HPP

#include <iostream>
#include <source_location>

// What the guide says, checked. The program's exit code is the number of statements that are not true.
inline int untrue = 0;

inline void check(bool statement, std::source_location where = std::source_location::current()) {
    if (statement)
        return;
    std::cerr << where.file_name() << ':' << where.line() << ": not true\n";
    ++untrue;
}

#endif // ASYNCIO_ERRC_DOC_SNIPPETS_CHECK_HPP
