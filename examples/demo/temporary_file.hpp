//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_ERRC_EXAMPLES_DEMO_TEMPORARY_FILE_HPP
#define ASYNCIO_ERRC_EXAMPLES_DEMO_TEMPORARY_FILE_HPP

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <unistd.h>

namespace demo {

// A file of so many bytes in the temporary directory, for as long as this object lives.
class temporary_file {
public:
    explicit temporary_file(std::size_t size) : descriptor_(::mkstemp(path_.data())) {
        if (descriptor_ < 0)
            throw std::system_error(errno, std::system_category(), "mkstemp");
        std::filesystem::resize_file(path_, size);
    }
    temporary_file(temporary_file const&) = delete;
    temporary_file& operator=(temporary_file const&) = delete;
    ~temporary_file() {
        ::close(descriptor_);
        ::unlink(path_.c_str());
    }

    int native_handle() const noexcept { return descriptor_; }
    std::string const& path() const noexcept { return path_; }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "asyncio-errc-XXXXXX").string();
    int descriptor_;
};

} // namespace demo

#endif // ASYNCIO_ERRC_EXAMPLES_DEMO_TEMPORARY_FILE_HPP
