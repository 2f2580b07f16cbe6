//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SEPARATORS_HPP
#define ASYNCIO_SEPARATORS_HPP

#include <asyncio/detail/config.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace asyncio {
namespace detail {

template <class T>
concept separator_like = std::same_as<T, char> || std::convertible_to<T const&, std::string_view>;

inline std::string_view view_of(char const& c) noexcept {
    return {&c, 1};
}
inline std::string_view view_of(std::string_view s) noexcept {
    return s;
}

} // namespace detail

/// What ends a record: a character, a string, or one of several strings.
///
/// @code
/// reader.async_read_until('\n', token);
/// reader.async_read_until("\r\n", token);
/// reader.async_read_until({"\r\n", "\n"}, token);
/// @endcode
///
/// Of several separators the one that ends first wins; where two end at the same byte, the shorter. So `{"\r\n", "\n"}`
/// ends a record at every line feed, and the record keeps its carriage return.
///
/// The object owns its bytes, so it may outlive what it was made of, as a lazy operation needs it. Copying never throws
/// and never allocates. A character and a string of up to 15 bytes are held without an allocation. To use a longer or
/// several separators again and again, make one object and pass it each time.
///
/// An empty separator, or none at all, is reported by the read that gets it, as `invalid_argument`.
class ASYNCIO_ERRC_VISIBLE separators {
public:
    /// One character.
    separators(char separator) noexcept : size_(1) { short_[0] = separator; }

    /// One string that ends with a null character, which isn't part of it.
    ///
    /// @throws std::bad_alloc for a long one, if there is no memory.
    separators(char const* separator) : separators(std::string_view(separator)) {}

    /// One string of any bytes.
    ///
    /// @throws std::bad_alloc for a long one, if there is no memory.
    ASYNCIO_ERRC_DECL separators(std::string_view separator);

    /// One string of any bytes.
    ///
    /// @throws std::bad_alloc for a long one, if there is no memory.
    separators(std::string const& separator) : separators(std::string_view(separator)) {}

    /// Any of these strings and characters.
    ///
    /// Not by an `initializer_list`, which g++ 12 can't have inside a `co_await` expression.
    ///
    /// @throws std::bad_alloc if there is no memory.
    template <detail::separator_like First, detail::separator_like Second, detail::separator_like... More>
    separators(First const& first, Second const& second, More const&... more)
        : separators(std::span<std::string_view const>(std::array<std::string_view, 2 + sizeof...(More)>{
              detail::view_of(first), detail::view_of(second), detail::view_of(more)...})) {}

    /// Any of these strings.
    ///
    /// @throws std::bad_alloc if there is no memory.
    ASYNCIO_ERRC_DECL explicit separators(std::span<std::string_view const> any_of);

    /// Whether there is at least one, and none is empty.
    ASYNCIO_ERRC_DECL bool valid() const noexcept;

    /// How many there are.
    ASYNCIO_ERRC_DECL std::size_t count() const noexcept;

    /// Each of them, from the shortest to the longest; `i < count()`.
    ASYNCIO_ERRC_DECL std::string_view operator[](std::size_t i) const noexcept;

    /// The length of the longest, in bytes; 0 where there is none.
    ASYNCIO_ERRC_DECL std::size_t longest() const noexcept;

    /// Whether they are the same strings.
    friend ASYNCIO_ERRC_DECL bool operator==(separators const& a, separators const& b) noexcept;

private:
    struct list;

    std::shared_ptr<list const> list_; // null where there is one short string
    unsigned char size_ = 0;
    char short_[15] = {};
};

} // namespace asyncio

#endif // ASYNCIO_SEPARATORS_HPP
