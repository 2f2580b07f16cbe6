//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/errc.hpp>

#include "table_lookup.hpp"

#include <cstring>
#include <system_error>

namespace asyncio {
namespace detail {
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

bool is_own(char const* category_name) noexcept {
    return std::strcmp(category_name, "asyncio") == 0;
}

bool holds_for_value(table_answer const& answer, errc condition) noexcept {
    return answer.conditions().contains(condition);
}

// The conditions that a foreign category can name without knowing this library, and the POSIX one that it uses.
std::errc posix_equal(errc condition) noexcept {
    switch (condition) {
    case errc::timed_out: return std::errc::timed_out;
    case errc::cancelled: return std::errc::operation_canceled;
    default: return std::errc();
    }
}

template <class Condition> bool names(Condition const& answered, errc condition) noexcept {
    char const* const name = answered.category().name();
    return holds_for_value(lookup_named(name, answered.value()), condition)
           && (is_own(name) || std::strcmp(name, "generic") == 0);
}

// Asks a category that the table doesn't know what its code means.
bool declares(std::error_code const& code, errc condition) noexcept {
    auto const& category = code.category();
    question const asked(&category, code.value(), condition);
    if (!asked.is_new())
        return false;
    if (names(category.default_error_condition(code.value()), condition))
        return true;
    if (category.equivalent(code.value(), make_error_condition(condition)))
        return true;
    if (condition == errc::eof && category.equivalent(code.value(), make_error_condition(errc::incomplete_read)))
        return true;
    auto const posix = posix_equal(condition);
    return posix != std::errc() && category.equivalent(code.value(), std::make_error_condition(posix));
}

bool declares(boost::system::error_code const& code, errc condition) noexcept {
    auto const& category = code.category();
    question const asked(&category, code.value(), condition);
    if (!asked.is_new())
        return false;
    if (names(category.default_error_condition(code.value()), condition))
        return true;
    auto const posix = posix_equal(condition);
    return posix != std::errc()
           && category.equivalent(code.value(), boost::system::error_condition(static_cast<int>(posix),
                                                                               boost::system::generic_category()));
}

bool wraps_std_code(char const* category_name) noexcept {
    return std::strcmp(category_name, "std:unknown") == 0;
}

table_answer lookup(boost::system::error_code const& code, char const*& name) noexcept {
    auto const& category = code.category();
    if (category == code_category_instance)
        return lookup_own(code.value());
    if (category == boost::system::system_category())
        return lookup_system(code.value());
    if (category == boost::system::generic_category())
        return lookup_generic(code.value());
    name = category.name();
    return lookup_named(name, code.value());
}

} // namespace

bool holds(std::error_code const& code, errc condition) noexcept {
    auto const answer = lookup_named(code.category().name(), code.value());
    if (answer.category_known)
        return holds_for_value(answer, condition);
    return declares(code, condition);
}

bool holds(boost::system::error_code const& code, errc condition) noexcept {
    char const* name = nullptr;
    auto const answer = lookup(code, name);
    if (answer.category_known)
        return holds_for_value(answer, condition);
    if (wraps_std_code(name))
        return static_cast<std::error_code>(code) == condition;
    return declares(code, condition);
}

} // namespace detail

bool is_expected_shutdown(boost::system::error_code const& code) noexcept {
    if (!code.failed())
        return false;
    char const* name = nullptr;
    auto answer = detail::lookup(code, name);
    if (!answer.category_known && detail::wraps_std_code(name)) {
        std::error_code const wrapped = code;
        answer = detail::lookup_named(wrapped.category().name(), wrapped.value());
    }
    if (answer.category_known)
        return answer.row && answer.row->expected_shutdown;
    return code == errc::cancelled || (code == errc::eof && code != errc::incomplete_read);
}

} // namespace asyncio
