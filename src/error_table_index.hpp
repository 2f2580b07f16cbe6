//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_SRC_ERROR_TABLE_INDEX_HPP
#define ASYNCIO_SRC_ERROR_TABLE_INDEX_HPP

#include <asyncio/error_table.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace asyncio::detail {

// The rows of one category, sorted by value.
class category_rows {
public:
    constexpr category_rows() noexcept = default;
    constexpr category_rows(error_table_row const* first, error_table_row const* last) noexcept
        : category_(first->category), first_(first), last_(last) {
        auto const range = static_cast<long long>(last[-1].value) - first->value;
        if (range >= static_cast<long long>(row_of_.size()))
            return;
        for (auto row = first; row != last; ++row)
            row_of_[static_cast<std::size_t>(row->value - first->value)] = static_cast<std::uint8_t>(row - first + 1);
        dense_ = static_cast<unsigned>(range) + 1;
    }

    constexpr explicit operator bool() const noexcept { return first_ != nullptr; }
    constexpr std::string_view category() const noexcept { return category_; }

    // Null where the value has no row.
    constexpr error_table_row const* find(int value) const noexcept {
        if (dense_ == 0)
            return search(value);
        auto const i = static_cast<unsigned>(value) - static_cast<unsigned>(first_->value);
        return i < dense_ && row_of_[i] != 0 ? first_ + row_of_[i] - 1 : nullptr;
    }

private:
    constexpr error_table_row const* search(int value) const noexcept {
        auto const row =
            std::lower_bound(first_, last_, value, [](error_table_row const& r, int v) { return r.value < v; });
        return row != last_ && row->value == value ? row : nullptr;
    }

    std::string_view category_;
    error_table_row const* first_ = nullptr;
    error_table_row const* last_ = nullptr;
    // Values that lie close together are looked up by their distance from the first: where its row is, plus one.
    std::array<std::uint8_t, 32> row_of_{};
    unsigned dense_ = 0;
};

// Finds the rows of a category by a hash of its name, so that a foreign code costs no search over names.
class error_table_index {
public:
    constexpr error_table_index(std::span<error_table_row const> sorted, platform on) {
        auto const applies = [on](error_table_row const& row) {
            return row.platform == platform::any || row.platform == on;
        };
        auto const* const end = sorted.data() + sorted.size();
        for (auto const* first = sorted.data(); first != end;) {
            auto const* last = first;
            while (last != end && last->category == first->category && last->platform == first->platform)
                ++last;
            if (applies(*first))
                slots_[slot_of(first->category)] = category_rows(first, last);
            first = last;
        }
    }

    // Null where the table doesn't know the category.
    constexpr category_rows const* find(std::string_view category) const noexcept {
        if (category.empty())
            return nullptr;
        auto const& rows = slots_[slot_of(category)];
        return rows ? &rows : nullptr;
    }

private:
    // Many more slots than categories: a free one ends every search.
    static constexpr std::size_t size = 64;

    static constexpr std::size_t hash(std::string_view name) noexcept {
        return name.size() * 5 + static_cast<unsigned char>(name.front()) * 3u
               + static_cast<unsigned char>(name.back());
    }

    constexpr std::size_t slot_of(std::string_view category) const noexcept {
        std::size_t slot = hash(category) % size;
        while (slots_[slot] && slots_[slot].category() != category)
            slot = (slot + 1) % size;
        return slot;
    }

    std::array<category_rows, size> slots_;
};

} // namespace asyncio::detail

#endif // ASYNCIO_SRC_ERROR_TABLE_INDEX_HPP
