# What this project's own programs are made of: tests, examples and benchmarks. Nothing here reaches a consumer.

include_guard(DIRECTORY)

# The warnings that our own code is free of. Whether a warning stops the build is the preset's decision
# (CMAKE_COMPILE_WARNING_AS_ERROR).
if(NOT TARGET asyncio-errc-warnings)
  add_library(asyncio-errc-warnings INTERFACE)
  target_compile_options(asyncio-errc-warnings INTERFACE
    $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:
      -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
      -Woverloaded-virtual>
    $<$<CXX_COMPILER_ID:MSVC>:/W4>)
endif()

# asyncio_errc_program(<target> SOURCES <file>... [LIBRARIES <library>...] [WITHOUT_LIBRARY])
#
# A program of this project, with the library, or only with its headers, and the warnings.
function(asyncio_errc_program target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "WITHOUT_LIBRARY" "" "SOURCES;LIBRARIES")
  add_executable(${target} ${arg_SOURCES})
  if(arg_WITHOUT_LIBRARY)
    target_compile_features(${target} PRIVATE cxx_std_20)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(${target} PRIVATE Boost::headers)
  else()
    target_link_libraries(${target} PRIVATE asyncio::errc)
  endif()
  target_link_libraries(${target} PRIVATE asyncio-errc-warnings ${arg_LIBRARIES})
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
endfunction()

# asyncio_errc_test(<name> SOURCES <file>... [LIBRARIES <library>...] [LABELS <label>...])
#
# A Boost.Test executable, `test-<name>`. Its files define test cases only: `main` comes from the support library. Every
# test case becomes a ctest test `<name>/<suite>/<case>` (the instances of a template or of a data-driven case together
# are one), run in a process of its own.
function(asyncio_errc_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES;LABELS")
  set(target test-${name})
  asyncio_errc_program(${target} SOURCES ${arg_SOURCES} LIBRARIES asyncio-errc-test-support ${arg_LIBRARIES})
  if(ASYNCIO_ERRC_PCH)
    target_precompile_headers(${target} REUSE_FROM asyncio-errc-test-precompiled)
  endif()

  set(list ${CMAKE_CURRENT_BINARY_DIR}/${target}.cmake)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -D "executable=$<TARGET_FILE:${target}>" -D "name=${name}" -D "labels=${arg_LABELS}"
            -D "output=${list}" -P ${PROJECT_SOURCE_DIR}/cmake/DiscoverTests.cmake
    BYPRODUCTS ${list}
    VERBATIM)
  file(WRITE ${list}.in
    "if(EXISTS \"${list}\")\n"
    "  include(\"${list}\")\n"
    "else()\n"
    "  add_test(${name}_NOT_BUILT ${name}_NOT_BUILT)\n"
    "endif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${list}.in)
endfunction()

# asyncio_errc_example(<name> [SOURCES <file>...] [LIBRARIES <library>...] [ARGUMENTS <argument>...] [EXPECT <regex>])
#
# An example program `<name>`, from `<name>.cpp` unless said otherwise. It is run as the test `example/<name>`, which
# passes if the program exits with 0 and, with EXPECT, prints what the expression matches.
function(asyncio_errc_example name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXPECT" "SOURCES;LIBRARIES;ARGUMENTS")
  if(NOT arg_SOURCES)
    set(arg_SOURCES ${name}.cpp)
  endif()
  set(target example-${name})
  if(name STREQUAL "demo")
    set(target demo)
  endif()
  asyncio_errc_program(${target} SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name})
  add_test(NAME example/${name}
    COMMAND ${CMAKE_COMMAND} "-DEXPECT=${arg_EXPECT}" -P ${PROJECT_SOURCE_DIR}/cmake/RunExample.cmake --
            $<TARGET_FILE:${target}> ${arg_ARGUMENTS})
  set_tests_properties(example/${name} PROPERTIES LABELS example TIMEOUT 120)
endfunction()

# asyncio_errc_bench(<name> SOURCES <file>... [LIBRARIES <library>...] [TEST_ARGUMENTS <argument>...])
#
# A Google Benchmark program, `bench-<name>`. One short run of it is the test `bench/<name>`, which shows that it works;
# no time is judged.
function(asyncio_errc_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES;TEST_ARGUMENTS")
  set(target bench-${name})
  asyncio_errc_program(${target} SOURCES ${arg_SOURCES} LIBRARIES benchmark::benchmark_main ${arg_LIBRARIES})
  add_test(NAME bench/${name} COMMAND ${target} --benchmark_min_time=0.001 ${arg_TEST_ARGUMENTS})
  set_tests_properties(bench/${name} PROPERTIES LABELS bench TIMEOUT 300)
endfunction()

# asyncio_errc_fuzz(<name> SOURCES <file>... [LIBRARIES <library>...])
#
# A libFuzzer program, `fuzz-<name>`, with the seeds of test/fuzz/corpus/<name>. The test `fuzz/<name>` runs it for
# ASYNCIO_ERRC_FUZZ_SECONDS; what it finds stays in the build tree. The library itself is to be built with
# -fsanitize=fuzzer-no-link, as the `fuzz` preset does.
set(ASYNCIO_ERRC_FUZZ_SECONDS 60 CACHE STRING "How long each fuzzer runs as a test")
function(asyncio_errc_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  set(target fuzz-${name})
  asyncio_errc_program(${target} SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  set(found ${CMAKE_CURRENT_BINARY_DIR}/found-${name})
  file(MAKE_DIRECTORY ${found})
  add_test(NAME fuzz/${name}
    COMMAND ${target} -max_total_time=${ASYNCIO_ERRC_FUZZ_SECONDS} -timeout=10 -print_final_stats=1
            -artifact_prefix=${found}/ ${found} ${PROJECT_SOURCE_DIR}/test/fuzz/corpus/${name})
  set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT 600)
endfunction()
