//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_TEST_FUZZ_STREAM_READER_HPP
#define ASYNCIO_ERRC_TEST_FUZZ_STREAM_READER_HPP

#include "support/read_model.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace asyncio_test {

// Takes the input as a program: a limit, separators, then feeds, reads, cancels and the end, which the real thing and
// the model carry out side by side. Gives what went wrong, or null.
class stream_reader_program {
public:
    explicit stream_reader_program(std::string_view input) : input_(input) {}

    char const* run() {
        std::size_t const limit = 1 + next() % 64;
        std::vector<std::string> ends(1 + next() % 3);
        for (std::string& end : ends)
            for (std::size_t n = 1 + next() % 5; n != 0; --n)
                end += letter();
        asyncio::separators const wanted = to_separators(ends);

        asyncio::detail::reader_core core(limit);
        read_model model(limit);
        bool ended = false;
        while (!input_.empty()) {
            std::uint8_t const step = next();
            read_model::answer expected;
            read_model::answer got;
            using asyncio::detail::read_request;
            switch (step % 8) {
            case 0:
            case 1: {
                std::string bytes;
                for (std::size_t n = step >> 3; n != 0 && !ended; --n)
                    bytes += letter();
                model.feed(bytes);
                deliver(core, bytes);
                continue;
            }
            case 2:
                expected = model.until(ends);
                got = ask(core, read_request::until(wanted));
                break;
            case 3: {
                // The fast way does what the slow one does, or nothing.
                std::string_view bytes;
                if (core.take_until('a', bytes)) {
                    got = {read_model::result::success, std::string(bytes)};
                    expected = model.until({"a"});
                } else {
                    expected = model.until({"a"});
                    got = ask(core, read_request::until('a'));
                }
                break;
            }
            case 4:
                expected = model.exactly(step >> 3);
                got = ask(core, read_request::exactly(step >> 3));
                break;
            case 5:
                expected = model.line();
                got = ask(core, read_request::line());
                break;
            case 6:
                expected = model.some(step >> 3);
                got = ask(core, read_request::some(step >> 3));
                break;
            case 7:
                core.prepare();
                if (step >> 3 == 0) {
                    model.feed_eof();
                    core.received(boost::asio::error::eof, 0);
                    ended = true;
                } else if (step >> 3 < 16) {
                    core.received(boost::asio::error::operation_aborted, 0); // a cancel
                } else {
                    std::size_t const n = std::min<std::size_t>((step >> 3) - 16, model.buffer().size());
                    model.consume(n);
                    core.consume(n);
                }
                continue;
            }
            if (expected != got)
                return "the answer differs";
            if (core.data() != model.buffer())
                return "the rest differs";
        }
        return nullptr;
    }

private:
    std::uint8_t next() {
        if (input_.empty())
            return 0;
        auto const byte = static_cast<std::uint8_t>(input_.front());
        input_.remove_prefix(1);
        return byte;
    }
    char letter() { return "ab\r\n"[next() % 4]; }

    std::string_view input_;
};

} // namespace asyncio_test

#endif // ASYNCIO_ERRC_TEST_FUZZ_STREAM_READER_HPP
