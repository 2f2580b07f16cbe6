//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_IMPL_ERRC_HPP
#define ASYNCIO_IMPL_ERRC_HPP

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

// The std trait only: with the trait of Boost as well, a condition of Boost could be made from the enum, and would
// silently answer false for codes of the standard library.
template <> struct std::is_error_condition_enum<asyncio::errc> : std::true_type {};

namespace asyncio {
namespace detail {

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor" // Boost.System's base has a protected one, by design
#endif

class ASYNCIO_ERRC_VISIBLE code_category final : public boost::system::error_category {
public:
    constexpr code_category() noexcept : boost::system::error_category(0xd90ac67a2b3ef815u) {}

    ASYNCIO_ERRC_DECL char const* name() const noexcept override;
    ASYNCIO_ERRC_DECL std::string message(int value) const override;
    ASYNCIO_ERRC_DECL char const* message(int value, char* buffer, std::size_t size) const noexcept override;
    ASYNCIO_ERRC_DECL boost::system::error_condition default_error_condition(int value) const noexcept override;

    // What the base says, as a constant expression: Boost 1.81's isn't.
    constexpr bool failed(int value) const noexcept override { return value != 0; }
};

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

class ASYNCIO_ERRC_VISIBLE condition_category final : public std::error_category {
public:
    constexpr condition_category() noexcept = default;

    ASYNCIO_ERRC_DECL char const* name() const noexcept override;
    ASYNCIO_ERRC_DECL std::string message(int value) const override;
    ASYNCIO_ERRC_DECL std::error_condition default_error_condition(int value) const noexcept override;
    ASYNCIO_ERRC_DECL bool equivalent(std::error_code const& code, int condition) const noexcept override;
};

// Holds a category that is never destroyed, since codes are looked at while a program ends.
template <class Category> union ASYNCIO_ERRC_VISIBLE immortal {
    constexpr immortal() noexcept : value() {}
    constexpr ~immortal() {}

    Category value;
};

ASYNCIO_ERRC_VISIBLE inline constexpr code_category code_category_instance;
ASYNCIO_ERRC_VISIBLE inline constinit immortal<detail::condition_category> const condition_category_instance;

// What the table says of this library's own values, and of those of POSIX; checked against it where it is built.
constexpr bool own_value_holds(int value, errc condition) noexcept {
    bool const defined = 0 < value && value <= static_cast<int>(errc::other_exception);
    return (defined && value == static_cast<int>(condition))
           || (value == static_cast<int>(errc::incomplete_read) && condition == errc::eof);
}

constexpr bool posix_value_holds(int value, errc condition) noexcept {
    return (value == ETIMEDOUT && condition == errc::timed_out) || (value == ECANCELED && condition == errc::cancelled);
}

// The condition's place in a set. A value that is no enumerator has none, and so is in no set.
constexpr std::uint32_t condition_bit(errc e) noexcept {
    auto const value = static_cast<unsigned>(e);
    return value - 1 < 31 ? std::uint32_t(1) << value : 0;
}

// `category` and `value` are those of `code`, at hand where it is called; `bit` is the condition's.
ASYNCIO_ERRC_DECL bool holds(boost::system::error_code const& code, boost::system::error_category const& category,
                             int value, std::uint32_t bit) noexcept;
ASYNCIO_ERRC_DECL bool holds(std::error_code const& code, errc condition) noexcept;

} // namespace detail

constexpr boost::system::error_category const& error_category() noexcept {
    return detail::code_category_instance;
}

inline std::error_category const& condition_category() noexcept {
    return detail::condition_category_instance.value;
}

constexpr boost::system::error_code make_error_code(errc e) noexcept {
    return {static_cast<int>(e), detail::code_category_instance};
}

inline boost::system::error_code make_error_code(errc e, boost::source_location const* where) noexcept {
    return {static_cast<int>(e), detail::code_category_instance, where};
}

inline std::error_condition make_error_condition(errc e) noexcept {
    return {static_cast<int>(e), condition_category()};
}

// The commonest codes are answered in place: a call would cost more than the answer.
inline bool operator==(boost::system::error_code const& code, errc condition) noexcept {
    if (!code.failed())
        return false;
    auto const& category = code.category();
    int const value = code.value();
    if (category == detail::code_category_instance)
        return detail::own_value_holds(value, condition);
#if !defined(_WIN32)
    if (category == boost::system::system_category())
        return detail::posix_value_holds(value, condition);
#endif
    return detail::holds(code, category, value, detail::condition_bit(condition));
}

inline bool operator==(std::error_code const& code, errc condition) noexcept {
    return code.value() != 0 && detail::holds(code, condition);
}

template <class Char, class Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& os, errc e) {
    return os << to_string(e);
}

inline bool is_cancelled(boost::system::error_code const& code) noexcept {
    return code == errc::cancelled;
}

} // namespace asyncio

#endif // ASYNCIO_IMPL_ERRC_HPP
