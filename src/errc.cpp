//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/errc.hpp>

#include <cstdio>

namespace asyncio {

namespace {

char const* message_of(int value) noexcept {
    switch (static_cast<errc>(value)) {
    case errc::timed_out: return "The operation timed out";
    case errc::cancelled: return "The operation was cancelled";
    case errc::invalid_state: return "The call is not allowed in this state";
    case errc::sendfile_not_available: return "Sendfile is not available";
    case errc::incomplete_read: return "The stream ended before everything was read";
    case errc::limit_overrun: return "The record exceeds the limit";
    case errc::broken_barrier: return "The barrier is broken";
    case errc::eof: return "The stream ended";
    case errc::broken_promise: return "The producer is gone, and there will be no result";
    case errc::other_exception: return "An exception without an error code";
    }
    return value == 0 ? "Success" : "Unknown error of asyncio";
}

} // namespace

char const* to_string(errc e) noexcept {
    switch (e) {
    case errc::timed_out: return "timed_out";
    case errc::cancelled: return "cancelled";
    case errc::invalid_state: return "invalid_state";
    case errc::sendfile_not_available: return "sendfile_not_available";
    case errc::incomplete_read: return "incomplete_read";
    case errc::limit_overrun: return "limit_overrun";
    case errc::broken_barrier: return "broken_barrier";
    case errc::eof: return "eof";
    case errc::broken_promise: return "broken_promise";
    case errc::other_exception: return "other_exception";
    }
    return "unknown";
}

namespace detail {

char const* code_category::name() const noexcept {
    return "asyncio";
}

std::string code_category::message(int value) const {
    return message_of(value);
}

char const* code_category::message(int value, char*, std::size_t) const noexcept {
    return message_of(value);
}

boost::system::error_condition code_category::default_error_condition(int value) const noexcept {
    namespace posix = boost::system::errc;
    switch (static_cast<errc>(value)) {
    case errc::timed_out: return make_error_condition(posix::timed_out);
    case errc::cancelled: return make_error_condition(posix::operation_canceled);
    case errc::invalid_state: return make_error_condition(posix::operation_not_permitted);
    case errc::sendfile_not_available: return make_error_condition(posix::operation_not_supported);
    default: return {value, *this}; // POSIX has no equal
    }
}

char const* condition_category::name() const noexcept {
    return "asyncio";
}

std::string condition_category::message(int value) const {
    return message_of(value);
}

std::error_condition condition_category::default_error_condition(int value) const noexcept {
    return {value, *this};
}

bool condition_category::equivalent(std::error_code const& code, int condition) const noexcept {
    return code == static_cast<errc>(condition);
}

} // namespace detail
} // namespace asyncio
