//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef FILE_SERVER_BYTE_RANGE_HPP
#define FILE_SERVER_BYTE_RANGE_HPP

#include <cstdint>
#include <string_view>

namespace file_server {

/// A part of a file.
struct byte_range {
    std::uint64_t offset = 0;
    std::uint64_t count = 0;
};

/// What a `Range` field means for a file.
enum class range_kind {
    whole,        ///< No range, one that isn't understood, or several: the answer is the whole file.
    part,         ///< One part of the file.
    unsatisfiable ///< Nothing of the range is in the file.
};

/// Reads a `Range` field.
///
/// One range in bytes gives a part: `bytes=0-99`, `bytes=100-`, `bytes=-100`, cut to what the file has. A field that is
/// malformed, in another unit or lists several ranges is ignored, as RFC 9110 allows.
///
/// @param field The field's value; empty if there was none.
/// @param size The file's size in bytes.
/// @param part Receives the part: what is asked for, or the whole file.
range_kind parse_range(std::string_view field, std::uint64_t size, byte_range& part);

} // namespace file_server

#endif // FILE_SERVER_BYTE_RANGE_HPP
