//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "../src/deadline_wheel.hpp"

#include "support/allocations.hpp"
#include "support/io_fixture.hpp"
#include "support/sockets.hpp"
#include "support/tracker.hpp"
#include "timeout_manual.hpp"

#include <asyncio/timeout.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/execution/bad_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <vector>

// The queue of deadlines: what it promises whatever the operations are.

namespace {

using namespace asyncio_test;
using namespace std::chrono_literals;
using asyncio::errc;
using asyncio::timeout;
using asyncio::timeout_at;
using asyncio::detail::deadline_wheel;
using boost::system::error_code;
using clock = std::chrono::steady_clock;
using ns = deadline_wheel::nanoseconds;

constexpr auto late = 1h;

BOOST_AUTO_TEST_SUITE(timeout_wheel)

// Nodes as the wheel lists them; they stay where they are.
class nodes {
public:
    deadline_wheel::node& add(ns deadline) {
        all_.push_back(std::make_unique<deadline_wheel::node>());
        all_.back()->deadline = deadline;
        return *all_.back();
    }

private:
    std::vector<std::unique_ptr<deadline_wheel::node>> all_;
};

// Against a map: whatever is armed, disarmed and expired in whatever order, the wheel lets out exactly what is due, and
// asks to be looked at no later than the earliest deadline.
BOOST_AUTO_TEST_CASE(it_lets_out_what_is_due_and_nothing_else) {
    std::mt19937_64 random(12345);
    for (ns const range : {ns{1000}, ns{1'000'000}, ns{1'000'000'000}, ns{3'600'000'000'000}, ns{1} << 55}) {
        deadline_wheel wheel;
        nodes all;
        std::multimap<ns, deadline_wheel::node*> model;
        ns now = static_cast<ns>(random() % 1'000'000'000'000);
        std::size_t expired = 0;
        for (int step = 0; step != 20'000; ++step) {
            auto const what = random() % 8;
            if (what < 4 || (what < 6 && model.empty())) {
                // Some in the past, as when the clock moves on while an operation waits for the lock.
                auto const d = now - 1000 + static_cast<ns>(random() % static_cast<std::uint64_t>(range));
                auto& node = all.add(d);
                // The time is not always told.
                wheel.insert(node, random() % 2 ? now : 0);
                model.emplace(d, &node);
            } else if (what < 6) {
                auto it =
                    std::next(model.begin(), static_cast<long>(random() % std::min<std::size_t>(model.size(), 50)));
                wheel.remove(*it->second);
                model.erase(it);
            } else {
                auto const next = wheel.next();
                BOOST_REQUIRE(model.empty() ? next == deadline_wheel::never : next <= model.begin()->first);
                if (what == 7 && next != deadline_wheel::never)
                    now = std::max(now, next);
                else
                    now += static_cast<ns>(random() % 100'000);
                while (!wheel.advance(now, 1 + static_cast<unsigned>(random() % 8))) {
                }
                while (auto* const node = wheel.pop_due()) {
                    auto const d = node->deadline;
                    BOOST_REQUIRE(d <= now);
                    auto it = model.lower_bound(d);
                    while (it != model.end() && it->second != node)
                        ++it;
                    BOOST_REQUIRE(it != model.end());
                    model.erase(it);
                    ++expired;
                }
                BOOST_REQUIRE((model.empty() || model.begin()->first > now));
            }
            BOOST_REQUIRE(wheel.size() == model.size());
        }
        BOOST_TEST(expired > 0u);
        std::size_t left = 0;
        while (wheel.pop_any())
            ++left;
        BOOST_TEST(left == model.size());
        BOOST_TEST(wheel.size() == 0u);
    }
}

BOOST_AUTO_TEST_CASE(the_next_look_is_the_deadline_itself_where_there_are_few) {
    deadline_wheel wheel;
    nodes all;
    ns const now = 1'000'000'000;
    for (ns const d : {ns{3'600'000'000'123}, ns{5'000'000'007}, ns{1'000'000'001}}) {
        wheel.insert(all.add(d), now);
        BOOST_TEST(wheel.next() == d);
    }
}

// A slot of many far deadlines is opened step by step, and in no more steps than there are levels.
BOOST_AUTO_TEST_CASE(many_far_deadlines_are_reached_in_few_looks) {
    deadline_wheel wheel;
    nodes all;
    ns now = 0;
    for (ns k = 0; k != 1000; ++k)
        wheel.insert(all.add(3'600'000'000'000 + k), now);
    int looks = 0;
    deadline_wheel::node* first = nullptr;
    while (!first) {
        ++looks;
        auto const next = wheel.next();
        BOOST_TEST_REQUIRE(next > now);
        BOOST_TEST_REQUIRE(next <= 3'600'000'000'000);
        now = next;
        while (!wheel.advance(now, 100)) {
        }
        first = wheel.pop_due();
    }
    BOOST_TEST(now == 3'600'000'000'000);
    BOOST_TEST(looks <= 9);
}

BOOST_AUTO_TEST_SUITE_END()

struct queue_fixture : io_fixture {
    asio::any_io_executor executor = ctx.get_executor();
    using manual = manual_operation<error_code>;

    // Cancels as Asio's operations do.
    static std::unique_ptr<manual> obedient(asio::any_io_executor e) {
        auto op = std::make_unique<manual>(e);
        op->on_cancel = [p = op.get()](asio::cancellation_type) {
            if (p->pending())
                p->complete(asio::error::operation_aborted);
        };
        return op;
    }
};

BOOST_FIXTURE_TEST_SUITE(timeout_queue, queue_fixture)

BOOST_AUTO_TEST_CASE(distinct_deadlines_expire_in_order_and_none_early) {
    std::mt19937_64 random(1);
    constexpr int count = 500;
    auto const start = clock::now();
    std::vector<std::unique_ptr<manual>> operations;
    std::vector<clock::time_point> expired;
    int early = 0, wrong = 0;
    for (int i = 0; i != count; ++i) {
        auto const at = start + std::chrono::nanoseconds(1'000'000 + random() % 40'000'000);
        operations.push_back(obedient(executor));
        operations.back()->async_run(timeout_at(at, [&, at](error_code ec) {
            expired.push_back(at);
            early += clock::now() < at;
            wrong += ec != make_error_code(errc::timed_out);
        }));
    }
    run();
    BOOST_TEST(expired.size() == std::size_t(count));
    BOOST_TEST(early == 0);
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(an_idle_queue_keeps_no_context_running) {
    auto op = obedient(executor);
    tracker<error_code> t(executor);
    t.start([&](auto handler) { op->async_run(timeout(late, std::move(handler))); });
    op->complete({});
    auto const start = clock::now();
    run();
    BOOST_TEST(t.done());
    BOOST_TEST((clock::now() - start < 10min));
    BOOST_TEST(ctx.stopped());
}

BOOST_AUTO_TEST_CASE(an_idle_queue_works_again) {
    for (int i = 0; i != 3; ++i) {
        auto op = obedient(executor);
        tracker<error_code> in_time(executor), too_late(executor);
        in_time.start([&](auto handler) { op->async_run(timeout(late, std::move(handler))); });
        op->complete({});
        run();
        BOOST_TEST(!in_time.get<0>());
        too_late.start([&](auto handler) { op->async_run(timeout(1ms, std::move(handler))); });
        run();
        BOOST_TEST(too_late.get<0>() == errc::timed_out);
    }
}

BOOST_AUTO_TEST_CASE(a_nearer_deadline_comes_first) {
    auto far = obedient(executor), near = obedient(executor);
    tracker<error_code> one(executor), other(executor);
    one.start([&](auto handler) { far->async_run(timeout(late, std::move(handler))); });
    other.start([&](auto handler) { near->async_run(timeout(1ms, std::move(handler))); });
    run_until([&] { return other.done(); });
    BOOST_TEST(other.get<0>() == errc::timed_out);
    BOOST_TEST(!one.done());
    far->complete({});
    run();
    BOOST_TEST(!one.get<0>());
}

// Disarming the earliest leaves the timer where it is; the ones behind it must still be served.
BOOST_AUTO_TEST_CASE(a_wake_up_for_nothing_is_followed_by_the_right_one) {
    auto first = obedient(executor), second = obedient(executor);
    tracker<error_code> one(executor), other(executor);
    one.start([&](auto handler) { first->async_run(timeout(2ms, std::move(handler))); });
    other.start([&](auto handler) { second->async_run(timeout(6ms, std::move(handler))); });
    first->complete({});
    run();
    BOOST_TEST(!one.get<0>());
    BOOST_TEST(other.get<0>() == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(a_context_is_destroyed_with_deadlines_pending) {
    auto alive = std::make_shared<int>(0);
    {
        asio::io_context context;
        asio::steady_timer timer(context, late);
        auto pair = unix_pair(context.get_executor());
        char byte = 0;
        timer.async_wait(timeout(late, [alive](error_code) {}));
        pair.first.async_read_some(asio::buffer(&byte, 1), timeout(late, [alive](error_code, std::size_t) {}));
        // Its signal is posted, and never emitted.
        timer.async_wait(timeout(0s, [alive](error_code) {}));
        context.poll_one();
        BOOST_TEST(alive.use_count() > 1);
    }
    BOOST_TEST(alive.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_context_that_never_ran_is_destroyed) {
    auto alive = std::make_shared<int>(0);
    {
        asio::io_context context;
        asio::steady_timer timer(context, late);
        timer.async_wait(timeout(1ms, [alive](error_code) {}));
    }
    BOOST_TEST(alive.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(each_context_has_its_own) {
    asio::io_context other;
    auto here = obedient(executor), there = obedient(other.get_executor());
    tracker<error_code> one(executor), two(other.get_executor());
    one.start([&](auto handler) { here->async_run(timeout(1ms, std::move(handler))); });
    two.start([&](auto handler) { there->async_run(timeout(1ms, std::move(handler))); });
    run();
    BOOST_TEST(one.done());
    BOOST_TEST(!two.done());
    asyncio_test::run(other);
    BOOST_TEST(two.get<0>() == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(on_a_strand_the_signal_comes_on_the_strand) {
    auto strand = asio::make_strand(ctx);
    auto op = obedient(executor);
    bool on_strand = false;
    auto obey = op->on_cancel;
    op->on_cancel = [&](asio::cancellation_type type) {
        on_strand = strand.running_in_this_thread();
        obey(type);
    };
    std::optional<error_code> result;
    op->async_run(timeout(1ms, asio::bind_executor(strand, [&](error_code ec) {
                              BOOST_TEST(strand.running_in_this_thread());
                              result = ec;
                          })));
    run();
    BOOST_TEST(on_strand);
    BOOST_TEST_REQUIRE(result.has_value());
    BOOST_TEST(*result == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(a_thread_pool_owns_deadlines_and_joins) {
    asio::thread_pool pool(2);
    auto strand = asio::make_strand(pool);
    asio::steady_timer timer(strand, late), quick(strand, 1ms);
    std::promise<error_code> slow, fast;
    asio::post(strand, [&] {
        timer.async_wait(timeout(2ms, [&](error_code ec) { slow.set_value(ec); }));
        quick.async_wait(timeout(late, [&](error_code ec) { fast.set_value(ec); }));
    });
    BOOST_TEST(slow.get_future().get() == errc::timed_out);
    BOOST_TEST(!fast.get_future().get());
    // Returns: nothing is left that would be work.
    pool.join();
}

// An operation that is held by nobody but the test, and completes where the test says.
template <class Executor> class held_operation {
public:
    explicit held_operation(Executor e) : executor_(std::move(e)) {}

    template <class Token> auto async_run(Token&& token) {
        return asio::async_initiate<Token, void(error_code)>(initiation(*this), token);
    }
    void complete(error_code ec) { std::exchange(held_, nullptr)->complete(ec); }
    void abandon() { held_ = nullptr; }

private:
    struct base {
        virtual ~base() = default;
        virtual void complete(error_code ec) = 0;
    };
    class initiation {
    public:
        using executor_type = Executor;
        explicit initiation(held_operation& self) noexcept : self_(&self) {}
        executor_type get_executor() const noexcept { return self_->executor_; }
        template <class Handler> void operator()(Handler&& handler) const {
            struct held : base {
                explicit held(Handler&& h) : handler(std::move(h)) {}
                void complete(error_code ec) override { std::move(handler)(ec); }
                std::decay_t<Handler> handler;
            };
            self_->held_ = std::make_unique<held>(std::forward<Handler>(handler));
        }

    private:
        held_operation* self_;
    };

    Executor executor_;
    std::unique_ptr<base> held_;
};

BOOST_AUTO_TEST_CASE(an_operation_may_outlive_its_context) {
    using operation = held_operation<asio::io_context::executor_type>;
    auto alive = std::make_shared<int>(0);
    std::vector<error_code> results;
    auto const note = [alive, &results](error_code ec) { results.push_back(ec); };
    for (auto const d : {clock::duration(late), clock::duration(0), clock::duration(1ms)}) {
        std::optional<asio::io_context> context(std::in_place);
        operation completed(context->get_executor()), abandoned(context->get_executor());
        completed.async_run(timeout(d, note));
        abandoned.async_run(timeout(d, note));
        context->poll();
        context.reset();
        completed.complete({});
        abandoned.abandon();
    }
    BOOST_TEST(results.size() == 3u);
    for (auto const& ec : results)
        BOOST_TEST(!ec);
    BOOST_TEST(alive.use_count() == 2);
}

// As any_completion_executor is: it tells nothing of the context behind it.
class opaque_executor {
public:
    explicit opaque_executor(asio::io_context& context) noexcept : context_(&context) {}
    template <class Function> void execute(Function&& function) const {
        context_->get_executor().execute(std::forward<Function>(function));
    }
    bool operator==(opaque_executor const&) const noexcept = default;

private:
    asio::io_context* context_;
};

BOOST_AUTO_TEST_CASE(the_signal_comes_on_an_executor_that_hides_its_context) {
    asio::io_context other;
    auto work = asio::make_work_guard(other);
    manual signalled(executor);
    bool there = false;
    signalled.on_cancel = [&](asio::cancellation_type) {
        there = other.get_executor().running_in_this_thread();
        signalled.complete(asio::error::operation_aborted);
    };
    std::optional<error_code> result;
    signalled.async_run(timeout(1ms, asio::bind_executor(opaque_executor(other), [&](error_code ec) { result = ec; })));
    while (!result) {
        ctx.restart();
        ctx.poll();
        other.poll();
    }
    BOOST_TEST(there);
    BOOST_TEST(*result == make_error_code(errc::timed_out));
    run();
}

BOOST_AUTO_TEST_CASE(with_such_an_executor_the_operations_context_may_be_gone_first) {
    using operation = held_operation<asio::io_context::executor_type>;
    asio::io_context other;
    std::vector<error_code> results;
    for (auto const d : {clock::duration(late), clock::duration(0)}) {
        std::optional<asio::io_context> context(std::in_place);
        operation op(context->get_executor());
        op.async_run(
            timeout(d, asio::bind_executor(opaque_executor(other), [&](error_code ec) { results.push_back(ec); })));
        // A signal is on its way to the other context when this one goes.
        context->poll();
        context.reset();
        asio::post(other, [&] { op.complete({}); });
        other.restart();
        other.run();
    }
    BOOST_TEST(results.size() == 2u);
    for (auto const& ec : results)
        BOOST_TEST(!ec);
}

// Contexts at one address, one after the other: none is taken for the one before.
BOOST_AUTO_TEST_CASE(a_context_in_the_place_of_another_has_a_queue_of_its_own) {
    std::optional<asio::io_context> context;
    for (int i = 0; i != 5; ++i) {
        context.emplace();
        asio::steady_timer slow(*context, late), quick(*context, 1ms);
        tracker<error_code> too_late(context->get_executor()), in_time(context->get_executor());
        too_late.start([&](auto handler) { slow.async_wait(timeout(1ms, std::move(handler))); });
        in_time.start([&](auto handler) { quick.async_wait(timeout(late, std::move(handler))); });
        asyncio_test::run(*context);
        BOOST_TEST(too_late.get<0>() == make_error_code(errc::timed_out));
        BOOST_TEST(!in_time.get<0>());
    }
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_leaves_no_work) {
    struct failure {};
    auto op = obedient(executor);
    op->async_run(timeout(late, [](error_code) { throw failure(); }));
    op->complete({});
    BOOST_CHECK_THROW(ctx.run(), failure);
    run();
}

// A context with an executor of its own: Asio's timers bring their own thread along.
class queue_context : public asio::execution_context {
public:
    ~queue_context() {
        shutdown();
        destroy();
    }

    class executor_type {
    public:
        explicit executor_type(queue_context& context) noexcept : context_(&context) {}
        asio::execution_context& query(asio::execution::context_t) const noexcept { return *context_; }
        static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
            return asio::execution::blocking.never;
        }
        template <class Function> void execute(Function function) const { context_->run_.execute(std::move(function)); }
        bool operator==(executor_type const&) const noexcept = default;

    private:
        queue_context* context_;
    };

    executor_type get_executor() noexcept { return executor_type(*this); }

private:
    asio::thread_pool pool_{1};
    asio::thread_pool::executor_type run_ = pool_.get_executor();
};

BOOST_AUTO_TEST_CASE(a_context_of_a_users_own_works) {
    queue_context context;
    std::promise<error_code> result;
    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, queue_context::executor_type> timer(
        context.get_executor());
    asio::post(context.get_executor(), [&] {
        timer.expires_after(late);
        timer.async_wait(timeout(1ms, [&](error_code ec) { result.set_value(ec); }));
    });
    BOOST_TEST(result.get_future().get() == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(an_empty_executor_is_refused) {
    manual op(executor);
    bool called = false;
    BOOST_CHECK_THROW(
        op.async_run(timeout(late, asio::bind_executor(asio::any_io_executor(), [&](error_code) { called = true; }))),
        asio::execution::bad_executor);
    run();
    BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(an_operation_that_cannot_be_started_leaves_nothing) {
    struct failure {};
    manual op(executor);
    op.on_start = [] { throw failure(); };
    asio::cancellation_signal signal;
    auto alive = std::make_shared<int>(0);
    for (auto const d : {clock::duration(0s), clock::duration(1ms), clock::duration(late)}) {
        BOOST_CHECK_THROW(op.async_run(timeout(d, asio::bind_cancellation_slot(signal.slot(), [alive](error_code) {}))),
                          failure);
        op.abandon();
        BOOST_TEST(alive.use_count() == 1);
        BOOST_TEST(!signal.slot().has_handler());
        signal.emit(asio::cancellation_type::terminal);
        run();
    }
    BOOST_TEST(op.cancellations().empty());
}

BOOST_AUTO_TEST_CASE(with_memory_failing_anywhere_it_starts_or_throws) {
    auto const failures = with_each_allocation_failing([&](memory_log& log) {
        asio::steady_timer timer(executor, late);
        tracker<error_code> t(executor);
        // The tracker's own log fails along with the test's.
        t.memory().fail_at(0);
        bool started = false;
        std::optional<error_code> result;
        try {
            struct handler {
                using allocator_type = test_allocator<>;
                allocator_type get_allocator() const noexcept { return allocator_type(*log); }
                void operator()(error_code ec) { *result = ec; }
                memory_log* log;
                std::optional<error_code>* result;
            };
            timer.async_wait(timeout(1ms, handler{&log, &result}));
            started = true;
        } catch (std::bad_alloc const&) {
        }
        t.expect_no_completion();
        run();
        BOOST_TEST(started == result.has_value());
        if (result)
            BOOST_TEST(*result == errc::timed_out);
        BOOST_TEST(log.live() == 0u);
    });
    // Ours and the timer's.
    BOOST_TEST(failures == 2u);
}

BOOST_AUTO_TEST_CASE(in_the_steady_state_nothing_is_allocated) {
    auto pair = unix_pair(executor);
    struct reader {
        unix_socket& from;
        unix_socket& to;
        char byte = 0;
        int left = 1000;
        std::optional<allocation_probe> probe;
        std::size_t allocated = 1;

        void next() {
            to.write_some(asio::buffer("x", 1));
            from.async_read_some(asio::buffer(&byte, 1),
                                 timeout(late, [this](error_code ec, std::size_t) { ended(ec); }));
        }
        void ended(error_code ec) {
            BOOST_REQUIRE(!ec);
            // The first of everything is over.
            if (--left == 990)
                probe.emplace();
            if (left == 0)
                allocated = probe->count();
            else
                next();
        }
    } read{pair.first, pair.second, 0, 1000, {}, 1};
    read.next();
    // Not run_for(), which gives up the recycled memory with every handler.
    ctx.run();
    BOOST_TEST(read.left == 0);
    BOOST_TEST(read.allocated == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
