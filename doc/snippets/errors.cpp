//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
// The guide's code on codes, conditions and exceptions.
#include "check.hpp"

#include <asyncio/errc.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/channel_error.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/error_condition.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace asio = boost::asio;
using boost::system::error_code;

// [own_std_category]
// A library of your own, with a category of the standard library's kind.
enum class db_error { pool_exhausted = 1, gave_up = 2, server_left = 3 };

class db_category : public std::error_category {
public:
    char const* name() const noexcept override { return "acme.db"; }
    std::string message(int) const override { return "a database error"; }

    std::error_condition default_error_condition(int value) const noexcept override {
        switch (static_cast<db_error>(value)) {
        case db_error::gave_up: return std::errc::timed_out;   // needs nothing of asyncio-errc
        case db_error::server_left: return asyncio::errc::eof; // where std::errc has no equal
        case db_error::pool_exhausted: break;
        }
        return {value, *this};
    }
};
// [/own_std_category]

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor" // Boost.System's base has a protected one, by design
#endif

// [own_boost_category]
// The same with a category of Boost's kind.
class cache_category : public boost::system::error_category {
public:
    char const* name() const noexcept override { return "acme.cache"; }
    std::string message(int) const override { return "a cache error"; }

    boost::system::error_condition default_error_condition(int value) const noexcept override {
        if (value == 1)
            return make_error_condition(boost::system::errc::timed_out);
        if (value == 2) // names one of asyncio's own codes as what it is equal to
            return {static_cast<int>(asyncio::errc::limit_overrun), asyncio::error_category()};
        return {value, *this};
    }
};
// [/own_boost_category]

namespace {

void comparing() {
    error_code ec = asio::error::timed_out;
    // [comparing]
    check(ec == asyncio::errc::timed_out);                  // is it a timeout, whoever reports it?
    check(ec != make_error_code(asyncio::errc::timed_out)); // is it this library's own code? Not this one

    ec = make_error_code(asyncio::errc::timed_out);
    check(ec == asyncio::errc::timed_out);
    check(ec == std::errc::timed_out); // and it is what POSIX calls so
    // [/comparing]
}

void cancelled_codes() {
    // [cancelled_codes]
    error_code const socket = asio::error::operation_aborted;
    error_code const channel = asio::experimental::error::channel_cancelled;
    check(socket != channel);
    check(channel != std::errc::operation_canceled);
    check(socket == asyncio::errc::cancelled && channel == asyncio::errc::cancelled);
    // [/cancelled_codes]
}

void overlap() {
    // [overlap]
    error_code const ec = asio::error::eof;
    check(ec == asyncio::errc::eof);
    check(ec == asyncio::errc::incomplete_read); // maybe: the byte count tells
    // [/overlap]
    check(make_error_code(asyncio::errc::incomplete_read) == asyncio::errc::eof);
    check(make_error_code(asyncio::errc::eof) != asyncio::errc::incomplete_read);
}

void nothing() {
    // [nothing]
    check(error_code() != asyncio::errc::timed_out);                           // success
    check(error_code(asio::error::not_found) != asyncio::errc::limit_overrun); // not known what was not found
    check(error_code(asio::error::connection_reset) != asyncio::errc::eof);    // not an end, but a break
    // [/nothing]
}

void objects() {
    // [objects]
    std::error_condition const wanted = asyncio::errc::cancelled;
    std::error_code const code = error_code(asio::error::operation_aborted);
    check(code == wanted);
    // [/objects]
}

void both_worlds() {
    // [both_worlds]
    std::error_code const std_code = error_code(asio::error::operation_aborted); // Boost to std
    error_code const back = std_code;                                            // and back

    check(back != asio::error::operation_aborted); // the way is not the same in both directions
    check(std_code == asyncio::errc::cancelled);   // conditions hold on both sides
    check(back == asyncio::errc::cancelled);
    // [/both_worlds]
}

void catching() {
    auto const exception = asyncio::make_exception(asio::error::operation_aborted);
    bool reached = false;
    auto const failing = [&] { std::rethrow_exception(exception); };
    auto const log = [](auto const&...) {};
    try {
        // [catching]
        try {
            failing();
        } catch (asyncio::timeout_error const& e) {
            log(e.what(), e.transferred());
        } catch (asyncio::incomplete_read_error const& e) { // before eof_error, its base
            log(e.what(), e.transferred(), e.expected());
        } catch (asyncio::error const& e) { // any other failure of asyncio's; never a cancellation
            log(e.what());
        }
        // [/catching]
    } catch (asyncio::cancelled_error const&) {
        reached = true;
    }
    check(reached);
}

void code_kept() {
    // [code_kept]
    try {
        asyncio::throw_error(asio::error::eof);
    } catch (asyncio::incomplete_read_error const& e) {
        check(e.code() == asio::error::eof); // what the operation reported, not a translation
        check(e.code() == asyncio::errc::incomplete_read);
    }
    // [/code_kept]
}

void raising() {
    // [raising]
    asyncio::error_details details;
    details.operation = "read_frame";
    details.transferred = 3;
    details.expected = 10;
    try {
        asyncio::throw_error(make_error_code(asyncio::errc::incomplete_read), details);
    } catch (asyncio::incomplete_read_error const& e) {
        check(e.what()
              == std::string("read_frame: 3 bytes read on a total of 10 expected bytes: "
                             "The stream ended before everything was read [asyncio:5]"));
    }

    try {
        throw asyncio::timeout_error("the reactor");
    } catch (asyncio::error const& e) {
        check(e.code() == asyncio::errc::timed_out);
    }
    // [/raising]
}

void plain() {
    bool plain = false;
    try {
        asyncio::throw_error(asio::error::connection_refused);
    } catch (asyncio::error const&) {
    } catch (boost::system::system_error const& e) {
        plain = e.code() == asio::error::connection_refused;
    }
    check(plain);
}

void from_exception() {
    auto const exception = std::make_exception_ptr(boost::system::system_error(asio::error::operation_aborted));
    // [from_exception]
    check(asyncio::to_error_code(exception) == asio::error::operation_aborted);
    check(asyncio::is_cancelled(exception)); // also where it is not a cancelled_error
    check(asyncio::to_error_code(std::make_exception_ptr(std::logic_error("a bug"))) == asyncio::errc::other_exception);
    // [/from_exception]
}

void shutdown() {
    int logged = 0;
    auto const log = [&](error_code const&) { ++logged; };
    auto const on_error = [&](error_code ec) {
        // [shutdown]
        if (ec && !asyncio::is_expected_shutdown(ec))
            log(ec);
        // [/shutdown]
    };
    on_error({});
    on_error(asio::error::operation_aborted);
    on_error(asio::error::eof);
    on_error(asio::experimental::error::channel_closed);
    check(logged == 0);
    on_error(asio::error::connection_reset);
    on_error(make_error_code(asyncio::errc::timed_out));
    on_error(make_error_code(asyncio::errc::incomplete_read));
    check(logged == 3);
}

void own_categories() {
    static db_category const db;
    static cache_category const cache;
    // [own_use]
    std::error_code const gave_up(static_cast<int>(db_error::gave_up), db);
    std::error_code const server_left(static_cast<int>(db_error::server_left), db);
    check(gave_up == asyncio::errc::timed_out);
    check(server_left == asyncio::errc::eof);
    check(error_code(server_left) == asyncio::errc::eof); // inside a Boost code as well
    check(error_code(2, cache) == asyncio::errc::limit_overrun);
    // [/own_use]
    check(gave_up != asyncio::errc::eof && gave_up == std::errc::timed_out);
    check(std::error_code(static_cast<int>(db_error::pool_exhausted), db) != asyncio::errc::timed_out);
    check(error_code(1, cache) == asyncio::errc::timed_out);
    check(std::error_code(error_code(2, cache)) == asyncio::errc::limit_overrun);
    check(error_code(3, cache) != asyncio::errc::limit_overrun);
    check(asyncio::is_expected_shutdown(server_left));
}

} // namespace

int main() {
    comparing();
    cancelled_codes();
    overlap();
    nothing();
    objects();
    both_worlds();
    catching();
    code_kept();
    raising();
    plain();
    from_exception();
    shutdown();
    own_categories();
    return untrue;
}
