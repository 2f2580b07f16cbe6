//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#include "support/allocations.hpp"

#include <cerrno>
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ASYNCIO_ERRC_TEST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ASYNCIO_ERRC_TEST_SANITIZED
#endif

#if defined(ASYNCIO_ERRC_TEST_SANITIZED)
// As in <sanitizer/allocator_interface.h>, which comes with clang only; both have the function.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(void const volatile*, std::size_t),
                                                         void (*)(void const volatile*));
#endif

namespace {

// Initialised before anything runs, and without the dynamic initialisation that could itself allocate.
thread_local constinit std::size_t counted = 0;

#if defined(ASYNCIO_ERRC_TEST_SANITIZED)

// The sanitizer owns `malloc`; it tells.
void on_allocation(void const volatile*, std::size_t) {
    ++counted;
}
void on_deallocation(void const volatile*) {}

[[maybe_unused]] int const installed = __sanitizer_install_malloc_and_free_hooks(on_allocation, on_deallocation);

#else

// Counts down to the allocation that is to fail; 0 where none is.
thread_local constinit std::size_t until_failure = 0;

bool fails() noexcept {
    ++counted;
    if (until_failure == 0 || --until_failure != 0)
        return false;
    errno = ENOMEM;
    return true;
}

#endif

} // namespace

namespace asyncio_test {

std::size_t allocation_count() noexcept {
    return counted;
}

bool fail_allocation([[maybe_unused]] std::size_t n) noexcept {
#if defined(ASYNCIO_ERRC_TEST_SANITIZED)
    return false;
#else
    until_failure = n;
    return true;
#endif
}

} // namespace asyncio_test

#if !defined(ASYNCIO_ERRC_TEST_SANITIZED)

// glibc lets a program replace `malloc`, and keeps its own under these names. `operator new` comes here too.
extern "C" {

void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t size) {
    return fails() ? nullptr : __libc_malloc(size);
}
void* calloc(std::size_t n, std::size_t size) {
    return fails() ? nullptr : __libc_calloc(n, size);
}
void* realloc(void* memory, std::size_t size) {
    return fails() ? nullptr : __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
    return fails() ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    return fails() ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    *memory = fails() ? nullptr : __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
void free(void* memory) {
    __libc_free(memory);
}
}

#endif
