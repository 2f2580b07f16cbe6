//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "costs/cases.hpp"

#include <asyncio/exceptions.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>

namespace {

using namespace asyncio_bench;

template <class Throw> void throw_and_catch(Throw throw_it, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i) {
        try {
            throw_it();
        } catch (boost::system::system_error const& e) {
            keep(e);
        }
    }
}

// As Asio's own functions throw.
counted_case const plain("exceptions/plain_throw", [](std::size_t n) {
    throw_and_catch(
        [] {
            boost::throw_exception(boost::system::system_error(boost::asio::error::eof, "read"),
                                   BOOST_CURRENT_LOCATION);
        },
        n);
});
counted_case const typed("exceptions/throw", [](std::size_t n) {
    throw_and_catch([] { asyncio::throw_error(boost::asio::error::eof); }, n);
});

} // namespace
