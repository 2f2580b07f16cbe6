# cmake -Dexecutable=<file> -Dname=<name> -Dlabels=<list> -Doutput=<file> -P DiscoverTests.cmake
#
# Asks a Boost.Test program for its test cases, and writes the ctest commands that run each. The list is a tree, shown
# by indentation; `*` follows what is enabled.

execute_process(COMMAND ${executable} --list_content --color_output=no
  RESULT_VARIABLE result OUTPUT_VARIABLE ignored ERROR_VARIABLE listed)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${executable} --list_content exited with ${result}\n${listed}")
endif()

string(REPLACE ";" "\\;" listed "${listed}")
string(REPLACE "\n" ";" lines "${listed}")

set(paths)
set(path_0 "")
set(previous_path "")
set(previous_depth -1)
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^( *)([^ ].*[^ *])(\\*| )$")
    continue()
  endif()
  set(case "${CMAKE_MATCH_2}")
  set(enabled "${CMAKE_MATCH_3}")
  string(LENGTH "${CMAKE_MATCH_1}" depth)
  math(EXPR depth "${depth} / 4")

  # Only leaves are run. The samples of a data-driven case (_0, _1, ...) belong to it.
  if(depth GREATER previous_depth AND previous_depth GREATER -1 AND NOT case MATCHES "^_[0-9]+$")
    list(REMOVE_ITEM paths "${previous_path}")
  endif()
  if(case MATCHES "^_[0-9]+$")
    continue()
  endif()
  string(REGEX REPLACE "<.*" "<*" case "${case}")

  if(depth EQUAL 0)
    set(path "${case}")
  else()
    set(path "${path_${depth}}/${case}")
  endif()
  math(EXPR next "${depth} + 1")
  set(path_${next} "${path}")
  set(previous_path "${path}")
  set(previous_depth ${depth})
  if(enabled STREQUAL "*")
    list(APPEND paths "${path}")
  endif()
endforeach()
list(REMOVE_DUPLICATES paths)

if(NOT paths)
  message(FATAL_ERROR "${executable} has no test cases:\n${listed}")
endif()

set(commands "")
foreach(path IN LISTS paths)
  string(REPLACE "<*" "" shown "${path}")
  set(test "${name}/${shown}")
  string(APPEND commands
    "add_test([==[${test}]==] [==[${executable}]==] [==[--run_test=${path}]==] --color_output=no --report_level=no)\n"
    "set_tests_properties([==[${test}]==] PROPERTIES TIMEOUT 120 LABELS [==[unit;${labels}]==])\n")
endforeach()
file(WRITE ${output} "${commands}")
