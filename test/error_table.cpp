//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "errc_matrix.hpp"

#include <asyncio/error_table.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/channel_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/system/errc.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <ios>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <vector>

namespace test = asyncio_test;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
namespace channel_error = boost::asio::experimental::error;

using asyncio::condition_set;
using asyncio::errc;
using asyncio::platform;
using boost::system::error_code;
using test::broken_promise;
using test::cancelled;
using test::eof;
using test::incomplete_read;
using test::invalid_state;
using test::limit_overrun;
using test::none;
using test::timed_out;

namespace {

constexpr bool ends = true; // an expected shutdown
constexpr bool fails = false;

// The whole truth, written down a second time: what each code means, decided from its owner's documentation and source,
// and from what asyncio does with it. A change of the library's table must be made here too.
struct pinned_row {
    std::string_view category;
    int value;
    asyncio::platform platform;
    condition_set conditions;
    bool expected_shutdown;
};

constexpr pinned_row pinned[] = {
    {"asyncio", 1, platform::any, timed_out, fails},
    {"asyncio", 2, platform::any, cancelled, ends},
    {"asyncio", 3, platform::any, invalid_state, fails},
    {"asyncio", 4, platform::any, {errc::sendfile_not_available}, fails},
    {"asyncio", 5, platform::any, incomplete_read, fails},
    {"asyncio", 6, platform::any, limit_overrun, fails},
    {"asyncio", 7, platform::any, {errc::broken_barrier}, fails},
    {"asyncio", 8, platform::any, eof, ends},
    {"asyncio", 9, platform::any, broken_promise, fails},
    {"asyncio", 10, platform::any, {errc::other_exception}, fails},
    {"generic", ETIMEDOUT, platform::any, timed_out, fails},
    {"generic", ECANCELED, platform::any, cancelled, ends},
    {"system", ETIMEDOUT, platform::posix, timed_out, fails},
    {"system", ECANCELED, platform::posix, cancelled, ends},
    {"system", 121, platform::windows, timed_out, fails},   // ERROR_SEM_TIMEOUT
    {"system", 258, platform::windows, timed_out, fails},   // WAIT_TIMEOUT
    {"system", 995, platform::windows, cancelled, ends},    // ERROR_OPERATION_ABORTED
    {"system", 1223, platform::windows, cancelled, ends},   // ERROR_CANCELLED
    {"system", 1460, platform::windows, timed_out, fails},  // ERROR_TIMEOUT
    {"system", 10060, platform::windows, timed_out, fails}, // WSAETIMEDOUT
    {"asio.misc", 2, platform::any, incomplete_read, ends},
    {"asio.ssl.stream", 1, platform::any, incomplete_read, fails},
    {"asio.channel", 1, platform::any, none, ends},
    {"asio.channel", 2, platform::any, cancelled, ends},
    {"future", static_cast<int>(std::future_errc::broken_promise), platform::any, broken_promise, fails},
    {"future", static_cast<int>(std::future_errc::future_already_retrieved), platform::any, invalid_state, fails},
    {"future", static_cast<int>(std::future_errc::promise_already_satisfied), platform::any, invalid_state, fails},
    {"future", static_cast<int>(std::future_errc::no_state), platform::any, invalid_state, fails},
    {"boost.beast", 1, platform::any, timed_out, fails},
    {"beast.http", 1, platform::any, eof, ends},
    {"beast.http", 2, platform::any, incomplete_read, fails},
    {"beast.http", 7, platform::any, limit_overrun, fails},
    {"beast.http", 8, platform::any, limit_overrun, fails},
    {"beast.http", 9, platform::any, limit_overrun, fails},
    {"beast.http", 25, platform::any, invalid_state, fails},
    {"beast.http", 26, platform::any, incomplete_read, fails},
    {"beast.http", 27, platform::any, limit_overrun, fails},
    {"beast.http", 28, platform::any, limit_overrun, fails},
    {"boost.beast.websocket", 1, platform::any, eof, ends},
    {"boost.beast.websocket", 4, platform::any, limit_overrun, fails},
    {"boost.beast.websocket", 6, platform::any, limit_overrun, fails},
    {"mysql.client", 14, platform::any, cancelled, ends},
    {"mysql.client", 15, platform::any, cancelled, ends},
    {"mysql.client", 16, platform::any, cancelled, ends},
    {"mysql.client", 25, platform::any, limit_overrun, fails},
    {"mysql.client", 26, platform::any, invalid_state, fails},
    {"mysql.client", 28, platform::any, invalid_state, fails},
    {"mysql.client", 29, platform::any, invalid_state, fails},
    {"boost.redis", 17, platform::any, timed_out, fails},
    {"boost.redis", 18, platform::any, timed_out, fails},
    {"boost.redis", 19, platform::any, timed_out, fails},
    {"boost.redis", 20, platform::any, timed_out, fails},
    {"boost.redis", 26, platform::any, limit_overrun, fails},
    {"boost.redis", 27, platform::any, timed_out, fails},
    {"boost.redis", 33, platform::any, invalid_state, fails},
    {"boost.cobalt", 2, platform::any, invalid_state, fails},
    {"boost.cobalt", 3, platform::any, invalid_state, fails},
    {"boost.cobalt", 4, platform::any, invalid_state, fails},
};

// Categories that some program meets, and that have no code of a meaning of ours.
constexpr std::string_view silent_categories[] = {"asio.netdb",
                                                  "asio.addrinfo",
                                                  "asio.ssl",
                                                  "boost.beast.zlib",
                                                  "boost.beast.test",
                                                  "mysql.common-server",
                                                  "mysql.mysql-server",
                                                  "mysql.mariadb-server",
                                                  "mqtt_client_error",
                                                  "process.v2.utf8",
                                                  "process.v2.exit_code",
                                                  "boost.json",
                                                  "boost.url.grammar",
                                                  "iostream"};

condition_set pinned_conditions(std::string_view category, int value, platform on) {
    for (auto const& row : pinned)
        if (row.category == category && row.value == value && (row.platform == platform::any || row.platform == on))
            return row.conditions;
    return none;
}

bool pinned_shutdown(std::string_view category, int value) {
    for (auto const& row : pinned)
        if (row.category == category && row.value == value && row.platform != platform::windows)
            return row.expected_shutdown;
    return false;
}

void check_shutdown(error_code const& code, bool expected) {
    std::error_code const converted = code;
    BOOST_TEST(asyncio::is_expected_shutdown(code) == expected, code);
    BOOST_TEST(asyncio::is_expected_shutdown(converted) == expected, code);
}

// An enumerator of a real header, and what it means.
struct real_code {
    char const* name;
    error_code code;
    condition_set expected = none;
    bool expected_shutdown = fails;
};

// That the stand-ins carry the right name and value is shown by the real headers giving the same.
void check_real(std::vector<real_code> const& codes) {
    for (auto const& [name, code, expected, expected_shutdown] : codes) {
        BOOST_TEST(code.failed(), name);
        test::check(name, code, expected);
        check_shutdown(code, expected_shutdown);
        BOOST_TEST((asyncio::lookup(code.category().name(), code.value(), platform::posix) == expected), name);
    }
}

#define ASYNCIO_TEST_CODE(code, ...)                                                                                   \
    real_code {                                                                                                        \
        #code, code __VA_OPT__(, ) __VA_ARGS__                                                                         \
    }

} // namespace

BOOST_AUTO_TEST_SUITE(error_table)

BOOST_AUTO_TEST_CASE(the_table_is_the_pinned_truth_and_nothing_more) {
    auto const table = asyncio::error_table();
    BOOST_TEST(table.size() == std::size(pinned));
    for (auto const& row : table) {
        auto const found = std::ranges::count_if(pinned, [&](pinned_row const& p) {
            return p.category == row.category && p.value == row.value && p.platform == row.platform
                   && p.conditions == row.conditions && p.expected_shutdown == row.expected_shutdown;
        });
        BOOST_TEST(found == 1, row.category << ':' << row.value << ' ' << row.name);
    }
}

BOOST_AUTO_TEST_CASE(rows_are_sorted_unique_named_and_reasoned) {
    auto const table = asyncio::error_table();
    for (std::size_t i = 0; i != table.size(); ++i) {
        auto const& row = table[i];
        BOOST_TEST(row.value != 0);
        BOOST_TEST(!row.category.empty());
        BOOST_TEST(!row.name.empty());
        BOOST_TEST(!row.reason.empty());
        BOOST_TEST((!row.conditions.empty() || row.expected_shutdown));
        BOOST_TEST((row.platform == platform::any || row.category == "system"));
        if (i != 0) {
            auto const& before = table[i - 1];
            BOOST_TEST((std::tuple(before.category, before.platform, before.value)
                        < std::tuple(row.category, row.platform, row.value)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_set_of_conditions_holds_what_was_put_in) {
    for (errc e : test::all_conditions) {
        BOOST_TEST(condition_set{e}.contains(e));
        BOOST_TEST(!condition_set().contains(e));
        for (errc other : test::all_conditions) {
            BOOST_TEST((condition_set{e, other}.contains(e) && condition_set{e, other}.contains(other)));
            BOOST_TEST((condition_set{e} | condition_set{other}).contains(other));
            BOOST_TEST(((condition_set{e} == condition_set{other}) == (e == other)));
        }
    }
    for (errc e : test::no_conditions)
        BOOST_TEST((condition_set{e}.empty() || condition_set{e}.contains(e)));
    for (errc e : {errc(0), errc(-1), errc(32), errc(33), errc(1 << 30), errc(std::numeric_limits<int>::min())}) {
        BOOST_TEST(condition_set{e}.empty());
        BOOST_TEST((!condition_set{errc::timed_out, errc::other_exception}.contains(e)));
    }
}

BOOST_AUTO_TEST_CASE(lookup_answers_for_both_platforms_and_every_value) {
    std::vector<std::string_view> categories(std::begin(silent_categories), std::end(silent_categories));
    categories.insert(categories.end(), {"", "unknown", "std:unknown", "asio", "asio.misc ", "boost.capy"});
    for (auto const& row : pinned)
        if (std::ranges::count(categories, row.category) == 0)
            categories.push_back(row.category);

    for (auto const category : categories) {
        for (auto const on : {platform::posix, platform::windows}) {
            int wrong = 0;
            for (int value = -5; value < 11000; ++value)
                wrong += asyncio::lookup(category, value, on) != pinned_conditions(category, value, on);
            for (int value : {std::numeric_limits<int>::min(), std::numeric_limits<int>::max()})
                wrong += asyncio::lookup(category, value, on) != none;
            BOOST_TEST(wrong == 0, category << " on " << (on == platform::posix ? "posix" : "windows"));
        }
    }
}

BOOST_AUTO_TEST_CASE(lookup_takes_a_name_that_ends_without_a_null) {
    std::string_view const longer = "asio.miscellaneous";
    BOOST_TEST((asyncio::lookup(longer.substr(0, 9), 2, platform::posix) == incomplete_read));
    BOOST_TEST((asyncio::lookup(longer, 2, platform::posix) == none));
}

// Each category of the table and beyond, by name, whoever defines it: Boost's and the standard library's kind, which
// is what the Asio that stands without Boost has.
BOOST_AUTO_TEST_CASE(stand_in_categories_give_the_pinned_truth_for_each_value) {
    std::vector<std::string_view> names(std::begin(silent_categories), std::end(silent_categories));
    for (auto const& row : pinned)
        if (std::ranges::count(names, row.category) == 0)
            names.push_back(row.category);

    for (auto const view : names) {
        std::string const name(view);
        test::boost_category const boosts(name.c_str());
        test::std_category const stds(name.c_str());
        for (int value = -2; value < 140; ++value) {
            auto const expected = pinned_conditions(name, value, platform::posix);
            test::check(name, error_code(value, boosts), expected);
            test::check(name, std::error_code(value, stds), expected);
            check_shutdown(error_code(value, boosts), pinned_shutdown(name, value));
            check_shutdown(std::error_code(value, stds), pinned_shutdown(name, value));
        }
    }
}

BOOST_AUTO_TEST_CASE(timeouts_of_a_database_server_are_not_the_callers) {
    for (char const* name : {"mysql.common-server", "mysql.mysql-server", "mysql.mariadb-server"}) {
        test::boost_category const category(name);
        for (int value : {1159, 1161, 1205, 1317, 1969, 3024, 4031})
            test::check(name, error_code(value, category), none);
    }
}

BOOST_AUTO_TEST_CASE(a_library_that_maps_to_posix_needs_no_row) {
    // As Capy: canceled and timeout are mapped to POSIX, the rest to nothing.
    class capy_category : public test::std_category {
    public:
        capy_category() : test::std_category("boost.capy") {}
        std::error_condition default_error_condition(int value) const noexcept override {
            switch (value) {
            case 2: return std::errc::operation_canceled;
            case 5: return std::errc::timed_out;
            default: return {value, *this};
            }
        }
    } const category;
    for (int value = -1; value < 12; ++value) {
        auto const expected = value == 2 ? cancelled : value == 5 ? timed_out : none;
        test::check("capy", std::error_code(value, category), expected);
        check_shutdown(std::error_code(value, category), value == 2);
    }
}

BOOST_AUTO_TEST_CASE(every_error_of_posix_and_the_system) {
    for (int value = -2; value < 140; ++value) {
        auto const expected = value == ETIMEDOUT ? timed_out : value == ECANCELED ? cancelled : none;
        test::check("generic", error_code(value, boost::system::generic_category()), expected);
        test::check("system", error_code(value, boost::system::system_category()), expected);
        test::check("std generic", std::error_code(value, std::generic_category()), expected);
        test::check("std system", std::error_code(value, std::system_category()), expected);
    }
}

BOOST_AUTO_TEST_CASE(every_error_of_asio) {
    namespace error = asio::error;
    check_real({
        ASYNCIO_TEST_CODE(error::access_denied),
        ASYNCIO_TEST_CODE(error::address_family_not_supported),
        ASYNCIO_TEST_CODE(error::address_in_use),
        ASYNCIO_TEST_CODE(error::already_connected),
        ASYNCIO_TEST_CODE(error::already_started),
        ASYNCIO_TEST_CODE(error::broken_pipe),
        ASYNCIO_TEST_CODE(error::connection_aborted),
        ASYNCIO_TEST_CODE(error::connection_refused),
        ASYNCIO_TEST_CODE(error::connection_reset),
        ASYNCIO_TEST_CODE(error::bad_descriptor),
        ASYNCIO_TEST_CODE(error::fault),
        ASYNCIO_TEST_CODE(error::host_unreachable),
        ASYNCIO_TEST_CODE(error::in_progress),
        ASYNCIO_TEST_CODE(error::interrupted),
        ASYNCIO_TEST_CODE(error::invalid_argument),
        ASYNCIO_TEST_CODE(error::message_size),
        ASYNCIO_TEST_CODE(error::name_too_long),
        ASYNCIO_TEST_CODE(error::network_down),
        ASYNCIO_TEST_CODE(error::network_reset),
        ASYNCIO_TEST_CODE(error::network_unreachable),
        ASYNCIO_TEST_CODE(error::no_descriptors),
        ASYNCIO_TEST_CODE(error::no_buffer_space),
        ASYNCIO_TEST_CODE(error::no_memory),
        ASYNCIO_TEST_CODE(error::no_permission),
        ASYNCIO_TEST_CODE(error::no_protocol_option),
        ASYNCIO_TEST_CODE(error::no_such_device),
        ASYNCIO_TEST_CODE(error::not_connected),
        ASYNCIO_TEST_CODE(error::not_socket),
        ASYNCIO_TEST_CODE(error::operation_aborted, cancelled, ends),
        ASYNCIO_TEST_CODE(error::operation_not_supported),
        ASYNCIO_TEST_CODE(error::shut_down),
        ASYNCIO_TEST_CODE(error::timed_out, timed_out),
        ASYNCIO_TEST_CODE(error::try_again),
        ASYNCIO_TEST_CODE(error::would_block),

        ASYNCIO_TEST_CODE(error::host_not_found),
        ASYNCIO_TEST_CODE(error::host_not_found_try_again),
        ASYNCIO_TEST_CODE(error::no_data),
        ASYNCIO_TEST_CODE(error::no_recovery),
        ASYNCIO_TEST_CODE(error::service_not_found),
        ASYNCIO_TEST_CODE(error::socket_type_not_supported),

        ASYNCIO_TEST_CODE(error::already_open),
        ASYNCIO_TEST_CODE(error::eof, incomplete_read, ends),
        ASYNCIO_TEST_CODE(error::not_found),
        ASYNCIO_TEST_CODE(error::fd_set_failure),

        ASYNCIO_TEST_CODE(channel_error::channel_closed, none, ends),
        ASYNCIO_TEST_CODE(channel_error::channel_cancelled, cancelled, ends),
    });
}

BOOST_AUTO_TEST_CASE(every_error_of_asios_tls) {
    namespace stream = asio::ssl::error;
    check_real({
        ASYNCIO_TEST_CODE(stream::stream_truncated, incomplete_read, fails),
        ASYNCIO_TEST_CODE(stream::unspecified_system_error),
        ASYNCIO_TEST_CODE(stream::unexpected_result),
    });
    // OpenSSL's own: packed numbers without end, and none of them ours
    for (int reason : {SSL_R_UNEXPECTED_EOF_WHILE_READING, SSL_R_CERTIFICATE_VERIFY_FAILED, SSL_R_WRONG_VERSION_NUMBER})
        test::check("ssl",
                    error_code(static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, reason)), asio::error::get_ssl_category()),
                    none);
    for (int value = 1; value < 140; ++value)
        test::check("ssl", error_code(value, asio::error::get_ssl_category()), none);
}

BOOST_AUTO_TEST_CASE(every_error_of_beast) {
    check_real({ASYNCIO_TEST_CODE(make_error_code(beast::error::timeout), timed_out)});

    check_real({
        ASYNCIO_TEST_CODE(make_error_code(http::error::end_of_stream), eof, ends),
        ASYNCIO_TEST_CODE(make_error_code(http::error::partial_message), incomplete_read),
        ASYNCIO_TEST_CODE(make_error_code(http::error::need_more)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::unexpected_body)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::need_buffer)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::end_of_chunk)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::buffer_overflow), limit_overrun),
        ASYNCIO_TEST_CODE(make_error_code(http::error::header_limit), limit_overrun),
        ASYNCIO_TEST_CODE(make_error_code(http::error::body_limit), limit_overrun),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_alloc)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_line_ending)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_method)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_target)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_version)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_status)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_reason)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_field)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_value)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_content_length)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_transfer_encoding)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_chunk)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_chunk_extension)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::bad_obs_fold)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::multiple_content_length)),
        ASYNCIO_TEST_CODE(make_error_code(http::error::stale_parser), invalid_state),
        ASYNCIO_TEST_CODE(make_error_code(http::error::short_read), incomplete_read),
    });

    check_real({
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::closed), eof, ends),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::buffer_overflow), limit_overrun),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::partial_deflate_block)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::message_too_big), limit_overrun),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_http_version)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_method)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::no_host)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::no_connection)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::no_connection_upgrade)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::no_upgrade)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::no_upgrade_websocket)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::no_sec_key)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_sec_key)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::no_sec_version)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_sec_version)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::no_sec_accept)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_sec_accept)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::upgrade_declined)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_opcode)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_data_frame)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_continuation)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_reserved_bits)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_control_fragment)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_control_size)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_unmasked_frame)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_masked_frame)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_size)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_frame_payload)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_close_code)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_close_size)),
        ASYNCIO_TEST_CODE(make_error_code(websocket::error::bad_close_payload)),
    });

    // The numbers beside the enumerators, unknown to this version of Beast or to any
    for (int value = -2; value < 140; ++value) {
        test::check("beast", error_code(value, make_error_code(beast::error::timeout).category()),
                    pinned_conditions("boost.beast", value, platform::posix));
        test::check("http", error_code(value, make_error_code(http::error::bad_alloc).category()),
                    pinned_conditions("beast.http", value, platform::posix));
        test::check("websocket", error_code(value, make_error_code(websocket::error::closed).category()),
                    pinned_conditions("boost.beast.websocket", value, platform::posix));
    }
}

BOOST_AUTO_TEST_CASE(every_error_of_the_standard_library) {
    using enum std::future_errc;
    std::map<std::future_errc, condition_set> const futures{{broken_promise, ::broken_promise},
                                                            {future_already_retrieved, invalid_state},
                                                            {promise_already_satisfied, invalid_state},
                                                            {no_state, invalid_state}};
    for (int value = -2; value < 140; ++value) {
        auto const found = futures.find(static_cast<std::future_errc>(value));
        test::check("future", std::error_code(value, std::future_category()),
                    found == futures.end() ? none : found->second);
        test::check("iostream", std::error_code(value, std::iostream_category()), none);
    }
    for (auto const& [value, expected] : futures) {
        test::check("future", make_error_code(value), expected);
        check_shutdown(make_error_code(value), fails);
    }
    check_shutdown(std::make_error_code(std::io_errc::stream), fails);
}

BOOST_AUTO_TEST_SUITE_END()
