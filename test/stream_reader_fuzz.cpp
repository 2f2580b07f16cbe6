//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//

// The fuzzer's corpus, and programs by chance from a fixed seed, as an ordinary test.

#include "fuzz/stream_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

BOOST_AUTO_TEST_SUITE(stream_reader_fuzz)

BOOST_AUTO_TEST_CASE(the_corpus_runs_clean) {
    std::size_t files = 0;
    for (auto const& entry : std::filesystem::directory_iterator(ASYNCIO_ERRC_TEST_CORPUS)) {
        std::ifstream file(entry.path(), std::ios::binary);
        std::string const input(std::istreambuf_iterator<char>(file), {});
        char const* const failure = asyncio_test::stream_reader_program(input).run();
        BOOST_CHECK_MESSAGE(!failure, entry.path().filename() << ": " << failure);
        ++files;
    }
    BOOST_TEST(files != 0u);
}

BOOST_AUTO_TEST_CASE(programs_by_chance_run_clean) {
    std::mt19937 random(4);
    for (int i = 0; i < 20000; ++i) {
        std::string input(random() % 200, '\0');
        for (char& c : input)
            c = static_cast<char>(random());
        char const* const failure = asyncio_test::stream_reader_program(input).run();
        BOOST_CHECK_MESSAGE(!failure, "program " << i << ": " << failure);
    }
}

BOOST_AUTO_TEST_SUITE_END()
