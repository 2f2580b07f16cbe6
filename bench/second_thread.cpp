//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <atomic>
#include <cstdlib>
#include <optional>
#include <thread>

// With ASYNCIO_BENCH_SECOND_THREAD in the environment, the process has a second thread, which does nothing. The C
// library, the standard library and this one then no longer leave out what only another thread could see: locks and
// counts take their full price.

namespace {

class second_thread {
public:
    second_thread() = default;
    second_thread(second_thread const&) = delete;
    second_thread& operator=(second_thread const&) = delete;
    ~second_thread() {
        over_ = true;
        over_.notify_one();
        thread_.join();
    }

private:
    std::atomic<bool> over_{false};
    std::thread thread_{[this] { over_.wait(false); }};
};

std::optional<second_thread> instance;
[[maybe_unused]] bool const wanted = std::getenv("ASYNCIO_BENCH_SECOND_THREAD") && (instance.emplace(), true);

} // namespace
