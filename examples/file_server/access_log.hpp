//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_ACCESS_LOG_HPP
#define FILE_SERVER_ACCESS_LOG_HPP

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace file_server {

/// How a request went, or a connection that ended otherwise than it should.
class access_record {
public:
    access_record() : started(std::chrono::steady_clock::now()) {}

    /// Method, target and version as the client wrote them; empty if they were never complete.
    std::string request_line;
    /// The status that was sent, or 0.
    unsigned status = 0;
    /// How many bytes of the body the kernel took.
    std::uint64_t body_bytes = 0;
    std::chrono::steady_clock::time_point started;
    /// Why it was not answered in full; success if it was.
    boost::system::error_code error;
};

/// Writes one line a request to stdout, and counts.
///
/// @code
/// 2026-11-22T19:11:46Z 127.0.0.1:55012 "GET /big HTTP/1.1" 206 1048576 0.012 ok
/// 2026-11-22T19:12:19Z 127.0.0.1:55014 "GET /big HTTP/1.1" 200 2621440 30.001 timed_out
/// @endcode
///
/// The last field is `ok`, or the condition of the error: what to search for, whichever library reported it. An error
/// without a condition is shown as its category, value and text.
class access_log {
public:
    void write(std::string const& client, access_record const& record);

    std::uint64_t requests() const noexcept { return requests_; }
    std::uint64_t errors() const noexcept { return errors_; }
    std::uint64_t cancelled() const noexcept { return cancelled_; }

private:
    std::uint64_t requests_ = 0;
    std::uint64_t errors_ = 0;
    std::uint64_t cancelled_ = 0;
};

/// The name of a code's condition, or the code itself; `ok` for success.
std::string condition_name(boost::system::error_code const& error);

} // namespace file_server

#endif // FILE_SERVER_ACCESS_LOG_HPP
