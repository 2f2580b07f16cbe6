//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "costs/cases.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

// Without arguments, lists the cases. With a name and a number, does that case so often.

namespace asyncio_bench {

namespace {
counted_case* first = nullptr;
counted_case** last = &first;
} // namespace

counted_case::counted_case(char const* n, void (*r)(std::size_t)) noexcept : name(n), repeat(r), next(nullptr) {
    *last = this;
    last = &next;
}

} // namespace asyncio_bench

int main(int argc, char** argv) {
    for (auto const* c = asyncio_bench::first; c; c = c->next) {
        if (argc == 1)
            std::puts(c->name);
        else if (argc == 3 && std::strcmp(c->name, argv[1]) == 0) {
            c->repeat(std::strtoul(argv[2], nullptr, 10));
            return 0;
        }
    }
    if (argc != 1)
        std::fprintf(stderr, "usage: %s [CASE COUNT]\n", argv[0]);
    return argc == 1 ? 0 : 1;
}
