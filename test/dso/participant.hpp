//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_DSO_PARTICIPANT_HPP
#define ASYNCIO_ERRC_TEST_DSO_PARTICIPANT_HPP

#include <asyncio/errc.hpp>

#include <boost/system/error_code.hpp>

#include <exception>
#include <string>
#include <system_error>

namespace asyncio_test {

using boost::system::error_code;

// What a program and each of its shared objects can do with codes and exceptions of another. Everything is done by the
// participant's own copy of this library's inline code, and by the library that it is linked with.
struct participant {
    error_code (*make_code)(asyncio::errc);
    std::error_code (*make_std_code)(asyncio::errc);
    std::error_condition (*make_condition)(asyncio::errc);

    bool (*holds)(error_code const&, asyncio::errc);
    bool (*std_holds)(std::error_code const&, asyncio::errc);
    bool (*equal)(error_code const&, error_code const&);
    // Whether the code, converted back, is this participant's own for the condition
    bool (*is_own)(std::error_code const&, asyncio::errc);

    void (*throw_for)(error_code const&);
    std::exception_ptr (*make_exception)(error_code const&);
    // The name of the type by which what the function throws was caught
    std::string (*caught_as)(void (*thrower)(error_code const&), error_code const&);
    std::string (*caught_pointer_as)(std::exception_ptr const&);
};

} // namespace asyncio_test

extern "C" __attribute__((visibility("default"))) asyncio_test::participant const* asyncio_test_participant();

#endif // ASYNCIO_ERRC_TEST_DSO_PARTICIPANT_HPP
