//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/errc.hpp>
#include <asyncio/error_table.hpp>

#include "error_table_index.hpp"
#include "error_table_rows.hpp"
#include "foreign_category.hpp"

#include <boost/config.hpp>

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace asyncio {
namespace detail {
namespace {

constexpr std::span<error_table_row const> table = rows::table;

constexpr error_table_index posix_index{table, platform::posix};
constexpr error_table_index windows_index{table, platform::windows};

#if defined(_WIN32)
constexpr error_table_index const& native_index = windows_index;
#else
constexpr error_table_index const& native_index = posix_index;
#endif

// The comparison answers the commonest codes without asking the table. It must say the same.
constexpr bool agrees(category_rows const& rows, bool (*in_place)(int, errc)) {
    for (int value = -1; value != 256; ++value)
        for (int e = 0; e != 16; ++e) {
            auto const* const row = rows.find(value);
            auto const condition = static_cast<errc>(e);
            if (in_place(value, condition) != (row && row->conditions.contains(condition)))
                return false;
        }
    return true;
}

static_assert(agrees(*posix_index.find("asyncio"), own_value_holds));
static_assert(agrees(*posix_index.find("system"), posix_value_holds));

// What the table says of a code. A category that it knows is answered by it for good: a value without a row holds for
// nothing, and the category isn't asked itself.
struct table_answer {
    bool category_known;
    error_table_row const* row;

    bool holds(errc condition) const noexcept { return row && row->conditions.contains(condition); }
};

// The rows that were found last for a name at such an address. Only a hint, since a library may be unloaded and another
// name come to lie there: whoever takes it compares the text. (Linked into one program, a category's name and the
// table's are mostly one and the same string.)
constinit std::array<std::atomic<category_rows const*>, 64> hints{};

inline std::atomic<category_rows const*>& hint_for(char const* category) noexcept {
    return hints[reinterpret_cast<std::uintptr_t>(category) / 8 % hints.size()];
}

// Null where there is no hint, or a wrong one.
inline category_rows const* hinted_rows(char const* category) noexcept {
    auto const* const rows = hint_for(category).load(std::memory_order_relaxed);
    if (!rows)
        return nullptr;
    char const* const known = rows->category().data();
    return known == category || std::strcmp(known, category) == 0 ? rows : nullptr;
}

category_rows const* rows_of(char const* category) noexcept {
    if (auto const* const rows = hinted_rows(category))
        return rows;
    auto const* const rows = native_index.find(category);
    if (rows)
        hint_for(category).store(rows, std::memory_order_relaxed);
    return rows;
}

table_answer answer_named(char const* category, int value) noexcept {
    auto const* const rows = rows_of(category);
    return {rows != nullptr, rows ? rows->find(value) : nullptr};
}

// Whether Boost's code only holds one of the standard library: then neither its category nor its value is the real one.
bool wraps_std_code(boost::system::error_code const& code) noexcept {
    return std::strcmp(code.category().name(), "std:unknown") == 0;
}

} // namespace

namespace {

// Apart from the short path, which shall not pay for it.
BOOST_NOINLINE bool holds_unhinted(std::error_code const& code, errc condition) noexcept {
    auto const found = answer_named(code.category().name(), code.value());
    return found.category_known ? found.holds(condition) : declares(code, condition);
}

BOOST_NOINLINE bool holds_unhinted(boost::system::error_code const& code, errc condition) noexcept {
    auto const found = answer_named(code.category().name(), code.value());
    if (found.category_known)
        return found.holds(condition);
    if (wraps_std_code(code))
        return static_cast<std::error_code>(code) == condition;
    return declares(code, condition);
}

} // namespace

bool holds(std::error_code const& code, errc condition) noexcept {
    if (auto const* const rows = hinted_rows(code.category().name()))
        return rows->conditions(code.value()).contains(condition);
    return holds_unhinted(code, condition);
}

bool holds(boost::system::error_code const& code, boost::system::error_category const& category, int value,
           std::uint32_t bit) noexcept {
    if (auto const* const rows = hinted_rows(category.name()))
        return (rows->conditions(value).bits() & bit) != 0;
    return bit != 0 && holds_unhinted(code, static_cast<errc>(std::countr_zero(bit)));
}

} // namespace detail

bool is_expected_shutdown(boost::system::error_code const& code) noexcept {
    if (!code.failed())
        return false;
    auto found = detail::answer_named(code.category().name(), code.value());
    if (!found.category_known && detail::wraps_std_code(code)) {
        std::error_code const wrapped = code;
        found = detail::answer_named(wrapped.category().name(), wrapped.value());
    }
    if (found.category_known)
        return found.row && found.row->expected_shutdown;
    return code == errc::cancelled || (code == errc::eof && code != errc::incomplete_read);
}

std::span<error_table_row const> error_table() noexcept {
    return detail::table;
}

condition_set lookup(std::string_view category, int value, platform on) noexcept {
    auto const& index = on == platform::windows ? detail::windows_index : detail::posix_index;
    auto const* rows = index.find(category);
    auto const* row = rows ? rows->find(value) : nullptr;
    return row ? row->conditions : condition_set();
}

} // namespace asyncio
