//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "costs/cases.hpp"

#include <asyncio/errc.hpp>

#include <boost/asio/error.hpp>

#include <cerrno>

namespace {

using namespace asyncio_bench;
using asyncio::errc;

template <class Condition> void compare(boost::system::error_code code, Condition condition, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i) {
        launder(code);
        bool const result = code == condition;
        keep(result);
    }
}

counted_case const success("errc/success", [](std::size_t n) { compare({}, errc::timed_out, n); });
counted_case const own_match("errc/own_match",
                             [](std::size_t n) { compare(make_error_code(errc::timed_out), errc::timed_out, n); });
counted_case const own_other("errc/own_other",
                             [](std::size_t n) { compare(make_error_code(errc::timed_out), errc::cancelled, n); });
counted_case const system_match("errc/system_match", [](std::size_t n) {
    compare({ECANCELED, boost::system::system_category()}, errc::cancelled, n);
});
counted_case const system_other("errc/system_other", [](std::size_t n) {
    compare({ECONNRESET, boost::system::system_category()}, errc::cancelled, n);
});
counted_case const foreign_match("errc/foreign_match",
                                 [](std::size_t n) { compare(boost::asio::error::eof, errc::eof, n); });
counted_case const foreign_other("errc/foreign_other",
                                 [](std::size_t n) { compare(boost::asio::error::eof, errc::timed_out, n); });
// Boost's own comparisons, to stand beside
namespace posix = boost::system::errc;
counted_case const boost_own("errc/boost/own_match",
                             [](std::size_t n) { compare(make_error_code(errc::timed_out), posix::timed_out, n); });
counted_case const boost_system("errc/boost/system_match", [](std::size_t n) {
    compare({ECANCELED, boost::system::system_category()}, posix::operation_canceled, n);
});
counted_case const boost_system_other("errc/boost/system_other", [](std::size_t n) {
    compare({ECONNRESET, boost::system::system_category()}, posix::operation_canceled, n);
});
counted_case const boost_foreign("errc/boost/foreign_other",
                                 [](std::size_t n) { compare(boost::asio::error::eof, posix::timed_out, n); });

counted_case const make("errc/make_error_code", [](std::size_t n) {
    for (std::size_t i = 0; i != n; ++i) {
        auto condition = errc::timed_out;
        launder(condition);
        auto const code = make_error_code(condition);
        asm volatile("" : : "m"(code) : "memory");
    }
});

} // namespace
