//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERROR_TABLE_HPP
#define ASYNCIO_ERROR_TABLE_HPP

#include <asyncio/errc.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace asyncio {

/// A set of conditions.
class condition_set {
public:
    /// The empty set.
    constexpr condition_set() noexcept = default;
    /// The set of these.
    constexpr condition_set(std::initializer_list<errc> conditions) noexcept {
        for (errc e : conditions)
            bits_ |= detail::condition_bit(e);
    }

    /// Whether the condition is in the set.
    constexpr bool contains(errc e) const noexcept { return (bits_ & detail::condition_bit(e)) != 0; }
    /// Whether no condition is in the set.
    constexpr bool empty() const noexcept { return bits_ == 0; }

    /// The set as bits: that of a condition is 1 << its value.
    constexpr std::uint32_t bits() const noexcept { return bits_; }

    /// Whether both hold the same.
    friend constexpr bool operator==(condition_set, condition_set) noexcept = default;
    /// What is in one or the other.
    friend constexpr condition_set operator|(condition_set a, condition_set b) noexcept {
        a.bits_ |= b.bits_;
        return a;
    }

private:
    std::uint32_t bits_ = 0;
};

/// Where a row of the table applies: the numbers of the category `system` are those of the operating system.
enum class platform {
    any,     ///< Everywhere.
    posix,   ///< Where the numbers are those of `errno`.
    windows, ///< Where they are those of Windows.
};

/// One error code, and the conditions that hold for it.
struct error_table_row {
    /// What the category's `name()` gives. Categories are known by name, since ids differ between versions of Boost.
    std::string_view category;
    /// The code's `value()`.
    int value;
    /// Where `value` means this.
    asyncio::platform platform;
    /// The code as its owner spells it.
    std::string_view name;
    /// What holds for the code.
    condition_set conditions;
    /// Whether a program meets it when it stops; see `is_expected_shutdown`. Cancellations need no mark.
    bool expected_shutdown;
    /// Why the conditions hold.
    std::string_view reason;
};

/// The whole table: every code for which a condition holds, sorted by category, platform and value.
///
/// Two things are decided beside it. Codes whose category isn't in the table are asked themselves, by their category's
/// `default_error_condition` and `equivalent`; and a Boost code that wraps a code of the standard library is unwrapped
/// first.
ASYNCIO_ERRC_DECL std::span<error_table_row const> error_table() noexcept;

/// The conditions that the table gives for a code, which need not be of this platform.
///
/// @param on `platform::posix` or `platform::windows`: whose numbers those of the category `system` are.
ASYNCIO_ERRC_DECL condition_set lookup(std::string_view category, int value, platform on) noexcept;

} // namespace asyncio

#endif // ASYNCIO_ERROR_TABLE_HPP
