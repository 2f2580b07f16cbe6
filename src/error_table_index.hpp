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
#include <cassert>
#include <cstddef>
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
        if (range >= static_cast<long long>(dense_.size()))
            return;
        for (auto row = first; row != last; ++row)
            dense_[static_cast<std::size_t>(row->value - first->value)] = row->conditions;
        from_ = static_cast<unsigned>(first->value);
        size_ = static_cast<unsigned>(range) + 1;
    }

    constexpr explicit operator bool() const noexcept { return first_ != nullptr; }
    constexpr std::string_view category() const noexcept { return category_; }

    // Null where the value has no row.
    constexpr error_table_row const* find(int value) const noexcept {
        auto const row =
            std::lower_bound(first_, last_, value, [](error_table_row const& r, int v) { return r.value < v; });
        return row != last_ && row->value == value ? row : nullptr;
    }

    constexpr condition_set conditions(int value) const noexcept {
        auto const i = static_cast<unsigned>(value) - from_;
        if (i < size_)
            return dense_[i];
        return size_ != 0 ? condition_set() : search(value);
    }

private:
    constexpr condition_set search(int value) const noexcept {
        auto const* const row = find(value);
        return row ? row->conditions : condition_set();
    }

    std::string_view category_;
    error_table_row const* first_ = nullptr;
    error_table_row const* last_ = nullptr;
    // Values that lie close together, as they mostly do, are looked up by their distance from the first.
    unsigned from_ = 0;
    unsigned size_ = 0;
    std::array<condition_set, 32> dense_{};
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
            if (applies(*first)) {
                auto& rows = slots_[slot_of(first->category)];
                assert(!rows && "a category has rows for any platform and others for this one");
                rows = category_rows(first, last);
            }
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
