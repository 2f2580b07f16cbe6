//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include <asyncio/exceptions.hpp>

#include <boost/asio/multiple_exceptions.hpp>
#include <boost/throw_exception.hpp>

#include <cassert>
#include <future>
#include <new>
#include <stdexcept>
#include <typeinfo>
#include <utility>

namespace asyncio {
namespace {

using boost::system::error_code;
using boost::system::system_error;

error_code without_location(error_code const& code) noexcept {
    return {code, nullptr};
}

// Builds "a: b: c" of the parts that are there.
class sentence {
public:
    sentence& operator<<(std::string_view part) {
        if (!part.empty()) {
            if (!text_.empty())
                text_ += ": ";
            text_ += part;
        }
        return *this;
    }

    std::string const& text() const noexcept { return text_; }

private:
    std::string text_;
};

std::string bytes_read(error_details const& details) {
    std::string text = std::to_string(*details.transferred);
    text += " bytes read on a total of ";
    text += details.expected ? std::to_string(*details.expected) : "undefined";
    text += " expected bytes";
    return text;
}

std::string bytes_transferred(error_details const& details) {
    std::string text = std::to_string(*details.transferred);
    if (details.expected) {
        text += " of ";
        text += std::to_string(*details.expected);
    }
    text += " bytes transferred";
    return text;
}

std::string limit_overrun(error_details const& details) {
    std::string text = details.separator_found ? "Separator is found, but chunk is longer than limit"
                                               : "Separator is not found, and chunk exceed the limit";
    text += ", ";
    text += std::to_string(*details.consumed);
    text += " bytes can be skipped";
    return text;
}

system_error make_base(error_code const& code, error_details const& details, std::string_view context) {
    sentence prefix;
    prefix << context << (details.operation ? details.operation : "") << (details.reason ? details.reason : "");
    if (details.consumed && !details.reason && code == errc::limit_overrun)
        prefix << limit_overrun(details);
    else if (details.transferred)
        prefix << (code == errc::incomplete_read ? bytes_read(details) : bytes_transferred(details));

    if (prefix.text().empty())
        return system_error(without_location(code));
    return system_error(without_location(code), prefix.text());
}

error_details with_code(error_details details, error_code const& code) noexcept {
    details.code = code;
    return details;
}

error_details partial_details(std::string partial, std::optional<std::size_t> expected) {
    error_details details;
    details.transferred = partial.size();
    details.expected = expected;
    details.partial = std::make_shared<std::string const>(std::move(partial));
    return details;
}

// The caller's message says why, or nothing does: an empty reason keeps our own sentence away.
error_details consumed_details(std::size_t consumed) noexcept {
    error_details details;
    details.consumed = consumed;
    details.reason = "";
    return details;
}

} // namespace

error::error(error_code const& code, error_details const& details, std::string_view context)
    : system_error(make_base(code, details, context)), details_(with_code(details, code)) {
    assert(code.failed());
}

// Out of line, so that each type's vtable and type information stand once, in the library.
error::~error() = default;
timeout_error::~timeout_error() = default;
invalid_state_error::~invalid_state_error() = default;
sendfile_not_available_error::~sendfile_not_available_error() = default;
eof_error::~eof_error() = default;
incomplete_read_error::~incomplete_read_error() = default;
limit_overrun_error::~limit_overrun_error() = default;
broken_barrier_error::~broken_barrier_error() = default;
broken_promise_error::~broken_promise_error() = default;
cancelled_error::~cancelled_error() = default;

timeout_error::timeout_error(std::string_view message) : error(make_error_code(errc::timed_out), {}, message) {}

invalid_state_error::invalid_state_error(std::string_view message)
    : error(make_error_code(errc::invalid_state), {}, message) {}

sendfile_not_available_error::sendfile_not_available_error(std::string_view message)
    : error(make_error_code(errc::sendfile_not_available), {}, message) {}

eof_error::eof_error(std::string_view message) : error(make_error_code(errc::eof), {}, message) {}

incomplete_read_error::incomplete_read_error(std::string_view message)
    : eof_error(make_error_code(errc::incomplete_read), {}, message) {}

incomplete_read_error::incomplete_read_error(std::string partial, std::optional<std::size_t> expected)
    : eof_error(make_error_code(errc::incomplete_read), partial_details(std::move(partial), expected)) {}

std::string_view incomplete_read_error::partial() const noexcept {
    return details().partial ? std::string_view(*details().partial) : std::string_view();
}

limit_overrun_error::limit_overrun_error(std::string_view message, std::size_t consumed)
    : error(make_error_code(errc::limit_overrun), consumed_details(consumed), message) {}

broken_barrier_error::broken_barrier_error(std::string_view message)
    : error(make_error_code(errc::broken_barrier), {}, message) {}

broken_promise_error::broken_promise_error(std::string_view message)
    : error(make_error_code(errc::broken_promise), {}, message) {}

cancelled_error::cancelled_error(error_code const& code, error_details const& details, std::string_view context)
    : system_error(make_base(code, details, context)), details_(with_code(details, code)) {
    assert(code.failed());
}

cancelled_error::cancelled_error(std::string_view message)
    : cancelled_error(make_error_code(errc::cancelled), {}, message) {}

namespace {

// Calls `use` with the exception for the code. The most derived type comes first: an incomplete read is an end of
// stream as well.
template <class Use>
auto with_exception_for(error_code const& code, error_details const& details, std::string_view context, Use use) {
    if (code == errc::cancelled)
        return use(cancelled_error(code, details, context));
    if (code == errc::timed_out)
        return use(timeout_error(code, details, context));
    if (code == errc::incomplete_read)
        return use(incomplete_read_error(code, details, context));
    if (code == errc::eof)
        return use(eof_error(code, details, context));
    if (code == errc::limit_overrun)
        return use(limit_overrun_error(code, details, context));
    if (code == errc::invalid_state)
        return use(invalid_state_error(code, details, context));
    if (code == errc::sendfile_not_available)
        return use(sendfile_not_available_error(code, details, context));
    if (code == errc::broken_barrier)
        return use(broken_barrier_error(code, details, context));
    if (code == errc::broken_promise)
        return use(broken_promise_error(code, details, context));
    return use(make_base(code, details, context));
}

bool has_own_type(error_code const& code) noexcept {
    for (errc e : {errc::cancelled, errc::timed_out, errc::eof, errc::limit_overrun, errc::invalid_state,
                   errc::sendfile_not_available, errc::broken_barrier, errc::broken_promise})
        if (code == e)
            return true;
    return false;
}

// The text that stands before the code's own message in what(), as Boost.System and we build it.
std::string_view context_of(system_error const& e, std::string_view message) noexcept {
    std::string_view context = e.what();
    for (std::string_view const end : {message, std::string_view(": ")}) {
        if (!context.ends_with(end))
            return {};
        context.remove_suffix(end.size());
    }
    return context;
}

// Neither a type of ours nor of another library, which may carry a payload of its own: what Asio throws.
bool is_plain(system_error const& e) noexcept {
    return typeid(e) == typeid(system_error) || typeid(e) == typeid(boost::wrapexcept<system_error>);
}

// A failure must not turn into success, even if its exception was made with a code that says so.
error_code failure(error_code const& code) noexcept {
    return code.failed() ? code : make_error_code(errc::other_exception);
}

// An exception of the standard library with the text of another library's exception.
class std_error : public std::system_error {
public:
    std_error(std::error_code const& code, char const* text) : std::system_error(code), text_(text) {}

    char const* what() const noexcept override { return text_.what(); }

private:
    std::runtime_error text_; // a string whose copy never throws
};

} // namespace

std::exception_ptr make_exception(error_code const& code, error_details const& details,
                                  std::string_view context) noexcept {
    if (!code.failed())
        return nullptr;
    try {
        return with_exception_for(code, details, context,
                                  [](auto&& e) { return std::make_exception_ptr(std::forward<decltype(e)>(e)); });
    } catch (...) {
        return std::current_exception();
    }
}

// By way of the pointer: to throw from inside the choice of the type would unwind its frames too, and cost twice as
// much.
void throw_error(error_code const& code, error_details const& details, std::string_view context) {
    if (auto const exception = make_exception(code, details, context))
        std::rethrow_exception(exception);
    throw make_base(code, details, context); // of a code that is no failure: not for the caller to find out by a crash
}

std::exception_ptr with_type(std::exception_ptr exception) noexcept {
    if (!exception)
        return exception;
    try {
        std::rethrow_exception(exception);
    } catch (error const&) {
        return exception;
    } catch (cancelled_error const&) {
        return exception;
    } catch (system_error const& e) {
        auto const code = e.code();
        if (!code.failed() || !is_plain(e) || !has_own_type(code))
            return exception;
        try {
            return make_exception(code, {}, context_of(e, code.what()));
        } catch (...) {
            return std::current_exception();
        }
    } catch (...) {
        return exception;
    }
}

error_code to_error_code(std::exception const& exception) noexcept {
    namespace posix = boost::system::errc;
    if (auto const* e = dynamic_cast<system_error const*>(&exception))
        return failure(e->code());
    if (auto const* e = dynamic_cast<std::system_error const*>(&exception))
        return failure(e->code());
    if (auto const* e = dynamic_cast<std::future_error const*>(&exception))
        return failure(e->code());
    if (auto const* e = dynamic_cast<boost::asio::multiple_exceptions const*>(&exception))
        return failure(to_error_code(e->first_exception()));
    if (dynamic_cast<std::bad_alloc const*>(&exception))
        return make_error_code(posix::not_enough_memory);
    return make_error_code(errc::other_exception);
}

error_code to_error_code(std::exception_ptr const& exception) noexcept {
    if (!exception)
        return {};
    try {
        std::rethrow_exception(exception);
    } catch (std::exception const& e) {
        return to_error_code(e);
    } catch (...) {
        return make_error_code(errc::other_exception);
    }
}

std::exception_ptr to_std(std::exception_ptr exception) noexcept {
    if (!exception)
        return exception;
    try {
        std::rethrow_exception(exception);
    } catch (system_error const& e) {
        try {
            return std::make_exception_ptr(std_error(e.code(), e.what()));
        } catch (...) {
            return std::current_exception();
        }
    } catch (...) {
        return exception;
    }
}

bool is_cancelled(std::exception_ptr const& exception) noexcept {
    return to_error_code(exception) == errc::cancelled;
}

bool is_cancelled(std::exception const& exception) noexcept {
    return to_error_code(exception) == errc::cancelled;
}

void rethrow_if_cancelled(std::exception_ptr const& exception) {
    if (is_cancelled(exception))
        std::rethrow_exception(exception);
}

} // namespace asyncio
