//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/separators.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace asyncio {

// The strings, one behind another, and where each of them ends.
struct separators::list {
    explicit list(std::span<std::string_view const> any_of) {
        std::vector<std::string_view> sorted(any_of.begin(), any_of.end());
        std::sort(sorted.begin(), sorted.end(),
                  [](std::string_view a, std::string_view b) { return a.size() < b.size(); });
        ends.reserve(sorted.size());
        for (std::string_view const s : sorted) {
            text += s;
            ends.push_back(text.size());
        }
    }

    bool operator==(list const&) const noexcept = default;

    std::string text;
    std::vector<std::size_t> ends;
};

separators::separators(std::string_view separator) {
    if (separator.size() <= sizeof(short_)) {
        size_ = static_cast<unsigned char>(separator.size());
        std::copy(separator.begin(), separator.end(), short_);
    } else {
        list_ = std::make_shared<list const>(std::span(&separator, 1));
    }
}

separators::separators(std::span<std::string_view const> any_of) {
    if (any_of.size() == 1)
        *this = separators(any_of.front());
    else
        list_ = std::make_shared<list const>(any_of);
}

bool separators::valid() const noexcept {
    return count() != 0 && !(*this)[0].empty();
}

std::size_t separators::count() const noexcept {
    return list_ ? list_->ends.size() : 1;
}

std::string_view separators::operator[](std::size_t i) const noexcept {
    if (!list_)
        return {short_, size_};
    std::size_t const begin = i == 0 ? 0 : list_->ends[i - 1];
    return std::string_view(list_->text).substr(begin, list_->ends[i] - begin);
}

std::size_t separators::longest() const noexcept {
    return count() == 0 ? 0 : (*this)[count() - 1].size();
}

bool operator==(separators const& a, separators const& b) noexcept {
    if (a.list_ && b.list_)
        return a.list_ == b.list_ || *a.list_ == *b.list_;
    return !a.list_ && !b.list_ && a[0] == b[0];
}

} // namespace asyncio
