//
// Copyright (c) 2026 the asyncio-errc authors
//
// Distributed under the Boost Software License, Version 1.0.
// (See accompanying file LICENSE or copy at https://www.boost.org/LICENSE_1_0.txt)
//
#ifndef ASYNCIO_DETAIL_CONFIG_HPP
#define ASYNCIO_DETAIL_CONFIG_HPP

// ASYNCIO_ERRC_DECL     a function or class that the library defines
// ASYNCIO_ERRC_VISIBLE  a type or inline variable that must be one and the same
//                       in every shared object, whatever visibility it is built with

#if defined(_WIN32) || defined(__CYGWIN__)
#if defined(ASYNCIO_ERRC_STATIC)
#define ASYNCIO_ERRC_DECL
#elif defined(ASYNCIO_ERRC_BUILDING)
#define ASYNCIO_ERRC_DECL __declspec(dllexport)
#else
#define ASYNCIO_ERRC_DECL __declspec(dllimport)
#endif
#define ASYNCIO_ERRC_VISIBLE
#else
#define ASYNCIO_ERRC_DECL __attribute__((visibility("default")))
#define ASYNCIO_ERRC_VISIBLE __attribute__((visibility("default")))
#endif

#endif // ASYNCIO_DETAIL_CONFIG_HPP
