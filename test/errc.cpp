//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "errc_matrix.hpp"

#include <asyncio/errc.hpp>

#include <boost/system/errc.hpp>

#include <algorithm>
#include <barrier>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

namespace test = asyncio_test;
namespace posix = boost::system::errc;
using asyncio::errc;
using boost::system::error_code;
using boost::system::error_condition;

namespace {

// Who can be compared with a condition, and who can become one
template <class A, class B>
concept comparable = requires(A const& a, B const& b) { a == b; } || requires(A const& a, B const& b) { b == a; }
                     || requires(A const& a, B const& b) { a != b; } || requires(A const& a, B const& b) { b != a; };

static_assert(comparable<error_code, errc>);
static_assert(comparable<std::error_code, errc>);
static_assert(comparable<std::error_condition, errc>);
static_assert(!comparable<error_condition, errc>);
static_assert(!comparable<posix::errc_t, errc>);
static_assert(!comparable<std::errc, errc>);
static_assert(!comparable<int, errc>);

static_assert(std::is_error_condition_enum_v<errc>);
static_assert(!std::is_error_code_enum_v<errc>);
static_assert(!boost::system::is_error_condition_enum<errc>::value);
static_assert(!boost::system::is_error_code_enum<errc>::value);
static_assert(std::is_convertible_v<errc, std::error_condition>);
static_assert(!std::is_constructible_v<error_condition, errc>);
static_assert(!std::is_constructible_v<error_code, errc>);
static_assert(!std::is_constructible_v<std::error_code, errc>);

static_assert(noexcept(error_code() == errc::eof) && noexcept(std::error_code() == errc::eof));
static_assert(noexcept(asyncio::is_expected_shutdown(error_code())) && noexcept(asyncio::is_cancelled(error_code())));

// Constants, on Boost 1.81 too
constexpr error_code constant = make_error_code(errc::timed_out);
static_assert(constant.failed() && constant.value() == static_cast<int>(errc::timed_out));
static_assert(!make_error_code(errc(0)).failed());
constinit error_code global = make_error_code(errc::broken_barrier);
static_assert(&asyncio::error_category() == &constant.category());

// Codes are compared while the program starts and while it ends, when other objects are gone.
bool conditions_work() {
    error_code const aborted(ECANCELED, boost::system::system_category());
    std::error_code const converted = make_error_code(errc::incomplete_read);
    std::error_condition const object = errc::eof;
    return make_error_code(errc::timed_out) == errc::timed_out && aborted == errc::cancelled && aborted != errc::eof
           && converted == object && std::strcmp(object.category().name(), "asyncio") == 0
           && object.message() == "The stream ended" && global == errc::broken_barrier;
}

struct watch_both_ends {
    bool worked_before_main = conditions_work();
    ~watch_both_ends() {
        if (!conditions_work())
            std::_Exit(EXIT_FAILURE); // too late for the test's own report
    }
} both_ends;

// A category of the standard library that answers for itself; `says` is its equivalent().
class outspoken_std_category : public test::std_category {
public:
    using answer =
        std::function<bool(std::error_category const& self, int value, std::error_condition const& condition)>;

    explicit outspoken_std_category(answer says) : test::std_category("test.outspoken"), says_(std::move(says)) {}
    bool equivalent(int value, std::error_condition const& condition) const noexcept override {
        return says_(*this, value, condition);
    }

private:
    answer says_;
};

// Categories that map their values to conditions.
class mapping_std_category : public test::std_category {
public:
    explicit mapping_std_category(std::map<int, std::error_condition> map)
        : test::std_category("test.mapping"), map_(std::move(map)) {}
    std::error_condition default_error_condition(int value) const noexcept override {
        auto const found = map_.find(value);
        return found == map_.end() ? std::error_condition(value, *this) : found->second;
    }

private:
    std::map<int, std::error_condition> map_;
};

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#endif
class mapping_boost_category : public test::boost_category {
public:
    explicit mapping_boost_category(std::map<int, error_condition> map)
        : test::boost_category("test.mapping"), map_(std::move(map)) {}
    error_condition default_error_condition(int value) const noexcept override {
        auto const found = map_.find(value);
        return found == map_.end() ? error_condition(value, *this) : found->second;
    }

private:
    std::map<int, error_condition> map_;
};

class outspoken_boost_category : public test::boost_category {
public:
    outspoken_boost_category() : test::boost_category("test.outspoken") {}
    bool equivalent(int value, error_condition const& condition) const noexcept override {
        return (value == 1 && condition == posix::timed_out) || (value == 2 && condition == posix::operation_canceled);
    }
};

// All its values are unfailed, as those of a category of HTTP statuses may be.
class unfailing_category : public test::boost_category {
public:
    unfailing_category() : test::boost_category("asio.misc") {}
    bool failed(int) const noexcept override { return false; }
};
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

error_condition own_condition_in_boost(errc e) {
    return {static_cast<int>(e), asyncio::error_category()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(errc_)

BOOST_AUTO_TEST_CASE(comparisons_work_before_main) {
    BOOST_TEST(both_ends.worked_before_main);
}

BOOST_AUTO_TEST_CASE(enumerators_have_distinct_values_names_and_messages_and_none_is_zero) {
    std::set<int> values;
    std::set<std::string> names;
    std::set<std::string> messages;
    for (errc e : test::all_conditions) {
        BOOST_TEST(static_cast<int>(e) != 0);
        values.insert(static_cast<int>(e));
        names.insert(asyncio::to_string(e));
        messages.insert(make_error_code(e).message());
        BOOST_TEST(make_error_condition(e).message() == make_error_code(e).message());
    }
    BOOST_TEST(values.size() == std::size(test::all_conditions));
    BOOST_TEST(names.size() == std::size(test::all_conditions));
    BOOST_TEST(messages.size() == std::size(test::all_conditions));
}

BOOST_AUTO_TEST_CASE(the_list_of_conditions_in_these_tests_is_complete) {
    for (int value = -3; value < 40; ++value) {
        bool const listed = std::ranges::count(test::all_conditions, errc(value)) == 1;
        BOOST_TEST((asyncio::to_string(errc(value)) != std::string("unknown")) == listed, "value " << value);
    }
}

BOOST_AUTO_TEST_CASE(values_of_the_enumerators_never_change) {
    BOOST_TEST(static_cast<int>(errc::timed_out) == 1);
    BOOST_TEST(static_cast<int>(errc::cancelled) == 2);
    BOOST_TEST(static_cast<int>(errc::invalid_state) == 3);
    BOOST_TEST(static_cast<int>(errc::sendfile_not_available) == 4);
    BOOST_TEST(static_cast<int>(errc::incomplete_read) == 5);
    BOOST_TEST(static_cast<int>(errc::limit_overrun) == 6);
    BOOST_TEST(static_cast<int>(errc::broken_barrier) == 7);
    BOOST_TEST(static_cast<int>(errc::eof) == 8);
    BOOST_TEST(static_cast<int>(errc::broken_promise) == 9);
    BOOST_TEST(static_cast<int>(errc::other_exception) == 10);
}

BOOST_AUTO_TEST_CASE(categories_are_called_asyncio) {
    BOOST_TEST(asyncio::error_category().name() == std::string("asyncio"));
    BOOST_TEST(asyncio::condition_category().name() == std::string("asyncio"));
    BOOST_TEST(make_error_code(errc::eof).to_string() == "asyncio:8");
    std::error_code const converted = make_error_code(errc::eof);
    BOOST_TEST(converted.category().name() == std::string("asyncio"));
    BOOST_TEST(converted.message() == "The stream ended");
}

BOOST_AUTO_TEST_CASE(a_condition_prints_its_name) {
    std::ostringstream narrow;
    narrow << errc::timed_out << ' ' << errc(77);
    BOOST_TEST(narrow.str() == "timed_out unknown");
    std::wostringstream wide;
    wide << errc::limit_overrun;
    BOOST_TEST((wide.str() == L"limit_overrun"));
}

BOOST_AUTO_TEST_CASE(a_code_keeps_the_place_where_it_was_made) {
    static constexpr auto here = BOOST_CURRENT_LOCATION;
    auto const located = make_error_code(errc::timed_out, &here);
    BOOST_TEST(located.has_location());
    BOOST_TEST(located.location().line() == here.line());
    BOOST_TEST(located == make_error_code(errc::timed_out));
    BOOST_TEST(located == errc::timed_out);
    BOOST_TEST(!make_error_code(errc::timed_out, nullptr).has_location());
}

BOOST_AUTO_TEST_CASE(own_codes_hold_for_their_conditions) {
    using test::check;
    check("timed_out", make_error_code(errc::timed_out), test::timed_out);
    check("cancelled", make_error_code(errc::cancelled), test::cancelled);
    check("invalid_state", make_error_code(errc::invalid_state), test::invalid_state);
    check("sendfile", make_error_code(errc::sendfile_not_available), {errc::sendfile_not_available});
    check("incomplete_read", make_error_code(errc::incomplete_read), test::incomplete_read);
    check("limit_overrun", make_error_code(errc::limit_overrun), test::limit_overrun);
    check("broken_barrier", make_error_code(errc::broken_barrier), {errc::broken_barrier});
    check("eof", make_error_code(errc::eof), test::eof);
    check("broken_promise", make_error_code(errc::broken_promise), test::broken_promise);
    check("other_exception", make_error_code(errc::other_exception), {errc::other_exception});
}

BOOST_AUTO_TEST_CASE(own_codes_are_canonical_in_both_directions) {
    for (errc e : test::all_conditions) {
        auto const code = make_error_code(e);
        std::error_code const converted = code;
        error_code const back = converted;
        BOOST_TEST(back == code);
        BOOST_TEST((back.category() == asyncio::error_category()));
        BOOST_TEST((converted == std::error_code(make_error_code(e))));
        BOOST_TEST((code == converted && converted == code));
        BOOST_TEST(std::hash<std::error_code>()(converted) == std::hash<std::error_code>()(make_error_code(e)));
        for (errc other : test::all_conditions)
            BOOST_TEST((code == make_error_code(other)) == (e == other));
    }
}

BOOST_AUTO_TEST_CASE(comparing_with_the_code_asks_for_exactly_that_code) {
    error_code const aborted(ECANCELED, boost::system::system_category());
    BOOST_TEST(aborted == errc::cancelled);
    BOOST_TEST(aborted != make_error_code(errc::cancelled));
    BOOST_TEST(make_error_code(errc::incomplete_read) == errc::eof);
    BOOST_TEST(make_error_code(errc::incomplete_read) != make_error_code(errc::eof));
}

BOOST_AUTO_TEST_CASE(condition_objects_equal_only_themselves) {
    std::error_condition const object = errc::eof;
    BOOST_TEST((object == errc::eof));
    BOOST_TEST((object != errc::incomplete_read));
    BOOST_TEST((object == std::error_condition(errc::eof)));
    BOOST_TEST((object != std::error_condition(std::errc::timed_out)));
    BOOST_TEST((object.category() == asyncio::condition_category()));
}

BOOST_AUTO_TEST_CASE(codes_of_posix_hold_in_each_category_and_each_way_they_are_held) {
    using test::check;
    check("generic", error_code(ETIMEDOUT, boost::system::generic_category()), test::timed_out);
    check("generic", error_code(ECANCELED, boost::system::generic_category()), test::cancelled);
    check("system", error_code(ETIMEDOUT, boost::system::system_category()), test::timed_out);
    check("system", error_code(ECANCELED, boost::system::system_category()), test::cancelled);
    check("std generic", std::make_error_code(std::errc::timed_out), test::timed_out);
    check("std generic", std::make_error_code(std::errc::operation_canceled), test::cancelled);
    check("std system", std::error_code(ETIMEDOUT, std::system_category()), test::timed_out);
    check("std system", std::error_code(ECANCELED, std::system_category()), test::cancelled);
    check("boost errc", posix::make_error_code(posix::timed_out), test::timed_out);
}

BOOST_AUTO_TEST_CASE(a_pure_std_code_inside_a_boost_code_is_unwrapped) {
    error_code const wrapped = std::make_error_code(std::future_errc::no_state);
    BOOST_TEST(wrapped.category().name() == std::string("std:unknown"));
    test::check("future", wrapped, test::invalid_state);
    test::check("system", error_code(std::error_code(ECANCELED, std::system_category())), test::cancelled);
}

BOOST_AUTO_TEST_CASE(own_codes_equal_their_posix_conditions_in_both_worlds) {
    std::map<errc, std::errc> const equals{{errc::timed_out, std::errc::timed_out},
                                           {errc::cancelled, std::errc::operation_canceled},
                                           {errc::invalid_state, std::errc::operation_not_permitted},
                                           {errc::sendfile_not_available, std::errc::operation_not_supported}};
    for (errc e : test::all_conditions) {
        auto const code = make_error_code(e);
        std::error_code const converted = code;
        for (std::errc p : {std::errc::timed_out, std::errc::operation_canceled, std::errc::operation_not_permitted,
                            std::errc::operation_not_supported, std::errc::connection_reset, std::errc::io_error,
                            std::errc::invalid_argument, std::errc::no_such_process, std::errc(static_cast<int>(e))}) {
            auto const found = equals.find(e);
            bool const yes = found != equals.end() && found->second == p;
            auto const boost_errc = static_cast<posix::errc_t>(static_cast<int>(p));
            BOOST_TEST((code == p) == yes, e << " and " << static_cast<int>(p));
            BOOST_TEST((p == code) == yes);
            BOOST_TEST((converted == p) == yes);
            BOOST_TEST((p == converted) == yes);
            BOOST_TEST((code == boost_errc) == yes);
            BOOST_TEST((boost_errc == code) == yes);
            BOOST_TEST((converted == std::make_error_condition(p)) == yes);
            BOOST_TEST((code == posix::make_error_condition(boost_errc)) == yes);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_permission_or_support_error_of_the_system_is_none_of_ours) {
    for (int value : {EPERM, EOPNOTSUPP, ENOTSUP, ENOSYS, ETIME, EAGAIN, EPIPE, EINTR}) {
        test::check("system", error_code(value, boost::system::system_category()), test::none);
        test::check("generic", error_code(value, boost::system::generic_category()), test::none);
    }
}

BOOST_AUTO_TEST_CASE(success_holds_for_nothing_in_any_category) {
    test::check("default", error_code(), test::none);
    test::check("std default", std::error_code(), test::none);
    test::check("own", make_error_code(errc(0)), test::none);
    test::check("own, assigned", error_code(0, asyncio::error_category()), test::none);
    for (char const* name : {"asio.misc", "asio.channel", "boost.beast", "boost.cobalt", "mysql.client", "system"}) {
        test::boost_category const boosts(name);
        test::std_category const stds(name);
        test::check(name, error_code(0, boosts), test::none);
        test::check(name, std::error_code(0, stds), test::none);
    }
}

BOOST_AUTO_TEST_CASE(values_that_are_no_enumerator_hold_for_nothing_and_have_a_text) {
    for (int value :
         {-1, 11, 12, 31, 32, 33, 64, 1000, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
        auto const code = make_error_code(errc(value));
        test::check("own", code, test::none);
        BOOST_TEST(code.failed());
        BOOST_TEST(code.message() == "Unknown error of asyncio");
        BOOST_TEST(asyncio::to_string(errc(value)) == std::string("unknown"));
        BOOST_TEST(make_error_condition(errc(value)).message() == "Unknown error of asyncio");
        BOOST_TEST((code.default_error_condition() == error_condition(value, asyncio::error_category())));
        BOOST_TEST(!asyncio::is_expected_shutdown(code));
    }
    BOOST_TEST(make_error_code(errc(0)).message() == "Success");
}

BOOST_AUTO_TEST_CASE(a_message_needs_no_buffer_and_respects_its_size) {
    for (int value : {0, 1, 5, 99, -1}) {
        auto const code = make_error_code(errc(value));
        char one = 'x';
        char many[64] = {};
        BOOST_TEST(code.message(nullptr, 0) == code.message());
        BOOST_TEST(code.message(&one, 0) == code.message());
        BOOST_TEST(one == 'x');
        BOOST_TEST(code.message(&one, 1) == code.message());
        BOOST_TEST(code.message(many, sizeof many) == code.message());
        std::error_code const converted = code;
        BOOST_TEST(converted.message() == code.message());
    }
}

BOOST_AUTO_TEST_CASE(a_code_that_its_category_calls_no_failure_holds_for_nothing) {
    unfailing_category const category;
    BOOST_TEST((error_code(2, category) != errc::eof));
    BOOST_TEST(!asyncio::is_expected_shutdown(error_code(2, category)));
}

BOOST_AUTO_TEST_CASE(codes_of_unknown_categories_hold_for_nothing) {
    test::boost_category const boosts("nobody.knows");
    test::std_category const stds("nobody.knows");
    test::boost_category const nameless("");
    test::std_category const std_nameless("");
    for (int value : {1, 2, 5, ECANCELED, ETIMEDOUT, -1}) {
        test::check("boost", error_code(value, boosts), test::none);
        test::check("std", std::error_code(value, stds), test::none);
        test::check("nameless", error_code(value, nameless), test::none);
        test::check("std nameless", std::error_code(value, std_nameless), test::none);
    }
}

BOOST_AUTO_TEST_CASE(a_category_that_maps_to_posix_is_honoured) {
    mapping_boost_category const boosts({{1, posix::make_error_condition(posix::timed_out)},
                                         {2, posix::make_error_condition(posix::operation_canceled)},
                                         {3, posix::make_error_condition(posix::operation_not_permitted)}});
    test::check("boost", error_code(1, boosts), test::timed_out);
    test::check("boost", error_code(2, boosts), test::cancelled);
    test::check("boost", error_code(3, boosts), test::none);
    test::check("boost", error_code(4, boosts), test::none);

    mapping_std_category const stds(
        {{1, std::errc::timed_out}, {2, std::errc::operation_canceled}, {3, std::errc::operation_not_permitted}});
    test::check("std", std::error_code(1, stds), test::timed_out);
    test::check("std", std::error_code(2, stds), test::cancelled);
    test::check("std", std::error_code(3, stds), test::none);
    test::check("std", std::error_code(4, stds), test::none);
}

BOOST_AUTO_TEST_CASE(a_category_that_maps_to_our_conditions_is_honoured) {
    std::map<int, error_condition> to_boost;
    std::map<int, std::error_condition> to_std;
    for (errc e : test::all_conditions) {
        to_boost.emplace(100 + static_cast<int>(e), own_condition_in_boost(e));
        to_std.emplace(100 + static_cast<int>(e), e);
    }
    mapping_boost_category const boosts(to_boost);
    mapping_std_category const stds(to_std);
    for (errc e : test::all_conditions) {
        auto const expected = e == errc::incomplete_read ? test::incomplete_read : asyncio::condition_set{e};
        test::check("boost", error_code(100 + static_cast<int>(e), boosts), expected);
        test::check("std", std::error_code(100 + static_cast<int>(e), stds), expected);
    }
}

BOOST_AUTO_TEST_CASE(a_category_with_its_own_equivalent_is_honoured) {
    outspoken_boost_category const boosts;
    test::check("boost", error_code(1, boosts), test::timed_out);
    test::check("boost", error_code(2, boosts), test::cancelled);
    test::check("boost", error_code(3, boosts), test::none);

    outspoken_std_category const stds([](auto const&, int value, std::error_condition const& condition) {
        return (value == 1 && condition == errc::limit_overrun) || (value == 2 && condition == errc::incomplete_read)
               || (value == 3 && condition == std::errc::timed_out);
    });
    test::check("std", std::error_code(1, stds), test::limit_overrun);
    test::check("std", std::error_code(2, stds), test::incomplete_read);
    test::check("std", std::error_code(3, stds), test::timed_out);
    test::check("std", std::error_code(4, stds), test::none);
}

BOOST_AUTO_TEST_CASE(a_category_that_asks_back_about_its_own_code_ends) {
    int asked = 0;
    outspoken_std_category const category([&](auto const& self, int value, std::error_condition const& condition) {
        ++asked;
        return std::error_code(value, self) == static_cast<errc>(condition.value());
    });
    for (errc e : test::all_conditions)
        BOOST_TEST((std::error_code(1, category) != e));
    BOOST_TEST(asked > 0);
    BOOST_TEST((error_code(std::error_code(1, category)) != errc::eof));
}

BOOST_AUTO_TEST_CASE(a_category_that_asks_about_another_code_gets_an_answer) {
    mapping_std_category const inner({{7, errc::limit_overrun}});
    outspoken_std_category const middle([&](auto const&, int, std::error_condition const& condition) {
        return std::error_code(7, inner) == condition;
    });
    outspoken_std_category const outer([&](auto const&, int, std::error_condition const& condition) {
        return std::error_code(1, middle) == condition;
    });
    test::check("twice removed", std::error_code(1, outer), test::limit_overrun);
}

BOOST_AUTO_TEST_CASE(a_category_that_asks_about_ever_new_codes_ends) {
    int asked = 0;
    outspoken_std_category const category([&](auto const& self, int value, std::error_condition const& condition) {
        ++asked;
        return asked < 100000 && std::error_code(value + 1, self) == static_cast<errc>(condition.value());
    });
    BOOST_TEST((std::error_code(1, category) != errc::timed_out));
    BOOST_TEST(asked < 100000);
    BOOST_TEST((std::error_code(ETIMEDOUT, std::generic_category()) == errc::timed_out)); // and leaves nothing behind
}

BOOST_AUTO_TEST_CASE(two_threads_may_be_inside_a_foreign_category_at_once) {
    std::barrier both(2);
    outspoken_std_category const category([&](auto const&, int value, std::error_condition const& condition) {
        if (condition != errc::limit_overrun)
            return false;
        both.arrive_and_wait();
        return value == 1;
    });
    bool answers[2] = {};
    std::thread first([&] { answers[0] = std::error_code(1, category) == errc::limit_overrun; });
    std::thread second([&] { answers[1] = std::error_code(1, category) == errc::limit_overrun; });
    first.join();
    second.join();
    BOOST_TEST(answers[0]);
    BOOST_TEST(answers[1]);
}

BOOST_AUTO_TEST_CASE(timed_out_is_never_a_kind_of_cancelled) {
    for (auto const& row : asyncio::error_table())
        BOOST_TEST(!(row.conditions.contains(errc::timed_out) && row.conditions.contains(errc::cancelled)), row.name);
}

BOOST_AUTO_TEST_CASE(is_cancelled_asks_for_the_condition) {
    BOOST_TEST(asyncio::is_cancelled(make_error_code(errc::cancelled)));
    BOOST_TEST(asyncio::is_cancelled(posix::make_error_code(posix::operation_canceled)));
    BOOST_TEST(!asyncio::is_cancelled(make_error_code(errc::timed_out)));
    BOOST_TEST(!asyncio::is_cancelled(error_code()));
}

BOOST_AUTO_TEST_CASE(expected_shutdowns_of_own_and_posix_codes) {
    for (errc e : test::all_conditions) {
        bool const expected = e == errc::cancelled || e == errc::eof;
        std::error_code const converted = make_error_code(e);
        BOOST_TEST(asyncio::is_expected_shutdown(make_error_code(e)) == expected);
        BOOST_TEST(asyncio::is_expected_shutdown(converted) == expected);
        BOOST_TEST(asyncio::is_expected_shutdown(error_code(converted)) == expected);
    }
    auto const& system = boost::system::system_category();
    BOOST_TEST(asyncio::is_expected_shutdown(error_code(ECANCELED, system)));
    BOOST_TEST(asyncio::is_expected_shutdown(posix::make_error_code(posix::operation_canceled)));
    BOOST_TEST(asyncio::is_expected_shutdown(error_code(std::error_code(ECANCELED, std::system_category()))));
    BOOST_TEST(asyncio::is_expected_shutdown(error_code(std::make_error_code(std::errc::operation_canceled))));
    for (int value : {ETIMEDOUT, EPIPE, ECONNRESET, ENOTCONN, EBADF, ESHUTDOWN})
        BOOST_TEST(!asyncio::is_expected_shutdown(error_code(value, system)), "errno " << value);
    BOOST_TEST(!asyncio::is_expected_shutdown(error_code()));
}

BOOST_AUTO_TEST_CASE(expected_shutdowns_of_categories_that_speak_for_themselves) {
    mapping_std_category const stds(
        {{1, errc::eof}, {2, errc::incomplete_read}, {3, errc::cancelled}, {4, errc::timed_out}});
    BOOST_TEST(asyncio::is_expected_shutdown(std::error_code(1, stds)));
    BOOST_TEST(!asyncio::is_expected_shutdown(std::error_code(2, stds)));
    BOOST_TEST(asyncio::is_expected_shutdown(std::error_code(3, stds)));
    BOOST_TEST(!asyncio::is_expected_shutdown(std::error_code(4, stds)));
    BOOST_TEST(!asyncio::is_expected_shutdown(std::error_code(5, stds)));

    mapping_boost_category const boosts({{1, own_condition_in_boost(errc::eof)},
                                         {2, own_condition_in_boost(errc::incomplete_read)},
                                         {3, posix::make_error_condition(posix::operation_canceled)}});
    BOOST_TEST(asyncio::is_expected_shutdown(error_code(1, boosts)));
    BOOST_TEST(!asyncio::is_expected_shutdown(error_code(2, boosts)));
    BOOST_TEST(asyncio::is_expected_shutdown(error_code(3, boosts)));
    BOOST_TEST(!asyncio::is_expected_shutdown(error_code(4, boosts)));
}

BOOST_AUTO_TEST_SUITE_END()
