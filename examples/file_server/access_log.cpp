//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "access_log.hpp"

#include "text.hpp"

#include <asyncio/errc.hpp>

#include <cstdio>
#include <ctime>

namespace file_server {

std::string condition_name(boost::system::error_code const& error) {
    using asyncio::errc;
    if (!error)
        return "ok";
    // Conditions overlap: the narrower one comes first.
    for (errc condition : {errc::timed_out, errc::cancelled, errc::limit_overrun, errc::incomplete_read, errc::eof,
                           errc::sendfile_not_available, errc::invalid_state})
        if (error == condition)
            return asyncio::to_string(condition);
    return error.to_string() + " (" + error.message() + ")";
}

void access_log::write(std::string const& client, access_record const& record) {
    if (!record.request_line.empty())
        ++requests_;
    // Who stops the server cancels what it does: that is no error.
    if (record.error == asyncio::errc::cancelled)
        ++cancelled_;
    else if (record.error)
        ++errors_;

    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char date[32];
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts);
    std::chrono::duration<double> const taken = std::chrono::steady_clock::now() - record.started;
    std::printf("%s %s \"%s\" %u %llu %.3f %s\n", date, client.c_str(), log_escape(record.request_line).c_str(),
                record.status, static_cast<unsigned long long>(record.body_bytes), taken.count(),
                condition_name(record.error).c_str());
}

} // namespace file_server
