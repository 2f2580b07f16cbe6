//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//

// The part of stream_reader that does no I/O, against a model that is too simple to be wrong.

#include "support/read_model.hpp"

#include <asyncio/exceptions.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <ostream>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using asyncio::separators;
using asyncio::detail::read_buffer;
using asyncio::detail::read_outcome;
using asyncio::detail::read_request;
using asyncio::detail::reader_core;
using asyncio_test::ask;
using asyncio_test::deliver;
using asyncio_test::deliver_eof;
using asyncio_test::kind_of;
using asyncio_test::read_model;
using asyncio_test::to_separators;
using result = read_model::result;
namespace errc = boost::system::errc;

constexpr std::size_t longest_input = 12;

// One kind of read, done again and again on a stream.
struct script {
    char const* name;
    read_request request;
    std::vector<std::string> ends;

    read_model::answer ask_model(read_model& model) const {
        switch (request.what()) {
        case read_request::kind::until: return model.until(ends);
        case read_request::kind::exactly: return model.exactly(request.count());
        case read_request::kind::line: return model.line();
        case read_request::kind::some: return model.some(request.count());
        }
        return {};
    }
};

script until(char const* name, std::vector<std::string> ends) {
    return {name, read_request::until(to_separators(ends)), ends};
}

// What the model says of one read, of one input, under one limit. What was read and what has arrived are positions in
// the input; each pair of them is worked out once, however many ways of cutting the input up come by.
class model_answers {
public:
    struct answer {
        result what = result::waiting;
        std::size_t shown = 0;    // how many of the bytes that are here
        std::size_t consumed = 0; // how many of these are gone afterwards
        bool found = false;
        bool known = false;
    };

    model_answers(script const& s, std::string const& input, std::size_t limit)
        : script_(s), input_(input), limit_(limit) {}

    // Where the bytes before `read` were consumed, and those before `arrived` are here.
    answer const& at(std::size_t read, std::size_t arrived, bool ended) {
        answer& a = answers_[read][arrived][ended];
        if (!a.known)
            a = ask(input_.substr(read, arrived - read), ended);
        return a;
    }

private:
    answer ask(std::string const& here, bool ended) const {
        read_model model(limit_);
        model.feed(here);
        if (ended)
            model.feed_eof();
        auto const said = script_.ask_model(model);
        if (!here.starts_with(said.bytes) || !here.ends_with(model.buffer()))
            throw std::logic_error("the model made bytes up");
        return {said.what, said.bytes.size(), here.size() - model.buffer().size(), said.found, true};
    }

    script const& script_;
    std::string const& input_;
    std::size_t limit_;
    answer answers_[longest_input + 1][longest_input + 1][2];
};

// An input in all the pieces that it can be cut into: feeds them, asks after each until the reader waits, and compares
// every answer and what is left with the model's. An overrun is stepped over as the guide says.
class chunkings {
public:
    chunkings(script const& s, std::string const& input, std::size_t limit)
        : script_(s), input_(input), limit_(limit), model_(s, input, limit), core_(limit) {}

    // Gives the number of ways.
    std::size_t try_all() {
        std::size_t const ways = input_.empty() ? 1 : std::size_t(1) << (input_.size() - 1);
        for (std::size_t cuts = 0; cuts < ways; ++cuts)
            if (!agree(cuts))
                BOOST_ERROR(describe(cuts));
        return ways;
    }

private:
    // Bit i of `cuts` says that a piece ends behind byte i.
    bool agree(std::size_t cuts) {
        core_.consume(core_.data().size());
        core_.forget_end();
        read_ = 0;
        for (std::size_t from = 0, to = 0; from < input_.size(); from = to) {
            do
                ++to;
            while (to < input_.size() && !(cuts >> (to - 1) & 1));
            deliver(core_, std::string_view(input_).substr(from, to - from));
            if (!compare(to, false))
                return false;
        }
        deliver_eof(core_);
        return compare(input_.size(), true) && compare(input_.size(), true);
    }

    bool compare(std::size_t arrived, bool ended) {
        char const* const input = input_.data();
        for (;;) {
            auto const& expected = model_.at(read_, arrived, ended);
            read_outcome got;
            bool const over = core_.poll(script_.request, got);
            if (over != (expected.what != result::waiting))
                return false;
            if (over && (kind_of(got) != expected.what || got.separator_found != expected.found))
                return false;
            if (got.bytes != std::string_view(input + read_, expected.shown))
                return false;
            read_ += expected.consumed;
            if (core_.data() != std::string_view(input + read_, arrived - read_))
                return false;

            if (expected.what == result::waiting || expected.what == result::incomplete || expected.what == result::end)
                return true;
            if (expected.shown == 0)
                return true; // the end of lines, or a read of nothing
            if (expected.what == result::overrun && script_.request.what() == read_request::kind::until) {
                core_.consume(expected.shown);
                read_ += expected.shown;
            }
        }
    }

    std::string describe(std::size_t cuts) const {
        std::string text = std::string(script_.name) + ", limit " + std::to_string(limit_) + ":";
        for (std::size_t i = 0; i < input_.size(); ++i) {
            text += input_[i] == '\n' ? std::string("\\n") : input_.substr(i, 1);
            if (cuts >> i & 1)
                text += '|';
        }
        return text;
    }

    script const& script_;
    std::string const& input_;
    std::size_t limit_;
    model_answers model_;
    reader_core core_;
    std::size_t read_ = 0; // how much of the input was consumed
};

std::vector<script> const& scripts() {
    static std::vector<script> const all{
        until("until A", {"A"}),
        until("until AB", {"AB"}),
        until("until AAB", {"AAB"}),
        until("until ABABB", {"ABABB"}),
        until("until B or AB", {"B", "AB"}),
        until("until BA or AAB", {"AAB", "BA"}),
        until("until BB or ABA or AABAB", {"BB", "ABA", "AABAB"}),
        until("until line feed", {"\n"}),
        {"exactly 3", read_request::exactly(3), {}},
        {"some 2", read_request::some(2), {}},
        {"line", read_request::line(), {}},
    };
    return all;
}

// A read of so many bytes heeds no limit.
std::vector<std::size_t> limits_for(script const& s, std::vector<std::size_t> limits) {
    if (s.request.what() == read_request::kind::exactly || s.request.what() == read_request::kind::some)
        limits.resize(1);
    return limits;
}

std::ostream& operator<<(std::ostream& os, script const& s) {
    return os << s.name;
}

// A record in pieces of 1 KiB. Its bytes are moved twice, on an average, at most; and searched once: the test puts
// separators over what was searched, which a second look would find.
void check_linear(separators const& ends, std::string const& end, std::size_t size) {
    std::string const piece(1024, 'x');
    std::size_t const again = ends.longest() - 1; // may be the beginning of a separator
    reader_core core(size);
    std::size_t moved = 0;
    for (std::size_t fed = 0; fed < size; fed += piece.size()) {
        char const* const before = core.data().data();
        auto const room = core.prepare();
        moved += core.data().data() == before ? 0 : fed;
        BOOST_TEST_REQUIRE(room.size() >= piece.size());
        std::copy(piece.begin(), piece.end(), room.begin());
        core.received({}, piece.size());
        BOOST_TEST_REQUIRE((ask(core, read_request::until(ends)).what == result::waiting));

        char* const bytes = const_cast<char*>(core.data().data());
        for (std::size_t at = fed < again ? 0 : fed - again; at != fed + piece.size() - again; ++at)
            bytes[at] = end[at % end.size()];
    }
    BOOST_TEST(moved <= 2 * size);
    deliver(core, end);
    BOOST_TEST(ask(core, read_request::until(ends)).bytes.size() == size + end.size());
}

} // namespace

BOOST_AUTO_TEST_SUITE(stream_reader_core)

BOOST_DATA_TEST_CASE(every_chunking_of_every_short_input_agrees_with_the_model,
                     boost::unit_test::data::make(scripts())) {
    std::size_t compared = 0;
    std::string const letters = sample.request.what() == read_request::kind::line ? "A\n" : "AB";
    for (std::size_t length = 0; length <= 7; ++length)
        for (std::uint32_t word = 0; word >> length == 0; ++word) {
            std::string input;
            for (std::size_t i = 0; i < length; ++i)
                input += letters[word >> i & 1];
            for (std::size_t limit : limits_for(sample, {1, 2, 3, 5, 100}))
                compared += chunkings(sample, input, limit).try_all();
        }
    BOOST_TEST(compared > 10000u);
}

BOOST_DATA_TEST_CASE(every_chunking_of_inputs_of_twelve_bytes_agrees_with_the_model,
                     boost::unit_test::data::make(scripts())) {
    // Overlaps, near misses, separators at the ends and back to back, none at all; and some by chance.
    std::vector<std::string> inputs{"ABABABABABAB",
                                    "AAAAAAAAAAAB",
                                    "BBBBBBBBBBBB",
                                    "xxxxxxxxxxxx",
                                    "AABABAABABBA",
                                    "xAxABxAABxBx",
                                    "ABABBABABBAA",
                                    "xxxxxxxxxxxA",
                                    "Axxxxxxxxxxx",
                                    "xx\nxxxxx\n\nx\n",
                                    "\n\n\n\n\n\n\n\n\n\n\n\n",
                                    "xxxxxx\nxxxxx",
                                    "AABAABAABAAB",
                                    "xABABxABABBx"};
    std::mt19937 random(20260101);
    while (inputs.size() < 16) {
        std::string input;
        while (input.size() < 12)
            input += "AB\nx"[random() % (inputs.size() % 2 == 0 ? 2 : 4)];
        inputs.push_back(input);
    }
    std::size_t compared = 0;
    for (std::string const& input : inputs)
        for (std::size_t limit : limits_for(sample, {1, 4, 100}))
            compared += chunkings(sample, input, limit).try_all();
    BOOST_TEST(compared >= 16u * 2048);
}

BOOST_AUTO_TEST_CASE(long_records_cross_stretches_and_reallocations) {
    std::mt19937 random(7);
    std::vector<std::string> const ends{"#", "\r\n", "--boundary--", "and a separator that is rather long"};
    script const s = until("four separators", ends);
    for (int round = 0; round < 60; ++round) {
        std::size_t const limit = 1 + random() % 3000;
        reader_core core(limit);
        read_model model(limit);
        for (int piece = 0; piece < 60; ++piece) {
            std::string bytes(random() % 700, 'x');
            if (random() % 3 == 0)
                bytes += ends[random() % ends.size()];
            if (random() % 3 == 0)
                bytes += ends[3].substr(0, random() % ends[3].size()); // a false start
            model.feed(bytes);
            deliver(core, bytes);
            for (;;) {
                auto const expected = s.ask_model(model);
                BOOST_TEST_REQUIRE((ask(core, s.request) == expected));
                BOOST_TEST_REQUIRE(core.data() == model.buffer());
                if (expected.what == result::waiting)
                    break;
                if (expected.what == result::overrun) {
                    model.consume(expected.bytes.size());
                    core.consume(expected.bytes.size());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_search_goes_on_only_for_the_same_separator) {
    reader_core core(100);
    deliver(core, "a;b,c");
    auto const comma_and_more = read_request::until(",,");
    BOOST_TEST((ask(core, comma_and_more).what == result::waiting));
    BOOST_TEST(ask(core, read_request::until(',')).bytes == "a;b,");
    deliver(core, ";d");
    BOOST_TEST((ask(core, read_request::until('\n')).what == result::waiting));
    std::string_view bytes;
    BOOST_TEST(core.take_until(';', bytes) == false); // the slow way knows that it has to start anew
    BOOST_TEST(ask(core, read_request::until(';')).bytes == "c;");
    BOOST_TEST(core.data() == "d");
}

BOOST_AUTO_TEST_CASE(the_fast_ways_agree_with_the_slow_ones) {
    reader_core core(4);
    std::string_view bytes;
    BOOST_TEST(!core.take_until('\n', bytes));
    BOOST_TEST(!core.take_exactly(1, bytes));
    BOOST_TEST(core.take_exactly(0, bytes));
    deliver(core, "1234\n12345\nab");
    BOOST_TEST(core.take_until('\n', bytes));
    BOOST_TEST(bytes == "1234\n");
    BOOST_TEST(!core.take_until('\n', bytes));
    BOOST_TEST((ask(core, read_request::until('\n')) == read_model::answer{result::overrun, "12345", true}));
    BOOST_TEST(core.take_exactly(6, bytes));
    BOOST_TEST(bytes == "12345\n");
    core.store(boost::asio::error::connection_reset);
    BOOST_TEST(!core.take_until('b', bytes));
    BOOST_TEST(!core.take_exactly(1, bytes));
    BOOST_TEST(core.data() == "ab");
}

BOOST_DATA_TEST_CASE(a_large_record_in_small_pieces_is_moved_and_searched_in_linear_time,
                     boost::unit_test::data::make({64, 256, 1024, 4096, 16384}), kibibytes) {
    std::size_t const size = static_cast<std::size_t>(kibibytes) * 1024;
    check_linear('\n', "\n", size);
    check_linear("\r\n", "\r\n", size);
    check_linear(separators{"\n", "\r\n", "---"}, "---", size);
}

BOOST_AUTO_TEST_CASE(the_fast_way_does_not_search_twice_either) {
    reader_core core(100);
    deliver(core, "abc");
    std::string_view bytes;
    BOOST_TEST(!core.take_until('\n', bytes));
    const_cast<char&>(core.data()[1]) = '\n';
    deliver(core, "d");
    BOOST_TEST(!core.take_until('\n', bytes));
    BOOST_TEST((ask(core, read_request::until('\n')).what == result::waiting));
    deliver(core, "\n");
    BOOST_TEST(ask(core, read_request::until('\n')).bytes == "a\ncd\n");
    BOOST_TEST(!core.take_until('\n', bytes));
    BOOST_TEST(core.data().empty());
    deliver(core, "x\ny");
    BOOST_TEST(core.take_until('\n', bytes));
    BOOST_TEST(bytes == "x\n");
}

BOOST_AUTO_TEST_CASE(the_buffer_is_bounded_by_the_limit_and_shrinks_after_an_exception_to_it) {
    reader_core core(64 * 1024);
    std::string const record = std::string(60000, 'r') + '\n';
    std::size_t most = 0;
    for (int i = 0; i < 200; ++i) {
        for (std::size_t at = 0; at < record.size(); at += 1000)
            deliver(core, std::string_view(record).substr(at, 1000));
        std::string_view bytes;
        BOOST_TEST_REQUIRE(core.take_until('\n', bytes));
        most = std::max(most, core.capacity());
    }
    BOOST_TEST(most <= 8u * 64 * 1024);

    deliver(core, std::string(5 << 20, 'x'));
    BOOST_TEST((ask(core, read_request::exactly(5 << 20)).what == result::success));
    BOOST_TEST(core.capacity() >= std::size_t(5) << 20);
    core.prepare();
    BOOST_TEST(core.capacity() <= 8u * 64 * 1024);
}

BOOST_AUTO_TEST_CASE(an_idle_reader_has_no_buffer_and_a_quiet_one_a_small_one) {
    reader_core core(64 * 1024);
    BOOST_TEST(core.capacity() == 0u);
    for (int i = 0; i < 1000; ++i) {
        deliver(core, "PING\n");
        std::string_view bytes;
        BOOST_TEST_REQUIRE(core.take_until('\n', bytes));
    }
    BOOST_TEST(core.capacity() == read_buffer::first_capacity);
}

BOOST_AUTO_TEST_CASE(a_busy_reader_reads_large_pieces) {
    reader_core core(64 * 1024);
    for (int i = 0; i < 10; ++i) {
        auto const room = core.prepare();
        std::fill(room.begin(), room.end(), 'x');
        core.received({}, room.size());
        core.consume(room.size());
    }
    BOOST_TEST(core.prepare().size() == read_buffer::usual_capacity);
}

BOOST_AUTO_TEST_CASE(every_end_but_the_plain_one_keeps_its_code) {
    boost::system::error_code const truncated = boost::asio::ssl::error::stream_truncated;
    BOOST_TEST_REQUIRE((truncated == asyncio::errc::incomplete_read));

    for (auto const& request : {read_request::until('\n'), read_request::exactly(9), read_request::line()}) {
        reader_core core(100);
        deliver(core, "half");
        core.prepare();
        core.received(truncated, 0);
        read_outcome outcome;
        BOOST_TEST_REQUIRE(core.poll(request, outcome));
        BOOST_TEST(outcome.code == truncated);
        BOOST_TEST(outcome.bytes == "half");
    }
}

BOOST_AUTO_TEST_CASE(errors_of_the_stream_are_stored_unless_they_say_nothing_of_the_next_read) {
    for (boost::system::error_code const code :
         {make_error_code(boost::asio::error::operation_aborted), make_error_code(boost::asio::error::would_block),
          make_error_code(boost::asio::error::interrupted), make_error_code(boost::asio::error::no_memory)}) {
        reader_core core(100);
        core.prepare();
        core.received(code, 0);
        BOOST_TEST(!core.stored().failed());
    }
    reader_core core(100);
    deliver(core, "abc");
    core.prepare();
    core.received(boost::asio::error::connection_reset, 0);
    core.prepare();
    core.received(boost::asio::error::broken_pipe, 0);
    read_outcome outcome;
    BOOST_TEST(core.poll(read_request::exactly(1), outcome));
    BOOST_TEST(outcome.code == boost::asio::error::connection_reset); // the first
    BOOST_TEST(core.data() == "abc");
}

BOOST_AUTO_TEST_CASE(separators_own_their_bytes_and_are_sorted) {
    separators kept = '\n';
    {
        std::string temporary = "a separator of more than fifteen bytes";
        kept = separators(temporary);
        temporary.assign(temporary.size(), '?');
    }
    BOOST_TEST(kept.count() == 1u);
    BOOST_TEST(kept[0] == "a separator of more than fifteen bytes");

    separators const three{"\r\n", '\n', std::string("\0\0\0", 3)};
    BOOST_TEST(three.count() == 3u);
    BOOST_TEST(three[0] == "\n");
    BOOST_TEST(three[1] == "\r\n");
    BOOST_TEST(three[2] == std::string_view("\0\0\0", 3));
    BOOST_TEST(three.longest() == 3u);
    BOOST_TEST(three.valid());
    BOOST_TEST((three == separators(three)));
    BOOST_TEST((three == separators{std::string_view("\0\0\0", 3), "\n", "\r\n"}));
    BOOST_TEST(!(three == separators('\n')));
    BOOST_TEST((separators("\n") == separators('\n')));
    BOOST_TEST(!(separators("\n") == separators("\n\n")));

    BOOST_TEST(!separators("").valid());
    BOOST_TEST(!(separators{"", "\n"}.valid()));
    BOOST_TEST(!separators(std::span<std::string_view const>()).valid());
    BOOST_TEST(separators(std::span<std::string_view const>()).longest() == 0u);
}

BOOST_AUTO_TEST_CASE(SR_01_feeding_nothing_leaves_the_buffer_empty) {
    reader_core core(4);
    core.feed("");
    BOOST_TEST(core.data().empty());
    core.feed("line1\nline2\nline3\n");
    BOOST_TEST(core.data().size() == 18u);
}

BOOST_AUTO_TEST_CASE(SR_02_a_limit_of_zero_is_refused) {
    BOOST_CHECK_EXCEPTION(reader_core(0), std::invalid_argument,
                          [](auto const& e) { return std::string(e.what()) == "Limit cannot be <= 0"; });
    BOOST_CHECK_NO_THROW(reader_core(1));
    BOOST_CHECK_NO_THROW(reader_core(static_cast<std::size_t>(-1)));
}

BOOST_AUTO_TEST_SUITE_END()
