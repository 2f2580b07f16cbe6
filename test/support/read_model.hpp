//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_SUPPORT_READ_MODEL_HPP
#define ASYNCIO_ERRC_TEST_SUPPORT_READ_MODEL_HPP

#include <asyncio/detail/reader_core.hpp>
#include <asyncio/errc.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace asyncio_test {

// What the reads of a stream reader mean, written down as plainly as can be: each looks at the whole buffer afresh.
class read_model {
public:
    enum class result { waiting, success, incomplete, overrun, end };

    struct answer {
        result what = result::waiting;
        std::string bytes;
        bool found = false;

        friend bool operator==(answer const&, answer const&) = default;
    };

    explicit read_model(std::size_t limit) : limit_(limit) {}

    void feed(std::string_view bytes) { buffer_ += bytes; }
    void feed_eof() { eof_ = true; }
    std::string const& buffer() const { return buffer_; }
    void consume(std::size_t n) { buffer_.erase(0, n); }

    answer exactly(std::size_t n) {
        if (n <= buffer_.size())
            return {result::success, take(n)};
        return eof_ ? answer{result::incomplete, take(buffer_.size())} : answer();
    }

    answer some(std::size_t n) {
        if (n == 0 || !buffer_.empty())
            return {result::success, take(std::min(n, buffer_.size()))};
        return eof_ ? answer{result::end, ""} : answer();
    }

    answer until(std::vector<std::string> const& separators) {
        for (std::size_t end = 1; end <= buffer_.size(); ++end) {
            // The shortest of those that end here starts last.
            std::optional<std::size_t> begin;
            for (std::string const& s : separators)
                if (s.size() <= end && buffer_.compare(end - s.size(), s.size(), s) == 0)
                    begin = std::max(begin.value_or(0), end - s.size());
            if (!begin)
                continue;
            if (*begin > limit_)
                return {result::overrun, buffer_.substr(0, *begin), true};
            return {result::success, take(end)};
        }
        std::size_t longest = 0;
        for (std::string const& s : separators)
            longest = std::max(longest, s.size());
        std::size_t const skippable = buffer_.size() + 1 > longest ? buffer_.size() + 1 - longest : 0;
        if (skippable > limit_)
            return {result::overrun, buffer_.substr(0, skippable), false};
        return eof_ ? answer{result::incomplete, take(buffer_.size())} : answer();
    }

    answer line() {
        answer a = until({"\n"});
        if (a.what == result::incomplete)
            a.what = result::success;
        else if (a.what == result::overrun)
            a.bytes = take(a.found ? a.bytes.size() + 1 : buffer_.size());
        return a;
    }

private:
    std::string take(std::size_t n) {
        std::string bytes = buffer_.substr(0, n);
        buffer_.erase(0, n);
        return bytes;
    }

    std::string buffer_;
    std::size_t limit_;
    bool eof_ = false;
};

// The kind of answer that the real thing gave.
inline read_model::result kind_of(asyncio::detail::read_outcome const& outcome) {
    using result = read_model::result;
    if (!outcome.code.failed())
        return result::success;
    if (outcome.code == make_error_code(asyncio::errc::incomplete_read))
        return result::incomplete;
    if (outcome.code == make_error_code(asyncio::errc::limit_overrun))
        return result::overrun;
    if (outcome.code == make_error_code(boost::asio::error::eof))
        return result::end;
    return result::waiting; // matches nothing that the model answers with bytes
}

// The same answer from the real thing.
inline read_model::answer ask(asyncio::detail::reader_core& core, asyncio::detail::read_request const& request) {
    asyncio::detail::read_outcome outcome;
    if (!core.poll(request, outcome))
        return {};
    return {kind_of(outcome), std::string(outcome.bytes), outcome.separator_found};
}

// Delivers bytes as a stream does.
inline void deliver(asyncio::detail::reader_core& core, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const room = core.prepare();
        std::size_t const n = std::min(room.size(), bytes.size());
        std::copy_n(bytes.data(), n, room.data());
        core.received({}, n);
        bytes.remove_prefix(n);
    }
}
inline void deliver_eof(asyncio::detail::reader_core& core) {
    core.prepare();
    core.received(boost::asio::error::eof, 0);
}

inline asyncio::separators to_separators(std::vector<std::string> const& strings) {
    std::vector<std::string_view> const views(strings.begin(), strings.end());
    return asyncio::separators(std::span<std::string_view const>(views));
}

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_SUPPORT_READ_MODEL_HPP
