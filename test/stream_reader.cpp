//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//

// The cases of Python's StreamReader, by their ids, over a real socket.

#include "stream_reader_support.hpp"

#include <asyncio/throwing.hpp>
#include <asyncio/timeout.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <stdexcept>
#include <vector>

using namespace asyncio_test;
using asyncio::separators;

namespace {

std::string const block = "line1\nline2\nline3\n";

// The exception of a read that can be decided at once.
template <class Exception, class Read> Exception thrown(Read read) {
    try {
        read();
    } catch (Exception const& e) {
        return e;
    }
    throw std::logic_error("no exception");
}

} // namespace

BOOST_AUTO_TEST_SUITE(stream_reader)

BOOST_AUTO_TEST_CASE(RE_01_zero_bytes_are_empty_and_a_negative_number_is_refused) {
    reader_fixture f;
    f.reader.feed(block);
    BOOST_TEST(!f.exactly(0).code);
    BOOST_TEST(f.reader.buffered() == block);
    auto const negative = f.exactly(static_cast<std::size_t>(-1));
    BOOST_TEST(negative.code == boost::system::errc::invalid_argument);
    BOOST_TEST(f.reader.buffered() == block);
}

BOOST_AUTO_TEST_CASE(RE_02_an_exact_read_over_several_pieces_leaves_the_rest) {
    reader_fixture f;
    reader_fixture::read_tracker t(f.ctx.get_executor());
    f.wait(t, [](auto& r, auto h) { r.async_read_exactly(36, std::move(h)); });
    f.send_on(block);
    f.send(block + block);
    f.run();
    BOOST_TEST(!t.get<0>());
    BOOST_TEST(t.get<1>() == block + block);
    BOOST_TEST(f.reader.buffered() == block);
}

BOOST_AUTO_TEST_CASE(RE_04_the_end_inside_an_exact_read_hands_over_what_there_is) {
    reader_fixture f;
    f.send(block);
    f.finish();
    auto const r = f.exactly(36);
    BOOST_TEST(is_incomplete(r));
    BOOST_TEST(r.bytes == block);
    BOOST_TEST(f.reader.buffered().empty());
    BOOST_TEST(f.reader.at_eof());
}

BOOST_AUTO_TEST_CASE(RE_05_the_end_is_reported_again_and_again) {
    reader_fixture f;
    f.send("abc");
    f.finish();
    auto const first = thrown<asyncio::incomplete_read_error>([&] { f.reader.read_exactly(5); });
    BOOST_TEST(first.partial() == "abc");
    BOOST_TEST(*first.expected() == 5u);
    BOOST_TEST(first.transferred() == 3u);
    auto const second = thrown<asyncio::incomplete_read_error>([&] { f.reader.read_exactly(1); });
    BOOST_TEST(second.partial().empty());
    BOOST_TEST(std::string(second.what()).find("0 bytes read on a total of 1 expected bytes") != std::string::npos);
    BOOST_TEST(!f.exactly(0).code);
    BOOST_TEST(f.some(4).code == asio::error::eof);
}

BOOST_AUTO_TEST_CASE(RE_07_a_stored_error_comes_before_buffered_bytes) {
    reader_fixture f;
    f.reader.feed("line\n");
    BOOST_TEST(f.exactly(2).bytes == "li");
    f.reader.set_error(asio::error::host_unreachable);
    BOOST_TEST(f.exactly(2).code == asio::error::host_unreachable);
    BOOST_TEST(f.reader.buffered() == "ne\n");
    f.reader.clear_error();
    BOOST_TEST(f.exactly(2).bytes == "ne");
}

BOOST_AUTO_TEST_CASE(RE_08_bad_arguments_come_before_a_stored_error) {
    reader_fixture f;
    f.reader.feed("abcdef\n");
    f.reader.set_error(asio::error::host_unreachable);
    BOOST_TEST(f.exactly(0).code == asio::error::host_unreachable);
    BOOST_TEST(f.exactly(static_cast<std::size_t>(-1)).code == boost::system::errc::invalid_argument);
    BOOST_TEST(f.some(0).code == asio::error::host_unreachable);
    BOOST_TEST(f.line().code == asio::error::host_unreachable);
    BOOST_TEST(f.reader.buffered() == "abcdef\n");
}

BOOST_AUTO_TEST_CASE(RE_10_a_cancelled_exact_read_loses_nothing) {
    reader_fixture f;
    f.reader.feed("ab");
    reader_fixture::read_tracker t(f.ctx.get_executor());
    f.wait(t, [](auto& r, auto h) { r.async_read_exactly(5, std::move(h)); });
    t.cancel();
    f.run();
    BOOST_TEST(t.get<0>() == errc::cancelled);
    BOOST_TEST(t.get<1>() == "ab");
    BOOST_TEST(f.reader.buffered() == "ab");
    f.send("cde");
    BOOST_TEST(f.exactly(5).bytes == "abcde");
}

BOOST_AUTO_TEST_CASE(RE_11_a_read_that_times_out_loses_nothing_in_either_order_of_adapters) {
    constexpr std::chrono::seconds at_once(0); // starts, and cancels what has to wait
    auto const timed_out = [](reader_fixture& f, auto token) -> asio::awaitable<void> {
        try {
            co_await f.reader.async_read_exactly(5, token);
            BOOST_ERROR("no exception");
        } catch (asyncio::timeout_error const& e) {
            BOOST_TEST(e.code() == errc::timed_out);
            BOOST_TEST(e.transferred() == 2u);
            BOOST_TEST(e.operation() == "stream_reader::read_exactly");
        }
        BOOST_TEST(f.reader.buffered() == "ab");
        f.send("cdefg");
        BOOST_TEST(co_await f.reader.async_read_exactly(5, token) == "abcde"); // what is ready succeeds
        BOOST_TEST(f.reader.buffered() == "fg");
    };
    auto const check = [&](auto token) {
        reader_fixture f;
        f.reader.feed("ab");
        f.run(timed_out(f, token));
    };
    check(asyncio::timeout(at_once, asyncio::throwing(asio::use_awaitable)));
    check(asyncio::throwing(asyncio::timeout(at_once, asio::use_awaitable)));
}

BOOST_AUTO_TEST_CASE(RE_13_a_second_read_that_would_wait_is_refused) {
    reader_fixture f;
    reader_fixture::read_tracker first(f.ctx.get_executor());
    f.wait(first, [](auto& r, auto h) { r.async_read_exactly(3, std::move(h)); });
    auto const second = f.exactly(1);
    BOOST_TEST(second.code == make_error_code(errc::invalid_state));
    auto const failure = thrown<asyncio::invalid_state_error>([&] { f.reader.read_exactly(1); });
    BOOST_TEST(failure.operation() == "stream_reader::read_exactly");
    BOOST_CHECK_THROW(f.reader.feed("x"), asyncio::invalid_state_error);
    error_code ec;
    f.reader.try_read_exactly(1, ec);
    BOOST_TEST(ec == asio::error::would_block);
    f.send("abc");
    f.run();
    BOOST_TEST(!first.get<0>());
    BOOST_TEST(first.get<1>() == "abc");
}

BOOST_AUTO_TEST_CASE(RE_14_an_exact_read_heeds_no_limit) {
    reader_fixture f(4);
    f.send("01234567890123456789rest");
    BOOST_TEST(f.exactly(20).bytes == "01234567890123456789");
}

BOOST_AUTO_TEST_CASE(RU_01_empty_separators_and_none_at_all_are_refused) {
    reader_fixture f;
    f.reader.feed("abc");
    BOOST_TEST(f.until("").code == boost::system::errc::invalid_argument);
    BOOST_TEST(f.until(separators{"", "x"}).code == boost::system::errc::invalid_argument);
    BOOST_TEST(f.until(separators(std::span<std::string_view const>())).code == boost::system::errc::invalid_argument);
    BOOST_TEST(f.reader.buffered() == "abc");
}

BOOST_AUTO_TEST_CASE(RU_02_a_separator_in_the_middle_of_what_arrived) {
    reader_fixture f;
    f.send("lineAAAxxx");
    BOOST_TEST(f.until("AAA").bytes == "lineAAA");
    BOOST_TEST(f.reader.buffered() == "xxx");
}

BOOST_AUTO_TEST_CASE(RU_04_a_separator_that_arrives_in_two_pieces) {
    reader_fixture f;
    reader_fixture::read_tracker t(f.ctx.get_executor());
    f.wait(t, [](auto& r, auto h) { r.async_read_until("\r\n", std::move(h)); });
    f.send_on("abc\r");
    BOOST_TEST(!t.done());
    f.send("\nxyz");
    f.run();
    BOOST_TEST(t.get<1>() == "abc\r\n");
    BOOST_TEST(f.reader.buffered() == "xyz");
}

BOOST_AUTO_TEST_CASE(RU_05_the_end_before_a_separator_hands_over_all) {
    reader_fixture f;
    f.send("some dataAA");
    f.finish();
    auto const e = thrown<asyncio::incomplete_read_error>([&] { f.reader.read_until("AAA"); });
    BOOST_TEST(e.partial() == "some dataAA");
    BOOST_TEST(!e.expected());
    BOOST_TEST(e.code() == make_error_code(errc::incomplete_read));
    BOOST_TEST(f.reader.at_eof());
}

BOOST_AUTO_TEST_CASE(RU_07_RU_08_an_overrun_tells_what_to_skip_and_whether_the_separator_was_seen) {
    reader_fixture f(3);
    f.reader.feed("some dataAA");
    auto const unseen = thrown<asyncio::limit_overrun_error>([&] { f.reader.try_read_until("AAA"); });
    BOOST_TEST(unseen.consumed() == 9u);
    BOOST_TEST(!unseen.separator_found());
    BOOST_TEST(f.reader.buffered() == "some dataAA");

    f.reader.feed("A");
    auto const seen = thrown<asyncio::limit_overrun_error>([&] { f.reader.try_read_until("AAA"); });
    BOOST_TEST(seen.consumed() == 9u);
    BOOST_TEST(seen.separator_found());
    BOOST_TEST(f.reader.buffered() == "some dataAAA");
    BOOST_TEST(f.exactly(9).bytes == "some data");
    BOOST_TEST(f.until("AAA").bytes == "AAA");
}

BOOST_AUTO_TEST_CASE(RU_10_the_limit_is_for_the_bytes_before_the_separator) {
    reader_fixture f(4);
    f.reader.feed("xxxx\nxxxxx\n");
    BOOST_TEST(f.until('\n').bytes == "xxxx\n");
    auto const r = f.until('\n');
    BOOST_TEST(is_overrun(r));
    BOOST_TEST(r.bytes == "xxxxx"); // what can be skipped
}

BOOST_AUTO_TEST_CASE(RU_11_the_limit_comes_before_the_end) {
    reader_fixture short_one(4);
    short_one.send("xxxx");
    short_one.finish();
    BOOST_TEST(is_incomplete(short_one.until('\n')));

    reader_fixture long_one(4);
    long_one.send("xxxxx");
    long_one.finish();
    auto const r = long_one.until('\n');
    BOOST_TEST(is_overrun(r));
    BOOST_TEST(r.bytes == "xxxxx");
    BOOST_TEST(long_one.reader.buffered() == "xxxxx");
}

BOOST_AUTO_TEST_CASE(RU_13_what_follows_a_record_is_not_its_length) {
    reader_fixture f(4);
    f.send("ab\n" + std::string(100, 'x'));
    BOOST_TEST(f.until('\n').bytes == "ab\n");
    BOOST_TEST(f.reader.buffered().size() == 100u);
}

BOOST_AUTO_TEST_CASE(RU_14_the_separator_that_ends_first_wins) {
    reader_fixture f;
    separators const ends{'\r', '\n'};
    f.send("line 1\nline 2\r");
    BOOST_TEST(f.until(ends).bytes == "line 1\n");
    BOOST_TEST(f.until(ends).bytes == "line 2\r");
}

BOOST_AUTO_TEST_CASE(RU_16_on_a_tie_the_shortest_separator_wins) {
    reader_fixture f(3);
    f.reader.feed("some dataA");
    auto const e = thrown<asyncio::limit_overrun_error>([&] { f.reader.try_read_until(separators{"A", "ome dataA"}); });
    BOOST_TEST(e.separator_found());
    BOOST_TEST(e.consumed() == 9u);
    BOOST_TEST(f.reader.buffered() == "some dataA");
}

BOOST_AUTO_TEST_CASE(RU_17_a_long_separator_does_not_hide_a_short_one) {
    reader_fixture f;
    reader_fixture::read_tracker t(f.ctx.get_executor());
    separators const ends{"A", "long sep"};
    f.wait(t, [&](auto& r, auto h) { r.async_read_until(ends, std::move(h)); });
    f.send_on("data");
    f.send_on("Z");
    f.send("Aaaa");
    f.run();
    BOOST_TEST(t.get<1>() == "dataZA");
    BOOST_TEST(f.reader.buffered() == "aaa");
}

BOOST_AUTO_TEST_CASE(RU_19_a_long_separator_delays_the_overrun) {
    reader_fixture f(3);
    separators const ends{"\n", "0123456789abc"};
    reader_fixture::read_tracker t(f.ctx.get_executor());
    f.wait(t, [&](auto& r, auto h) { r.async_read_until(ends, std::move(h)); });
    f.send_on("xxxxxxxxxx");
    BOOST_TEST(!t.done());
    f.send("\n");
    f.run();
    BOOST_TEST(t.get<0>() == errc::limit_overrun);
    BOOST_TEST(t.get<1>() == "xxxxxxxxxx");
}

BOOST_AUTO_TEST_CASE(RU_20_a_stored_error_comes_before_a_match) {
    reader_fixture f;
    f.reader.feed("match\n");
    f.reader.set_error(asio::error::host_unreachable);
    BOOST_TEST(f.until('\n').code == asio::error::host_unreachable);
    BOOST_TEST(f.until("").code == boost::system::errc::invalid_argument);
    BOOST_TEST(f.reader.buffered() == "match\n");
}

BOOST_AUTO_TEST_CASE(RL_01_a_line_over_several_pieces) {
    reader_fixture f;
    f.reader.feed("chunk1 ");
    reader_fixture::read_tracker t(f.ctx.get_executor());
    f.wait(t, [](auto& r, auto h) { r.async_read_line(std::move(h)); });
    f.send_on("chunk2 ");
    f.send_on("chunk3 ");
    f.send("\n chunk4");
    f.run();
    BOOST_TEST(t.get<1>() == "chunk1 chunk2 chunk3 \n");
    BOOST_TEST(f.reader.buffered() == " chunk4");
}

BOOST_AUTO_TEST_CASE(RL_02_a_line_beyond_the_limit_is_dropped_with_its_end) {
    reader_fixture f(3);
    f.reader.feed("li");
    f.reader.feed("ne1\nline2\n");
    auto const r = f.line();
    BOOST_TEST(is_overrun(r));
    BOOST_TEST(r.bytes == "line1\n");
    BOOST_TEST(f.reader.buffered() == "line2\n");
}

BOOST_AUTO_TEST_CASE(RL_04_a_line_beyond_the_limit_without_its_end_drops_all) {
    reader_fixture all(7);
    all.send("chunk1chunk2chunk3\n");
    all.finish();
    BOOST_TEST(is_overrun(all.line()));
    BOOST_TEST(all.reader.buffered().empty());

    reader_fixture one(7);
    one.send("chunk1chunk2\nchunk3\n");
    one.finish();
    BOOST_TEST(is_overrun(one.line()));
    BOOST_TEST(one.reader.buffered() == "chunk3\n");
}

BOOST_AUTO_TEST_CASE(RL_05_the_limit_of_a_line) {
    reader_fixture f(7);
    f.reader.feed("1234567\n");
    BOOST_TEST(f.line().bytes == "1234567\n");
    f.reader.feed("12345678\n");
    BOOST_TEST(is_overrun(f.line()));
    BOOST_TEST(f.reader.buffered().empty());
    f.reader.feed("12345678");
    BOOST_TEST(is_overrun(f.line()));
    BOOST_TEST(f.reader.buffered().empty());
}

BOOST_AUTO_TEST_CASE(RL_07_the_failure_of_a_line_says_what_an_overrun_says) {
    reader_fixture f(3);
    f.reader.feed("line1\nlin");
    auto const e = thrown<asyncio::limit_overrun_error>([&] { f.reader.read_line(); });
    BOOST_TEST(std::string(e.what()).find("Separator is found, but chunk is longer than limit") != std::string::npos);
    f.reader.feed("e2");
    auto const e2 = thrown<asyncio::limit_overrun_error>([&] { f.reader.try_read_line(); });
    BOOST_TEST(std::string(e2.what()).find("Separator is not found, and chunk exceed the limit") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(RL_08_the_last_line_may_end_with_the_stream) {
    reader_fixture f;
    f.send("some data");
    f.finish();
    auto const last = f.line();
    BOOST_TEST(!last.code);
    BOOST_TEST(last.bytes == "some data");
    auto const after = f.line();
    BOOST_TEST(!after.code);
    BOOST_TEST(after.bytes.empty());
}

BOOST_AUTO_TEST_CASE(RL_10_some_bytes) {
    reader_fixture f(3);
    BOOST_TEST(!f.some(0).code);
    f.send("chunk of eighteen!");
    BOOST_TEST(f.some(5).bytes == "chunk");
    BOOST_TEST(f.some(30).bytes == " of eighteen!");
    f.finish();
    BOOST_TEST(f.some(5).code == make_error_code(asio::error::eof));
}

BOOST_AUTO_TEST_CASE(RL_11_all_until_the_end) {
    reader_fixture f;
    f.send("chunk1\nchunk2");
    f.finish();
    std::string all;
    for (auto r = f.some(6); !r.code; r = f.some(6))
        all += r.bytes;
    BOOST_TEST(all == "chunk1\nchunk2");
}

BOOST_AUTO_TEST_CASE(RL_13_lines_until_the_end) {
    reader_fixture f;
    f.send("a\nb\nc");
    f.finish();
    std::vector<std::string> lines;
    auto const loop = [](reader_fixture::reader_type& reader, std::vector<std::string>& to) -> asio::awaitable<void> {
        for (;;) {
            std::string_view const line = co_await reader.co_read_line();
            if (line.empty())
                break;
            to.emplace_back(line);
        }
    };
    f.run(loop(f.reader, lines));
    BOOST_TEST(lines == (std::vector<std::string>{"a\n", "b\n", "c"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(SR_04_a_waiting_read_fails_with_the_error_that_is_stored) {
    reader_fixture f;
    BOOST_TEST(!f.reader.error());
    reader_fixture::read_tracker t(f.ctx.get_executor());
    f.wait(t, [](auto& r, auto h) { r.async_read_line(std::move(h)); });
    f.reader.set_error(asio::error::host_unreachable);
    f.run();
    BOOST_TEST(t.get<0>() == asio::error::host_unreachable);
    BOOST_TEST(f.reader.error() == asio::error::host_unreachable);
}

BOOST_AUTO_TEST_CASE(SR_05_an_error_may_be_stored_after_a_cancel) {
    reader_fixture f;
    reader_fixture::read_tracker t(f.ctx.get_executor());
    f.wait(t, [](auto& r, auto h) { r.async_read_line(std::move(h)); });
    f.reader.cancel();
    f.run();
    BOOST_TEST(t.get<0>() == errc::cancelled);
    f.reader.set_error(asio::error::host_unreachable);
    f.reader.cancel(); // nothing to cancel
    BOOST_TEST(f.line().code == asio::error::host_unreachable);
}

BOOST_AUTO_TEST_CASE(the_loop_of_the_guide_skips_one_long_record_and_goes_on) {
    reader_fixture f(8);
    f.send("first\n" + std::string(50000, 'x') + "\nsecond\n" + std::string(9, 'y') + "\nthird\n");
    f.finish();
    std::vector<std::string> got;
    auto const loop = [](reader_fixture::reader_type& reader, std::vector<std::string>& to) -> asio::awaitable<void> {
        bool skipping = false;
        for (;;) {
            auto const [ec, record] = co_await reader.async_read_until('\n', asio::as_tuple(asio::use_awaitable));
            if (ec == errc::limit_overrun) {
                reader.consume(record.size());
                skipping = true;
            } else if (ec) {
                BOOST_TEST(ec == errc::incomplete_read);
                break;
            } else if (!std::exchange(skipping, false)) {
                to.emplace_back(record);
            }
        }
    };
    f.run(loop(f.reader, got));
    BOOST_TEST(got == (std::vector<std::string>{"first\n", "second\n", "third\n"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
