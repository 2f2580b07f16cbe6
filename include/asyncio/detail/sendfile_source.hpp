//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_SENDFILE_SOURCE_HPP
#define ASYNCIO_DETAIL_SENDFILE_SOURCE_HPP

#include <asyncio/detail/sendfile_system.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <type_traits>

namespace asyncio::detail {

// The descriptor itself, in one of the forms that it is handed around in.
template <class T>
concept sendfile_handle =
    std::same_as<std::remove_cvref_t<T>, native_file> || std::same_as<std::remove_cvref_t<T>, std::FILE*>;

// An object that knows its descriptor. Not a temporary: the operation asks it again at every step.
template <class T>
concept sendfile_object = std::is_lvalue_reference_v<T> && requires(T file) {
    { file.native_handle() } -> sendfile_handle;
};

// A handler for the concepts that ask what an object can do.
struct io_handler_archetype {
    void operator()(boost::system::error_code, std::size_t) const {}
};

template <class Stream>
concept async_write_stream = requires(Stream& stream, boost::asio::const_buffer const& buffer) {
    typename Stream::executor_type;
    { stream.get_executor() } -> std::convertible_to<typename Stream::executor_type>;
    stream.async_write_some(buffer, io_handler_archetype());
};

// The executor of a coroutine that writes to the stream, unless said otherwise.
template <class Executor, class Stream> struct coroutine_executor {
    using type = Executor;
};
template <class Stream> struct coroutine_executor<void, Stream> {
    using type = typename Stream::executor_type;
};
template <class Executor, class Stream>
using coroutine_executor_t = typename coroutine_executor<Executor, Stream>::type;

template <class File>
concept async_random_access = requires(File& file, std::uint64_t offset, boost::asio::mutable_buffer const& buffer) {
    file.async_read_some_at(offset, buffer, io_handler_archetype());
};

inline native_file to_native_file(native_file file) noexcept {
    return file;
}
ASYNCIO_ERRC_DECL native_file to_native_file(std::FILE* file) noexcept;

// What the operation keeps of the file: its handle, or the address of the object.
template <class File> class sendfile_handle_source {
public:
    explicit sendfile_handle_source(File file) noexcept : file_(file) {}

    native_file handle() const noexcept { return to_native_file(file_); }

    static constexpr bool is_async = false;

private:
    File file_;
};

template <class File> class sendfile_object_source {
public:
    explicit sendfile_object_source(File& file) noexcept : file_(std::addressof(file)) {}

    native_file handle() const { return to_native_file(file_->native_handle()); }
    File& object() const noexcept { return *file_; }

    static constexpr bool is_async = async_random_access<File>;

private:
    File* file_;
};

template <sendfile_handle File> auto make_sendfile_source(File&& file) noexcept {
    return sendfile_handle_source<std::remove_cvref_t<File>>(file);
}
template <sendfile_object File> auto make_sendfile_source(File&& file) noexcept {
    return sendfile_object_source<std::remove_reference_t<File>>(file);
}

} // namespace asyncio::detail

#endif // ASYNCIO_DETAIL_SENDFILE_SOURCE_HPP
