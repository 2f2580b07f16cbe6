//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "participant.hpp"

#include <asyncio/exceptions.hpp>

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include <dlfcn.h>

using asyncio::errc;
using asyncio_test::participant;
using boost::system::error_code;

namespace {

// This program, and shared objects that were built with hidden visibility and see nothing of each other: two that have
// the library inside, two that share it.
class all_participants {
public:
    struct named {
        std::string name;
        participant const* does;
    };

    all_participants() : all_{{"program", asyncio_test_participant()}} {
        for (char const* path : {ASYNCIO_TEST_DSO_STATIC_A, ASYNCIO_TEST_DSO_STATIC_B, ASYNCIO_TEST_DSO_SHARED_A,
                                 ASYNCIO_TEST_DSO_SHARED_B}) {
            void* const loaded = dlopen(path, RTLD_NOW | RTLD_LOCAL); // stays: its categories are in use
            BOOST_TEST_REQUIRE(loaded, dlerror());
            auto const entry = reinterpret_cast<participant const* (*)()>(dlsym(loaded, "asyncio_test_participant"));
            BOOST_TEST_REQUIRE(entry);
            BOOST_TEST((entry() != all_.front().does)); // not the program's own
            all_.push_back({path, entry()});
        }
    }

    template <class Use> void for_each_pair(Use use) const {
        for (auto const& maker : all_)
            for (auto const& asker : all_)
                BOOST_TEST_CONTEXT("made by " << maker.name << ", met by " << asker.name) {
                    use(*maker.does, *asker.does);
                }
    }

private:
    std::vector<named> all_;
};

struct {
    errc condition;
    char const* type;
} const types[] = {{errc::timed_out, "timeout_error"},
                   {errc::cancelled, "cancelled_error"},
                   {errc::invalid_state, "invalid_state_error"},
                   {errc::sendfile_not_available, "sendfile_not_available_error"},
                   {errc::incomplete_read, "incomplete_read_error of 3"},
                   {errc::limit_overrun, "limit_overrun_error"},
                   {errc::broken_barrier, "broken_barrier_error"},
                   {errc::eof, "eof_error"},
                   {errc::broken_promise, "broken_promise_error"},
                   {errc::other_exception, "system_error"}};

bool expected(errc made, errc asked) {
    return made == asked || (made == errc::incomplete_read && asked == errc::eof);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(dso, all_participants)

BOOST_AUTO_TEST_CASE(codes_of_one_equal_those_of_another) {
    for_each_pair([](participant const& maker, participant const& asker) {
        for (auto const& made : types)
            for (auto const& other : types) {
                bool const same = made.condition == other.condition;
                BOOST_TEST(asker.equal(maker.make_code(made.condition), asker.make_code(other.condition)) == same);
                BOOST_TEST(asker.is_own(maker.make_std_code(made.condition), other.condition) == same);
            }
    });
}

BOOST_AUTO_TEST_CASE(conditions_hold_for_codes_of_another) {
    for_each_pair([](participant const& maker, participant const& asker) {
        for (auto const& made : types)
            for (auto const& asked : types) {
                bool const yes = expected(made.condition, asked.condition);
                auto const code = maker.make_code(made.condition);
                auto const std_code = maker.make_std_code(made.condition);
                auto const object = asker.make_condition(asked.condition);
                BOOST_TEST(asker.holds(code, asked.condition) == yes);
                BOOST_TEST(asker.std_holds(std_code, asked.condition) == yes);
                BOOST_TEST((code == object) == yes);
                BOOST_TEST((object == code) == yes);
                BOOST_TEST((std_code == object) == yes);
                BOOST_TEST((object != std_code) == !yes);
            }
    });
}

BOOST_AUTO_TEST_CASE(conditions_of_another_hold_for_codes_of_the_system) {
    error_code const aborted(ECANCELED, boost::system::system_category());
    std::error_code const std_aborted = aborted;
    for_each_pair([&](participant const& maker, participant const& asker) {
        auto const object = maker.make_condition(errc::cancelled);
        BOOST_TEST((aborted == object));
        BOOST_TEST((std_aborted == object));
        BOOST_TEST(asker.holds(aborted, errc::cancelled));
        BOOST_TEST(asker.std_holds(std_aborted, errc::cancelled));
        BOOST_TEST(!asker.std_holds(std_aborted, errc::timed_out));
    });
}

BOOST_AUTO_TEST_CASE(exceptions_of_one_are_caught_by_their_type_in_another) {
    for_each_pair([](participant const& maker, participant const& asker) {
        for (auto const& made : types) {
            BOOST_TEST(asker.caught_as(maker.throw_for, maker.make_code(made.condition)) == made.type);
            BOOST_TEST(asker.caught_as(maker.throw_for, asker.make_code(made.condition)) == made.type);
            auto const exception = maker.make_exception(asker.make_code(made.condition));
            BOOST_TEST(asker.caught_pointer_as(exception) == made.type);
            BOOST_TEST(asyncio::to_error_code(exception) == made.condition);
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()
