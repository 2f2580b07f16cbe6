//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/sockets.hpp"

#include <asyncio/timeout.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

// Completion, deadline and cancellation, all at about the same time, on one thread and on several.

namespace {

using namespace asyncio_test;
using asyncio::errc;
using asyncio::timeout;
using asyncio::timeout_at;
using boost::system::error_code;
using clock = std::chrono::steady_clock;
using strand = asio::strand<asio::io_context::executor_type>;
using strand_timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, strand>;
using strand_socket = asio::basic_stream_socket<asio::local::stream_protocol, strand>;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int scale = 1;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
constexpr int scale = 1;
#else
constexpr int scale = 4;
#endif
#else
constexpr int scale = 4;
#endif

void run_on(asio::io_context& context, unsigned threads) {
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; ++i)
        others.emplace_back([&] { context.run(); });
    context.run();
    for (auto& t : others)
        t.join();
}

struct tally {
    std::atomic<std::uint64_t> started{0}, succeeded{0}, timed_out{0}, cancelled{0}, wrong{0};

    std::uint64_t ended() const { return succeeded + timed_out + cancelled; }
    void add(error_code const& ec) {
        if (!ec)
            ++succeeded;
        else if (ec == make_error_code(errc::timed_out))
            ++timed_out;
        else if (ec == asio::error::operation_aborted)
            ++cancelled;
        else
            ++wrong;
    }
};

// Waits again and again, with a deadline and a cancellation that come when the wait is about to end.
class waiter {
public:
    waiter(asio::io_context& context, tally& t, unsigned seed, int rounds)
        : strand_(asio::make_strand(context)), timer_(strand_), tally_(t), random_(seed), rounds_(rounds) {}

    void start() {
        asio::post(strand_, [this] { next(); });
    }

private:
    class ended {
    public:
        explicit ended(waiter& w) noexcept : waiter_(&w) {}
        void operator()(error_code ec) {
            waiter_->busy_ = false;
            waiter_->tally_.add(ec);
            // A cancellation is never anybody's but ours.
            if (ec == asio::error::operation_aborted && !waiter_->cancelled_)
                ++waiter_->tally_.wrong;
            waiter_->next();
        }

    private:
        waiter* waiter_;
    };

    clock::duration a_moment() { return std::chrono::microseconds(random_() % 400); }

    void next() {
        if (rounds_-- == 0)
            return;
        ++tally_.started;
        if (busy_)
            ++tally_.wrong;
        busy_ = true;
        cancelled_ = false;
        timer_.expires_after(a_moment());
        auto const what = random_() % 4;
        if (what == 0) {
            asio::post(strand_, [this] {
                cancelled_ = busy_;
                signal_.emit(asio::cancellation_type::terminal);
            });
        }
        timer_.async_wait(timeout(what == 1 ? clock::duration(0) : a_moment(),
                                  asio::bind_cancellation_slot(signal_.slot(), ended(*this))));
    }

    strand strand_;
    strand_timer timer_;
    asio::cancellation_signal signal_;
    tally& tally_;
    std::minstd_rand random_;
    int rounds_;
    bool busy_ = false;
    bool cancelled_ = false;
};

// Eight of them, each on a strand of its own. Every operation ends exactly once, and as it may.
template <class Operations> void run_eight(unsigned threads, int rounds, tally& t) {
    asio::io_context context(static_cast<int>(threads));
    std::vector<std::unique_ptr<Operations>> all;
    for (unsigned i = 0; i != 8; ++i) {
        all.push_back(std::make_unique<Operations>(context, t, i + 1, rounds));
        all.back()->start();
    }
    run_on(context, threads);
    BOOST_TEST(t.started == 8u * static_cast<unsigned>(rounds));
    BOOST_TEST(t.ended() == t.started);
    BOOST_TEST(t.wrong == 0u);
    BOOST_TEST(t.timed_out > 0u);
    BOOST_TEST(t.succeeded > 0u);
}

void waits_on(unsigned threads) {
    tally t;
    run_eight<waiter>(threads, 4000 * scale, t);
    BOOST_TEST_MESSAGE(threads << " threads: " << t.succeeded << " in time, " << t.timed_out << " timed out, "
                               << t.cancelled << " cancelled");
}

// Reads a stream byte by byte under deadlines that keep expiring, while another strand writes it: every byte must come
// out, in order.
class reader {
public:
    reader(asio::io_context& context, tally& t, unsigned seed, int bytes)
        : strand_(asio::make_strand(context)), writing_(asio::make_strand(context)), from_(strand_), to_(writing_),
          pause_(writing_), tally_(t), random_(seed), write_random_(seed + 1), bytes_(bytes), unwritten_(bytes) {
        asio::local::connect_pair(from_, to_);
    }

    void start() {
        asio::post(strand_, [this] { read(); });
        asio::post(writing_, [this] { write(); });
    }

    bool complete() const noexcept { return bytes_ == 0; }

private:
    void read() {
        if (bytes_ == 0)
            return;
        ++tally_.started;
        from_.async_read_some(asio::buffer(&byte_, 1),
                              timeout(std::chrono::microseconds(random_() % 20), [this](error_code ec, std::size_t n) {
                                  tally_.add(ec);
                                  if ((n == 0) != ec.failed())
                                      ++tally_.wrong;
                                  if (!ec) {
                                      if (byte_ != expected_++)
                                          ++tally_.wrong;
                                      --bytes_;
                                  }
                                  read();
                              }));
    }

    void write() {
        if (unwritten_ == 0)
            return;
        --unwritten_;
        out_ = next_++;
        asio::write(to_, asio::buffer(&out_, 1));
        pause_.expires_after(std::chrono::microseconds(write_random_() % 30));
        pause_.async_wait([this](error_code) { write(); });
    }

    strand strand_, writing_;
    strand_socket from_, to_;
    strand_timer pause_;
    tally& tally_;
    std::minstd_rand random_, write_random_;
    int bytes_, unwritten_;
    unsigned char byte_ = 0, expected_ = 0, out_ = 0, next_ = 0;
};

void reads_on(unsigned threads) {
    asio::io_context context(static_cast<int>(threads));
    tally t;
    std::vector<std::unique_ptr<reader>> readers;
    for (unsigned i = 0; i != 8; ++i) {
        readers.push_back(std::make_unique<reader>(context, t, i + 1, 500 * scale));
        readers.back()->start();
    }
    run_on(context, threads);
    BOOST_TEST(t.ended() == t.started);
    BOOST_TEST(t.wrong == 0u);
    BOOST_TEST(t.succeeded == 8u * 500u * scale);
    for (auto const& r : readers)
        BOOST_TEST(r->complete());
}

// Operations that are over in a moment, so that there are many: the completion, the signal of the deadline and the
// cancellation are all posted, and run in any order.
class collider {
public:
    collider(asio::io_context& context, tally& t, unsigned seed, int rounds)
        : strand_(asio::make_strand(context)), tally_(t), random_(seed), rounds_(rounds) {}

    void start() {
        asio::post(strand_, [this] { next(); });
    }

private:
    class initiation {
    public:
        using executor_type = strand;
        explicit initiation(collider& self) noexcept : self_(&self) {}
        executor_type get_executor() const noexcept { return self_->strand_; }
        template <class Handler> void operator()(Handler handler) const {
            collider* const self = self_;
            asio::get_associated_cancellation_slot(handler).assign(
                [self](asio::cancellation_type) { self->ending_ = asio::error::operation_aborted; });
            self->ending_ = error_code();
            asio::post(self->strand_, [self, h = std::move(handler)]() mutable {
                // By way of another post, so that there is time for the others.
                asio::post(self->strand_, [self, h = std::move(h)]() mutable { std::move(h)(self->ending_); });
            });
        }

    private:
        collider* self_;
    };

    void next() {
        if (rounds_-- == 0)
            return;
        ++tally_.started;
        if (busy_)
            ++tally_.wrong;
        busy_ = true;
        cancelled_ = false;
        auto const what = random_() % 8;
        if (what < 2) {
            asio::post(strand_, [this] {
                cancelled_ = busy_;
                signal_.emit(asio::cancellation_type::terminal);
            });
        }
        auto const d = what % 2 ? clock::duration(0) : clock::duration(std::chrono::microseconds(random_() % 50));
        auto token = timeout(d, asio::bind_cancellation_slot(signal_.slot(), [this](error_code ec) {
                                 busy_ = false;
                                 tally_.add(ec);
                                 if (ec == asio::error::operation_aborted && !cancelled_)
                                     ++tally_.wrong;
                                 if (ec != ending_ && ec != make_error_code(errc::timed_out))
                                     ++tally_.wrong;
                                 next();
                             }));
        asio::async_initiate<decltype(token), void(error_code)>(initiation(*this), token);
    }

    strand strand_;
    asio::cancellation_signal signal_;
    tally& tally_;
    std::minstd_rand random_;
    int rounds_;
    error_code ending_;
    bool busy_ = false;
    bool cancelled_ = false;
};

void collisions_on(unsigned threads) {
    tally t;
    run_eight<collider>(threads, scale == 1 ? 3000 : 80'000, t);
    BOOST_TEST(t.cancelled > 0u);
}

BOOST_AUTO_TEST_SUITE(timeout_race)

BOOST_AUTO_TEST_CASE(collisions_on_one_thread) {
    collisions_on(1);
}
BOOST_AUTO_TEST_CASE(collisions_on_two_threads) {
    collisions_on(2);
}
BOOST_AUTO_TEST_CASE(collisions_on_four_threads) {
    collisions_on(4);
}

BOOST_AUTO_TEST_CASE(waits_on_one_thread) {
    waits_on(1);
}
BOOST_AUTO_TEST_CASE(waits_on_two_threads) {
    waits_on(2);
}
BOOST_AUTO_TEST_CASE(waits_on_four_threads) {
    waits_on(4);
}
BOOST_AUTO_TEST_CASE(reads_on_one_thread) {
    reads_on(1);
}
BOOST_AUTO_TEST_CASE(reads_on_two_threads) {
    reads_on(2);
}
BOOST_AUTO_TEST_CASE(reads_on_four_threads) {
    reads_on(4);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
