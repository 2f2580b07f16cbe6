//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_ERRC_MATRIX_HPP
#define ASYNCIO_ERRC_TEST_ERRC_MATRIX_HPP

#include <asyncio/errc.hpp>
#include <asyncio/error_table.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <system_error>

namespace asyncio_test {

using asyncio::condition_set;
using asyncio::errc;

inline constexpr errc all_conditions[] = {
    errc::timed_out,     errc::cancelled,      errc::invalid_state, errc::sendfile_not_available, errc::incomplete_read,
    errc::limit_overrun, errc::broken_barrier, errc::eof,           errc::broken_promise,         errc::other_exception,
};

// Values that are no condition.
inline constexpr errc no_conditions[] = {errc(0), errc(-1), errc(11), errc(31), errc(32), errc(33), errc(1 << 30)};

inline constexpr condition_set none{};
inline constexpr condition_set timed_out{errc::timed_out};
inline constexpr condition_set cancelled{errc::cancelled};
inline constexpr condition_set invalid_state{errc::invalid_state};
inline constexpr condition_set incomplete_read{errc::incomplete_read, errc::eof};
inline constexpr condition_set limit_overrun{errc::limit_overrun};
inline constexpr condition_set eof{errc::eof};
inline constexpr condition_set broken_promise{errc::broken_promise};

// Each way to ask: with the enumerator and with the condition object, in both orders, equal and unequal.
template <class Code> bool all_say(Code const& code, errc condition, bool yes) {
    std::error_condition const object = condition;
    return (code == condition) == yes && (condition == code) == yes && (code != condition) == !yes
           && (condition != code) == !yes && (code == object) == yes && (object == code) == yes
           && (code != object) == !yes && (object != code) == !yes;
}

template <class Code> void check_held(Code const& code, condition_set expected) {
    for (errc condition : all_conditions)
        BOOST_TEST(all_say(code, condition, expected.contains(condition)),
                   asyncio::to_string(condition) << " expected " << expected.contains(condition));
    for (errc condition : no_conditions)
        BOOST_TEST(all_say(code, condition, false), "no condition: " << static_cast<int>(condition));
}

// Exactly these conditions hold, however the code is held: as it is, converted to the other library, and back.
inline void check(std::string const& name, boost::system::error_code const& code, condition_set expected) {
    std::error_code const converted = code;
    boost::system::error_code const back = converted;
    BOOST_TEST_CONTEXT(name << " as " << code) {
        check_held(code, expected);
    }
    BOOST_TEST_CONTEXT(name << ", converted to std") {
        check_held(converted, expected);
    }
    BOOST_TEST_CONTEXT(name << ", converted to std and back") {
        check_held(back, expected);
    }
}

inline void check(std::string const& name, std::error_code const& code, condition_set expected) {
    boost::system::error_code const converted = code;
    std::error_code const back = converted;
    BOOST_TEST_CONTEXT(name << " as std " << code) {
        check_held(code, expected);
    }
    BOOST_TEST_CONTEXT(name << ", converted to Boost") {
        check_held(converted, expected);
    }
    BOOST_TEST_CONTEXT(name << ", converted to Boost and back") {
        check_held(back, expected);
    }
}

// A category that stands in for one whose library isn't installed: all that counts is the name.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#endif
class boost_category : public boost::system::error_category {
public:
    explicit boost_category(char const* name) : name_(name) {}
    char const* name() const noexcept override { return name_; }
    std::string message(int) const override { return "stand-in"; }

private:
    char const* name_;
};
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

class std_category : public std::error_category {
public:
    explicit std_category(char const* name) : name_(name) {}
    char const* name() const noexcept override { return name_; }
    std::string message(int) const override { return "stand-in"; }

private:
    char const* name_;
};

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_ERRC_MATRIX_HPP
