//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "errc_matrix.hpp"

#include <asyncio/error_table.hpp>
#include <asyncio/exceptions.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/system_error.hpp>
#include <boost/throw_exception.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <future>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace asio = boost::asio;
namespace posix = boost::system::errc;
namespace test = asyncio_test;

using asyncio::broken_barrier_error;
using asyncio::broken_promise_error;
using asyncio::cancelled_error;
using asyncio::eof_error;
using asyncio::errc;
using asyncio::error_details;
using asyncio::incomplete_read_error;
using asyncio::invalid_state_error;
using asyncio::limit_overrun_error;
using asyncio::make_exception;
using asyncio::sendfile_not_available_error;
using asyncio::timeout_error;
using boost::system::error_code;
using boost::system::system_error;

// ThreadSanitizer has these operators itself, and lets nobody replace them: there, memory doesn't run out.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ASYNCIO_ERRC_TEST_KEEPS_NEW
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define ASYNCIO_ERRC_TEST_KEEPS_NEW
#endif

#if !defined(ASYNCIO_ERRC_TEST_KEEPS_NEW)

namespace {

// Makes the n-th `operator new` of this thread fail.
thread_local std::size_t news_until_failure = 0;

} // namespace

void* operator new(std::size_t size) {
    if (news_until_failure != 0 && --news_until_failure == 0)
        throw std::bad_alloc();
    if (void* const memory = std::malloc(size != 0 ? size : 1))
        return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

#endif

namespace {

template <class Error> constexpr bool has_the_shape_of_an_exception() {
    return std::is_nothrow_copy_constructible_v<Error> && std::is_nothrow_copy_assignable_v<Error>
           && std::is_nothrow_move_constructible_v<Error> && std::is_nothrow_destructible_v<Error>
           && std::has_virtual_destructor_v<Error> && !std::is_final_v<Error>
           && std::is_convertible_v<Error*, system_error*> && std::is_convertible_v<Error*, std::runtime_error*>
           && !std::is_base_of_v<std::system_error, Error>;
}

static_assert(has_the_shape_of_an_exception<asyncio::error>());
static_assert(has_the_shape_of_an_exception<timeout_error>());
static_assert(has_the_shape_of_an_exception<invalid_state_error>());
static_assert(has_the_shape_of_an_exception<sendfile_not_available_error>());
static_assert(has_the_shape_of_an_exception<eof_error>());
static_assert(has_the_shape_of_an_exception<incomplete_read_error>());
static_assert(has_the_shape_of_an_exception<limit_overrun_error>());
static_assert(has_the_shape_of_an_exception<broken_barrier_error>());
static_assert(has_the_shape_of_an_exception<broken_promise_error>());
static_assert(has_the_shape_of_an_exception<cancelled_error>());
static_assert(std::is_nothrow_copy_constructible_v<error_details>);
static_assert(std::is_nothrow_move_constructible_v<error_details>);
static_assert(!std::is_aggregate_v<error_details>);

static_assert(std::is_convertible_v<incomplete_read_error*, eof_error*>);
static_assert(!std::is_base_of_v<asyncio::error, cancelled_error>);

// A code is not silently taken for an exception, nor a condition for a code.
static_assert(!std::is_convertible_v<error_code, timeout_error>);
static_assert(!std::is_constructible_v<timeout_error, errc>);

template <class Error> bool caught_as(std::exception_ptr const& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (Error const&) {
        return true;
    } catch (...) {
        return false;
    }
}

// The address of what is thrown tells whether two pointers hold one object.
void const* address(std::exception_ptr const& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (std::exception const& e) {
        return &e;
    }
}

std::type_info const& type_of(std::exception_ptr const& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (std::exception const& e) {
        return typeid(e);
    } catch (...) {
        return typeid(void);
    }
}

std::string text_of(std::exception_ptr const& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (std::exception const& e) {
        return e.what();
    }
}

error_code code_in(std::exception_ptr const& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (system_error const& e) {
        return e.code();
    }
}

// Boost's own message of a code without a location, such as "End of file [asio.misc:2]"
std::string text_of(error_code const& code) {
    return error_code(code, nullptr).what();
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::type_info const& type_for(asyncio::condition_set conditions) {
    struct {
        errc condition;
        std::type_info const& type;
    } const types[] = {{errc::incomplete_read, typeid(incomplete_read_error)},
                       {errc::eof, typeid(eof_error)},
                       {errc::timed_out, typeid(timeout_error)},
                       {errc::cancelled, typeid(cancelled_error)},
                       {errc::invalid_state, typeid(invalid_state_error)},
                       {errc::sendfile_not_available, typeid(sendfile_not_available_error)},
                       {errc::limit_overrun, typeid(limit_overrun_error)},
                       {errc::broken_barrier, typeid(broken_barrier_error)},
                       {errc::broken_promise, typeid(broken_promise_error)}};
    for (auto const& t : types)
        if (conditions.contains(t.condition))
            return t.type;
    return typeid(system_error);
}

// That catch and code() agree, for each type.
void check_agreement(std::exception_ptr const& exception) {
    auto const code = code_in(exception);
    BOOST_TEST(caught_as<timeout_error>(exception) == (code == errc::timed_out));
    BOOST_TEST(caught_as<cancelled_error>(exception) == (code == errc::cancelled));
    BOOST_TEST(caught_as<invalid_state_error>(exception) == (code == errc::invalid_state));
    BOOST_TEST(caught_as<sendfile_not_available_error>(exception) == (code == errc::sendfile_not_available));
    BOOST_TEST(caught_as<eof_error>(exception) == (code == errc::eof));
    BOOST_TEST(caught_as<incomplete_read_error>(exception) == (code == errc::incomplete_read));
    BOOST_TEST(caught_as<limit_overrun_error>(exception) == (code == errc::limit_overrun));
    BOOST_TEST(caught_as<broken_barrier_error>(exception) == (code == errc::broken_barrier));
    BOOST_TEST(caught_as<broken_promise_error>(exception) == (code == errc::broken_promise));
    BOOST_TEST(caught_as<system_error>(exception));
    BOOST_TEST(caught_as<std::exception>(exception));
    BOOST_TEST(!caught_as<std::system_error>(exception));
}

// Each code that one of our conditions holds for on this platform, held by a stand-in for its category.
template <class Use> void for_each_code_of_the_table(Use use) {
    for (auto const& row : asyncio::error_table()) {
        if (row.platform == asyncio::platform::windows)
            continue;
        std::string const category(row.category);
        test::boost_category const boosts(category.c_str());
        test::std_category const stds(category.c_str());
        BOOST_TEST_CONTEXT(row.name) {
            use(error_code(row.value, boosts), row.conditions);
            use(error_code(std::error_code(row.value, stds)), row.conditions);
        }
    }
}

struct foreign_error : system_error {
    explicit foreign_error(error_code const& code) : system_error(code) {}
    int payload = 42;
};

#if !defined(ASYNCIO_ERRC_TEST_KEEPS_NEW)

class counted_failure {
public:
    explicit counted_failure(std::size_t n) { news_until_failure = n; }
    counted_failure(counted_failure const&) = delete;
    counted_failure& operator=(counted_failure const&) = delete;
    ~counted_failure() { news_until_failure = 0; }

    bool happened() const { return news_until_failure == 0; }
};

// With each of its allocations failing in turn, the function gives a bad_alloc; with none failing, something else.
template <class Make> void check_out_of_memory(Make make) {
    std::size_t failures = 0;
    for (std::size_t n = 1; n < 100; ++n) {
        std::exception_ptr made;
        bool failed = false;
        {
            counted_failure const failure(n);
            made = make();
            failed = failure.happened();
        }
        BOOST_TEST(caught_as<std::bad_alloc>(made) == failed, "allocation " << n);
        if (!failed)
            break;
        ++failures;
    }
    BOOST_TEST(failures > 0u);
}

#endif

} // namespace

BOOST_AUTO_TEST_SUITE(exceptions)

BOOST_AUTO_TEST_CASE(EX_01_incomplete_read_says_how_much_of_how_much) {
    incomplete_read_error const e(std::string(18, 'x'), 36);
    BOOST_TEST(contains(e.what(), "18 bytes read on a total of 36 expected bytes"));
    BOOST_TEST(e.partial() == std::string(18, 'x'));
    BOOST_TEST((e.expected() == 36u));
    BOOST_TEST(e.transferred() == 18u);
    BOOST_TEST(e.code() == make_error_code(errc::incomplete_read));
}

BOOST_AUTO_TEST_CASE(EX_02_incomplete_read_up_to_a_separator_expects_no_number) {
    incomplete_read_error const e("some dataAA", std::nullopt);
    BOOST_TEST(contains(e.what(), "11 bytes read on a total of undefined expected bytes"));
    BOOST_TEST(!e.expected().has_value());
    BOOST_TEST(e.partial() == "some dataAA");
}

BOOST_AUTO_TEST_CASE(EX_04_partial_keeps_null_characters) {
    incomplete_read_error const e(std::string("a\0b", 3), std::nullopt);
    BOOST_TEST((e.partial() == std::string_view("a\0b", 3)));
    BOOST_TEST(std::string_view(e.what()).starts_with("3 bytes read"));
}

BOOST_AUTO_TEST_CASE(EX_05_a_copy_has_the_same_text_and_payload) {
    std::optional<incomplete_read_error> original(std::in_place, "abc", 10);
    std::string const text = original->what();
    incomplete_read_error const copy(*original);
    incomplete_read_error assigned;
    assigned = copy;
    original.reset();
    for (auto const* e : {&copy, &std::as_const(assigned)}) {
        BOOST_TEST(e->what() == text);
        BOOST_TEST(e->partial() == "abc");
        BOOST_TEST((e->expected() == 10u));
        BOOST_TEST(e->code() == errc::incomplete_read);
    }
    BOOST_TEST(copy.partial().data() == assigned.partial().data()); // shared, not copied
}

BOOST_AUTO_TEST_CASE(EX_07_an_incomplete_read_is_an_end_of_file_and_an_overrun_or_bad_state_is_not) {
    auto const incomplete = std::make_exception_ptr(incomplete_read_error("abc", 10));
    BOOST_TEST(caught_as<eof_error>(incomplete));
    BOOST_TEST(code_in(incomplete) == errc::eof);
    for (auto const& other : {std::make_exception_ptr(limit_overrun_error("far", 3)),
                              std::make_exception_ptr(invalid_state_error("set twice"))}) {
        BOOST_TEST(!caught_as<eof_error>(other));
        BOOST_TEST(code_in(other) != errc::eof);
    }
}

BOOST_AUTO_TEST_CASE(EX_08_the_types_are_pairwise_unrelated) {
    std::vector<std::exception_ptr> const all{
        std::make_exception_ptr(timeout_error()),        std::make_exception_ptr(invalid_state_error()),
        std::make_exception_ptr(limit_overrun_error()),  std::make_exception_ptr(sendfile_not_available_error()),
        std::make_exception_ptr(broken_barrier_error()), std::make_exception_ptr(broken_promise_error()),
        std::make_exception_ptr(cancelled_error()),      std::make_exception_ptr(eof_error()),
        std::make_exception_ptr(incomplete_read_error())};
    for (auto const& e : all) {
        check_agreement(e);
        int const types = caught_as<timeout_error>(e) + caught_as<invalid_state_error>(e)
                          + caught_as<limit_overrun_error>(e) + caught_as<sendfile_not_available_error>(e)
                          + caught_as<broken_barrier_error>(e) + caught_as<broken_promise_error>(e)
                          + caught_as<cancelled_error>(e) + caught_as<eof_error>(e);
        BOOST_TEST(types == 1, type_of(e).name());
    }
}

BOOST_AUTO_TEST_CASE(EX_10_a_cancellation_may_carry_a_message) {
    BOOST_TEST(contains(cancelled_error("my message").what(), "my message"));
    BOOST_TEST(cancelled_error("my message").code() == make_error_code(errc::cancelled));
    BOOST_TEST(cancelled_error().what() == text_of(make_error_code(errc::cancelled)));
    BOOST_TEST(cancelled_error("").what() == text_of(make_error_code(errc::cancelled)));
}

BOOST_AUTO_TEST_CASE(EX_11_a_handler_for_failures_does_not_catch_a_cancellation) {
    auto const cancelled = std::make_exception_ptr(cancelled_error());
    BOOST_TEST(!caught_as<asyncio::error>(cancelled));
    BOOST_TEST(caught_as<system_error>(cancelled));
    BOOST_TEST(caught_as<asyncio::error>(std::make_exception_ptr(timeout_error())));
}

BOOST_AUTO_TEST_CASE(each_type_has_its_own_code_and_takes_a_message) {
    auto const check = [](auto const& plain, auto const& with_message, errc e) {
        BOOST_TEST(plain.code() == make_error_code(e));
        BOOST_TEST(plain.what() == text_of(make_error_code(e)));
        BOOST_TEST(with_message.code() == make_error_code(e));
        BOOST_TEST(with_message.what() == "my message: " + text_of(make_error_code(e)));
        BOOST_TEST(plain.transferred() == 0u);
        BOOST_TEST(plain.operation() == std::string());
    };
    check(timeout_error(), timeout_error("my message"), errc::timed_out);
    check(cancelled_error(), cancelled_error("my message"), errc::cancelled);
    check(invalid_state_error(), invalid_state_error("my message"), errc::invalid_state);
    check(sendfile_not_available_error(), sendfile_not_available_error("my message"), errc::sendfile_not_available);
    check(incomplete_read_error(), incomplete_read_error("my message"), errc::incomplete_read);
    check(limit_overrun_error(), limit_overrun_error("my message", 7), errc::limit_overrun);
    check(broken_barrier_error(), broken_barrier_error("my message"), errc::broken_barrier);
    check(eof_error(), eof_error("my message"), errc::eof);
    check(broken_promise_error(), broken_promise_error("my message"), errc::broken_promise);
    BOOST_TEST(limit_overrun_error("my message", 7).consumed() == 7u);
    BOOST_TEST(limit_overrun_error().consumed() == 0u);
    BOOST_TEST(incomplete_read_error().partial().empty());
    BOOST_TEST(!incomplete_read_error().expected().has_value());
}

BOOST_AUTO_TEST_CASE(each_type_can_be_thrown_by_boost_throw_exception) {
    auto const check = [](auto const& e, auto caught_by) {
        using error_type = std::decay_t<decltype(e)>;
        std::exception_ptr thrown;
        try {
            boost::throw_exception(e, BOOST_CURRENT_LOCATION);
        } catch (...) {
            thrown = std::current_exception();
        }
        BOOST_TEST(caught_as<error_type>(thrown));
        BOOST_TEST(caught_as<decltype(caught_by)>(thrown));
        BOOST_TEST(caught_as<system_error>(thrown));
        BOOST_TEST(caught_as<std::exception>(thrown));
        BOOST_TEST(caught_as<boost::exception>(thrown));
        BOOST_TEST(address(asyncio::with_type(thrown)) == address(thrown));
        BOOST_TEST(asyncio::to_error_code(thrown) == e.code());
    };
    check(timeout_error(), asyncio::error(make_error_code(errc::eof)));
    check(invalid_state_error(), asyncio::error(make_error_code(errc::eof)));
    check(sendfile_not_available_error(), asyncio::error(make_error_code(errc::eof)));
    check(eof_error(), asyncio::error(make_error_code(errc::eof)));
    check(incomplete_read_error("abc", 10), eof_error());
    check(limit_overrun_error(), asyncio::error(make_error_code(errc::eof)));
    check(broken_barrier_error(), asyncio::error(make_error_code(errc::eof)));
    check(broken_promise_error(), asyncio::error(make_error_code(errc::eof)));
    check(cancelled_error(), cancelled_error());
}

BOOST_AUTO_TEST_CASE(what_names_the_operation_and_the_numbers) {
    error_details details;
    details.operation = "async_read_exactly";
    details.transferred = 3;
    details.expected = 10;
    BOOST_TEST(text_of(make_exception(asio::error::eof, details))
               == "async_read_exactly: 3 bytes read on a total of 10 expected bytes: End of file [asio.misc:2]");
    BOOST_TEST(text_of(make_exception(asio::error::eof, details, "greeting")).starts_with("greeting: async_read_"));
    BOOST_TEST(text_of(make_exception(asio::error::operation_aborted, details))
                   .starts_with("async_read_exactly: 3 of 10 bytes transferred: "));
    details.expected.reset();
    BOOST_TEST(contains(text_of(make_exception(asio::error::eof, details)),
                        "3 bytes read on a total of undefined expected bytes"));
    BOOST_TEST(text_of(make_exception(make_error_code(errc::timed_out), details))
               == "async_read_exactly: 3 bytes transferred: The operation timed out [asyncio:1]");
    BOOST_TEST(contains(text_of(make_exception(asio::error::connection_reset, details)), "3 bytes transferred"));
}

BOOST_AUTO_TEST_CASE(what_of_an_overrun_has_asyncios_two_sentences) {
    error_details details;
    details.operation = "async_read_until";
    details.transferred = 70000;
    details.consumed = 65530;
    auto const missing = make_exception(make_error_code(errc::limit_overrun), details);
    BOOST_TEST(contains(text_of(missing), "Separator is not found, and chunk exceed the limit"));
    BOOST_TEST(contains(text_of(missing), "65530"));
    details.separator_found = true;
    auto const found = make_exception(make_error_code(errc::limit_overrun), details);
    BOOST_TEST(contains(text_of(found), "Separator is found, but chunk is longer than limit"));
    try {
        std::rethrow_exception(found);
    } catch (limit_overrun_error const& e) {
        BOOST_TEST(e.consumed() == 65530u);
        BOOST_TEST(e.separator_found());
        BOOST_TEST(e.transferred() == 70000u);
    }
    BOOST_TEST(
        !contains(limit_overrun_error("Separator is found, but chunk is longer than limit", 3).what(), "not found"));
}

BOOST_AUTO_TEST_CASE(a_reason_stands_in_the_text) {
    error_details details;
    details.operation = "async_sendfile";
    details.reason = "not a regular file";
    details.native_error = EINVAL;
    auto const made = make_exception(make_error_code(errc::sendfile_not_available), details);
    BOOST_TEST(text_of(made).starts_with("async_sendfile: not a regular file: "));
    try {
        std::rethrow_exception(made);
    } catch (sendfile_not_available_error const& e) {
        BOOST_TEST(e.reason() == std::string("not a regular file"));
        BOOST_TEST(e.native_error() == EINVAL);
    }
    BOOST_TEST(sendfile_not_available_error().reason() == std::string());
    BOOST_TEST(sendfile_not_available_error().native_error() == 0);
}

BOOST_AUTO_TEST_CASE(the_location_is_left_out_of_the_text_and_kept_as_data) {
    static constexpr auto here = BOOST_CURRENT_LOCATION;
    for (errc e : test::all_conditions) {
        auto const code = make_error_code(e, &here);
        BOOST_TEST(contains(code.what(), here.file_name()));
        auto const made = make_exception(code);
        BOOST_TEST(text_of(made) == text_of(code));
        BOOST_TEST(!contains(text_of(made), here.file_name()));
        BOOST_TEST(code_in(made) == code);
    }
    try {
        asyncio::throw_error(make_error_code(errc::timed_out, &here));
    } catch (timeout_error const& e) {
        BOOST_TEST(e.location().line() == here.line());
        BOOST_TEST(e.location().file_name() == here.file_name());
    }
    try {
        asyncio::throw_error(error_code(asio::error::operation_aborted, &here));
    } catch (cancelled_error const& e) {
        BOOST_TEST(e.location().line() == here.line());
    }
    BOOST_TEST(timeout_error().location().line() == 0u);
    BOOST_TEST(cancelled_error().location().line() == 0u);
}

BOOST_AUTO_TEST_CASE(each_code_of_the_table_gives_the_most_derived_type_and_keeps_itself) {
    for_each_code_of_the_table([](error_code const& code, asyncio::condition_set conditions) {
        auto const made = make_exception(code);
        BOOST_TEST((type_of(made) == type_for(conditions)), type_of(made).name());
        BOOST_TEST(code_in(made) == code);
        BOOST_TEST(text_of(made) == text_of(code));
        check_agreement(made);
        try {
            asyncio::throw_error(code);
        } catch (system_error const& e) {
            BOOST_TEST((typeid(e) == type_for(conditions)));
            BOOST_TEST(e.code() == code);
        }
        BOOST_TEST(asyncio::to_error_code(made) == code);
        BOOST_TEST(asyncio::is_cancelled(made) == conditions.contains(errc::cancelled));
    });
}

BOOST_AUTO_TEST_CASE(a_code_that_is_none_of_ours_gives_a_plain_system_error) {
    error_details details;
    details.operation = "async_write";
    details.transferred = 3;
    for (error_code const code :
         {error_code(asio::error::connection_reset), error_code(asio::error::not_found), make_error_code(errc(99)),
          make_error_code(errc(-1)), make_error_code(errc::other_exception),
          error_code(std::make_error_code(std::io_errc()))}) {
        BOOST_TEST(!asyncio::is_cancelled(make_exception(code)));
        if (code.failed()) {
            auto const made = make_exception(code, details);
            BOOST_TEST((type_of(made) == typeid(system_error)));
            BOOST_TEST(code_in(made) == code);
            BOOST_TEST(contains(text_of(made), "async_write: 3 bytes transferred: "));
        }
    }
}

BOOST_AUTO_TEST_CASE(success_and_null_give_no_exception) {
    BOOST_TEST((make_exception(error_code()) == nullptr));
    BOOST_TEST((make_exception(make_error_code(errc(0))) == nullptr));
    BOOST_TEST((make_exception(error_code(0, asio::error::get_misc_category())) == nullptr));
    BOOST_TEST((asyncio::with_type(nullptr) == nullptr));
    BOOST_TEST((asyncio::to_std(nullptr) == nullptr));
    BOOST_TEST(!asyncio::to_error_code(std::exception_ptr()).failed());
    BOOST_TEST(!asyncio::is_cancelled(std::exception_ptr()));
    BOOST_CHECK_NO_THROW(asyncio::rethrow_if_cancelled(nullptr));
}

BOOST_AUTO_TEST_CASE(throwing_for_success_throws_all_the_same) {
    BOOST_CHECK_EXCEPTION(asyncio::throw_error(error_code()), system_error, [](system_error const& e) {
        return !e.code().failed() && typeid(e) == typeid(system_error);
    });
}

BOOST_AUTO_TEST_CASE(details_are_the_payload) {
    error_details details;
    details.operation = "async_read_exactly";
    details.transferred = 3;
    details.expected = 10;
    details.partial = std::make_shared<std::string const>("abc");
    auto const made = make_exception(asio::error::eof, details);
    try {
        std::rethrow_exception(made);
    } catch (incomplete_read_error const& e) {
        BOOST_TEST(e.operation() == std::string("async_read_exactly"));
        BOOST_TEST(e.transferred() == 3u);
        BOOST_TEST((e.expected() == 10u));
        BOOST_TEST(e.partial() == "abc");
        BOOST_TEST(e.partial().data() == details.partial->data());
        BOOST_TEST((e.details().code == asio::error::eof));
    }
    for (error_code const code : {make_error_code(errc::timed_out), error_code(asio::error::operation_aborted)}) {
        try {
            asyncio::throw_error(code, details);
        } catch (asyncio::error const& e) {
            BOOST_TEST(e.code() == errc::timed_out);
            BOOST_TEST(e.transferred() == 3u);
        } catch (cancelled_error const& e) {
            BOOST_TEST(e.code() == errc::cancelled);
            BOOST_TEST(e.transferred() == 3u);
            BOOST_TEST(e.operation() == std::string("async_read_exactly"));
            BOOST_TEST((e.details().expected == 10u));
        }
    }
}

BOOST_AUTO_TEST_CASE(with_type_gives_a_plain_system_error_its_type_and_keeps_its_text) {
    static constexpr auto here = BOOST_CURRENT_LOCATION;
    for_each_code_of_the_table([](error_code const& code, asyncio::condition_set conditions) {
        auto const plain = std::make_exception_ptr(system_error(code, "read"));
        auto const typed = asyncio::with_type(plain);
        BOOST_TEST((type_of(typed) == type_for(conditions)));
        BOOST_TEST(code_in(typed) == code);
        BOOST_TEST(text_of(typed) == "read: " + text_of(code));
        BOOST_TEST(text_of(asyncio::with_type(std::make_exception_ptr(system_error(code)))) == text_of(code));
        check_agreement(typed);
    });

    std::exception_ptr as_asio_throws;
    try {
        boost::throw_exception(system_error(error_code(asio::error::eof, &here), "read"), here);
    } catch (...) {
        as_asio_throws = std::current_exception();
    }
    auto const typed = asyncio::with_type(as_asio_throws);
    BOOST_TEST((type_of(typed) == typeid(incomplete_read_error)));
    BOOST_TEST(text_of(typed) == "read: End of file [asio.misc:2]");
    try {
        std::rethrow_exception(typed);
    } catch (asyncio::error const& e) {
        BOOST_TEST(e.location().line() == here.line());
    }
}

BOOST_AUTO_TEST_CASE(with_type_leaves_all_else_as_it_is) {
    for (auto const& exception :
         {std::make_exception_ptr(timeout_error("deadline")), std::make_exception_ptr(cancelled_error("stop")),
          std::make_exception_ptr(incomplete_read_error("abc", 10)),
          std::make_exception_ptr(foreign_error(asio::error::eof)),
          std::make_exception_ptr(system_error(asio::error::connection_reset)),
          std::make_exception_ptr(system_error(error_code())),
          std::make_exception_ptr(std::system_error(std::make_error_code(std::errc::timed_out))),
          std::make_exception_ptr(std::runtime_error("x")), std::make_exception_ptr(std::bad_alloc())})
        BOOST_TEST(address(asyncio::with_type(exception)) == address(exception), type_of(exception).name());

    auto const number = std::make_exception_ptr(42);
    BOOST_TEST((asyncio::with_type(number) == number));
}

BOOST_AUTO_TEST_CASE(to_error_code_knows_where_each_exception_keeps_its_code) {
    auto const code_of = [](auto const& e) { return asyncio::to_error_code(std::make_exception_ptr(e)); };
    BOOST_TEST(code_of(system_error(asio::error::eof)) == asio::error::eof);
    BOOST_TEST(code_of(foreign_error(asio::error::eof)) == asio::error::eof);
    BOOST_TEST(code_of(timeout_error()) == make_error_code(errc::timed_out));
    BOOST_TEST(code_of(std::system_error(std::make_error_code(std::errc::timed_out))) == errc::timed_out);
    BOOST_TEST(code_of(std::system_error(make_error_code(errc::eof))) == make_error_code(errc::eof));
    BOOST_TEST(code_of(std::ios_base::failure("x")) == std::make_error_code(std::io_errc::stream));
    BOOST_TEST(code_of(std::future_error(std::future_errc::broken_promise)) == errc::broken_promise);
    BOOST_TEST(code_of(std::future_error(std::future_errc::no_state)) == errc::invalid_state);
    BOOST_TEST((code_of(std::bad_alloc()) == std::errc::not_enough_memory));
    BOOST_TEST(code_of(std::runtime_error("x")) == errc::other_exception);
    BOOST_TEST(code_of(42) == errc::other_exception);
    BOOST_TEST(code_of("text") == errc::other_exception);

    auto const first = std::make_exception_ptr(system_error(asio::error::operation_aborted));
    BOOST_TEST(code_of(asio::multiple_exceptions(first)) == asio::error::operation_aborted);
    auto const nested = std::make_exception_ptr(asio::multiple_exceptions(first));
    BOOST_TEST(code_of(asio::multiple_exceptions(nested)) == asio::error::operation_aborted);
    BOOST_TEST(code_of(asio::multiple_exceptions(std::make_exception_ptr(42))) == errc::other_exception);

    std::runtime_error const at_hand("x");
    BOOST_TEST(asyncio::to_error_code(at_hand) == errc::other_exception);
    BOOST_TEST(asyncio::to_error_code(timeout_error()) == errc::timed_out);
}

BOOST_AUTO_TEST_CASE(a_failure_never_becomes_success) {
    auto const code_of = [](auto const& e) { return asyncio::to_error_code(std::make_exception_ptr(e)); };
    BOOST_TEST(code_of(system_error(error_code())) == errc::other_exception);
    BOOST_TEST(code_of(std::system_error(std::error_code())) == errc::other_exception);
    BOOST_TEST(code_of(asio::multiple_exceptions(nullptr)) == errc::other_exception);
}

BOOST_AUTO_TEST_CASE(to_std_gives_the_same_code_and_text_to_code_that_knows_std_only) {
    for_each_code_of_the_table([](error_code const& code, asyncio::condition_set conditions) {
        auto const typed = make_exception(code, {}, "read");
        auto const standard = asyncio::to_std(typed);
        BOOST_TEST(caught_as<std::system_error>(standard));
        BOOST_TEST(!caught_as<system_error>(standard));
        BOOST_TEST(text_of(standard) == text_of(typed));
        try {
            std::rethrow_exception(standard);
        } catch (std::system_error const& e) {
            BOOST_TEST((e.code() == std::error_code(code)));
            for (errc condition : test::all_conditions)
                BOOST_TEST((e.code() == condition) == conditions.contains(condition));
        }
        BOOST_TEST(asyncio::is_cancelled(standard) == conditions.contains(errc::cancelled));
    });
    try {
        std::rethrow_exception(asyncio::to_std(make_exception(asio::error::operation_aborted)));
    } catch (std::system_error const& e) {
        BOOST_TEST((e.code() == std::errc::operation_canceled));
        BOOST_TEST((e.code() == std::error_code(ECANCELED, std::system_category())));
        auto const copy = e;
        BOOST_TEST(copy.what() == std::string_view(std::system_error(e).what()));
    }
}

BOOST_AUTO_TEST_CASE(to_std_leaves_all_else_as_it_is) {
    for (auto const& exception :
         {std::make_exception_ptr(std::system_error(std::make_error_code(std::errc::timed_out))),
          std::make_exception_ptr(std::runtime_error("x"))})
        BOOST_TEST(address(asyncio::to_std(exception)) == address(exception));
    auto const number = std::make_exception_ptr(42);
    BOOST_TEST((asyncio::to_std(number) == number));
}

BOOST_AUTO_TEST_CASE(is_cancelled_sees_a_cancellation_in_any_clothes) {
    auto const cancelled = [](auto const& e) { return asyncio::is_cancelled(std::make_exception_ptr(e)); };
    BOOST_TEST(cancelled(cancelled_error()));
    BOOST_TEST(cancelled(system_error(asio::error::operation_aborted)));
    BOOST_TEST(cancelled(std::system_error(std::make_error_code(std::errc::operation_canceled))));
    BOOST_TEST(cancelled(asio::multiple_exceptions(std::make_exception_ptr(cancelled_error()))));
    BOOST_TEST(!cancelled(timeout_error()));
    BOOST_TEST(!cancelled(std::runtime_error("cancelled")));
    BOOST_TEST(!cancelled(42));
    BOOST_TEST(asyncio::is_cancelled(cancelled_error()));
    BOOST_TEST(!asyncio::is_cancelled(timeout_error()));
}

BOOST_AUTO_TEST_CASE(rethrow_if_cancelled_lets_only_cancellations_out) {
    for (auto const& cancellation :
         {std::make_exception_ptr(cancelled_error("stop")), make_exception(asio::error::operation_aborted),
          std::make_exception_ptr(system_error(asio::error::operation_aborted))}) {
        try {
            asyncio::rethrow_if_cancelled(cancellation);
            BOOST_ERROR("a cancellation was swallowed");
        } catch (...) {
            BOOST_TEST(address(std::current_exception()) == address(cancellation));
        }
    }
    for (auto const& other : {std::make_exception_ptr(timeout_error()), std::make_exception_ptr(42),
                              std::make_exception_ptr(std::runtime_error("x")), std::exception_ptr()})
        BOOST_CHECK_NO_THROW(asyncio::rethrow_if_cancelled(other));

    bool reached = false;
    try {
        try {
            asyncio::throw_error(asio::error::operation_aborted);
        } catch (...) {
            asyncio::rethrow_if_cancelled(std::current_exception());
            BOOST_ERROR("a cancellation was swallowed");
        }
    } catch (cancelled_error const&) {
        reached = true;
    }
    BOOST_TEST(reached);
}

#if !defined(ASYNCIO_ERRC_TEST_KEEPS_NEW)

BOOST_AUTO_TEST_CASE(without_memory_the_exception_is_bad_alloc) {
    error_details details;
    details.operation = "an operation whose name is too long for a small string";
    details.transferred = 3;
    for (error_code const code : {make_error_code(errc::timed_out), make_error_code(errc::incomplete_read),
                                  make_error_code(errc::cancelled), error_code(asio::error::connection_reset)})
        check_out_of_memory([&] { return make_exception(code, details, "a context"); });

    auto const plain =
        std::make_exception_ptr(system_error(asio::error::eof, "a context of some length, for the heap"));
    check_out_of_memory([&] { return asyncio::with_type(plain); });
    auto const typed = make_exception(asio::error::eof, details);
    check_out_of_memory([&] { return asyncio::to_std(typed); });
}

BOOST_AUTO_TEST_CASE(asking_for_the_code_needs_no_memory) {
    auto const typed = make_exception(asio::error::operation_aborted);
    auto const standard = std::make_exception_ptr(std::system_error(std::make_error_code(std::errc::timed_out)));
    counted_failure const failure(1);
    bool const cancelled = asyncio::is_cancelled(typed) && !asyncio::is_cancelled(standard);
    bool const timed_out = asyncio::to_error_code(standard) == errc::timed_out;
    bool const untouched = !failure.happened();
    news_until_failure = 0;
    BOOST_TEST(cancelled);
    BOOST_TEST(timed_out);
    BOOST_TEST(untouched);
}

#endif

BOOST_AUTO_TEST_CASE(one_exception_can_be_read_by_many_threads) {
    auto const shared = std::make_exception_ptr(incomplete_read_error(std::string(100, 'x'), 200));
    std::size_t wrong[4] = {};
    {
        std::vector<std::jthread> threads;
        for (auto& count : wrong)
            threads.emplace_back([&] {
                for (int i = 0; i != 100; ++i) {
                    try {
                        std::rethrow_exception(shared);
                    } catch (incomplete_read_error const& e) {
                        incomplete_read_error const copy(e);
                        if (copy.partial().size() != 100 || !contains(e.what(), "100 bytes read"))
                            ++count;
                    }
                }
            });
    }
    for (auto count : wrong)
        BOOST_TEST(count == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
