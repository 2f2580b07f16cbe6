//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "participant.hpp"

#include <asyncio/exceptions.hpp>

namespace {

using asyncio::errc;
using boost::system::error_code;

std::string type_caught() {
    try {
        throw;
    } catch (asyncio::incomplete_read_error const& e) {
        return "incomplete_read_error of " + std::to_string(e.transferred());
    } catch (asyncio::eof_error const&) {
        return "eof_error";
    } catch (asyncio::timeout_error const&) {
        return "timeout_error";
    } catch (asyncio::cancelled_error const&) {
        return "cancelled_error";
    } catch (asyncio::limit_overrun_error const&) {
        return "limit_overrun_error";
    } catch (asyncio::invalid_state_error const&) {
        return "invalid_state_error";
    } catch (asyncio::sendfile_not_available_error const&) {
        return "sendfile_not_available_error";
    } catch (asyncio::broken_barrier_error const&) {
        return "broken_barrier_error";
    } catch (asyncio::broken_promise_error const&) {
        return "broken_promise_error";
    } catch (asyncio::error const&) {
        return "error";
    } catch (boost::system::system_error const&) {
        return "system_error";
    } catch (...) {
        return "something else";
    }
}

asyncio::error_details three_bytes() {
    asyncio::error_details details;
    details.transferred = 3;
    return details;
}

asyncio_test::participant const self = {
    .make_code = [](errc e) { return make_error_code(e); },
    .make_std_code = [](errc e) { return std::error_code(make_error_code(e)); },
    .make_condition = [](errc e) { return make_error_condition(e); },
    .holds = [](error_code const& code, errc e) { return code == e; },
    .std_holds = [](std::error_code const& code, errc e) { return code == e; },
    .equal = [](error_code const& a, error_code const& b) { return a == b; },
    .is_own = [](std::error_code const& code, errc e) { return error_code(code) == make_error_code(e); },
    .throw_for = [](error_code const& code) { asyncio::throw_error(code, three_bytes()); },
    .make_exception = [](error_code const& code) { return asyncio::make_exception(code, three_bytes()); },
    .caught_as =
        [](void (*thrower)(error_code const&), error_code const& code) {
            try {
                thrower(code);
            } catch (...) {
                return type_caught();
            }
            return std::string("nothing");
        },
    .caught_pointer_as =
        [](std::exception_ptr const& exception) {
            try {
                std::rethrow_exception(exception);
            } catch (...) {
                return type_caught();
            }
        },
};

} // namespace

asyncio_test::participant const* asyncio_test_participant() {
    return &self;
}
