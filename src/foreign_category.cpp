//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "foreign_category.hpp"

#include <asyncio/error_table.hpp>

#include <string_view>

namespace asyncio::detail {
namespace {

// A category that we ask may compare codes with our conditions, and so ask us. That is answered, unless it is the very
// question that it was asked, or one of a chain without end.
class question {
public:
    question(void const* category, int value, errc condition) noexcept
        : category_(category), value_(value), condition_(condition), outer_(pending),
          depth_(outer_ ? outer_->depth_ + 1 : 0), is_new_(depth_ < 8) {
        for (auto const* q = outer_; q; q = q->outer_)
            if (q->category_ == category && q->value_ == value && q->condition_ == condition)
                is_new_ = false;
        pending = this;
    }
    question(question const&) = delete;
    question& operator=(question const&) = delete;
    ~question() { pending = outer_; }

    bool is_new() const noexcept { return is_new_; }

private:
    static thread_local constinit question const* pending;

    void const* category_;
    int value_;
    errc condition_;
    question const* outer_;
    int depth_;
    bool is_new_;
};

thread_local constinit question const* question::pending = nullptr;

// The conditions that a foreign category can name without knowing this library, and the POSIX one that it uses.
std::errc posix_equal(errc condition) noexcept {
    switch (condition) {
    case errc::timed_out: return std::errc::timed_out;
    case errc::cancelled: return std::errc::operation_canceled;
    default: return std::errc();
    }
}

// Whether the answer is this library's condition, or one of POSIX that the table knows.
template <class Condition> bool names(Condition const& answered, errc condition) noexcept {
    std::string_view const category = answered.category().name();
    return (category == "asyncio" || category == "generic")
           && lookup(category, answered.value(), platform::posix).contains(condition);
}

// Asks for the category's own answers: the condition that it gives the code, and what it says of the POSIX one.
template <class Code, class Posix>
bool declares_as(Code const& code, errc condition, Posix make_posix_condition) noexcept {
    auto const& category = code.category();
    if (names(category.default_error_condition(code.value()), condition))
        return true;
    auto const posix = posix_equal(condition);
    return posix != std::errc() && category.equivalent(code.value(), make_posix_condition(posix));
}

} // namespace

bool declares(std::error_code const& code, errc condition) noexcept {
    auto const& category = code.category();
    question const asked(&category, code.value(), condition);
    if (!asked.is_new())
        return false;
    if (declares_as(code, condition, [](std::errc e) { return std::make_error_condition(e); }))
        return true;
    // Such a category can know this library's conditions.
    return category.equivalent(code.value(), make_error_condition(condition))
           || (condition == errc::eof
               && category.equivalent(code.value(), make_error_condition(errc::incomplete_read)));
}

bool declares(boost::system::error_code const& code, errc condition) noexcept {
    question const asked(&code.category(), code.value(), condition);
    return asked.is_new() && declares_as(code, condition, [](std::errc e) {
               return boost::system::error_condition(static_cast<int>(e), boost::system::generic_category());
           });
}

} // namespace asyncio::detail
