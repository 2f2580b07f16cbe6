# cmake [-DEXPECT=<regex>] -P RunExample.cmake -- <program> [<argument>...]
#
# Runs a program: it must exit with 0, and print what EXPECT matches.

set(command)
set(after FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(after)
    list(APPEND command "${CMAKE_ARGV${i}}")
  elseif(CMAKE_ARGV${i} STREQUAL "--")
    set(after TRUE)
  endif()
endforeach()

execute_process(COMMAND ${command} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
message("${output}${errors}")
if(NOT result EQUAL 0)
  message(FATAL_ERROR "exited with ${result}")
endif()
if(DEFINED EXPECT AND NOT EXPECT STREQUAL "" AND NOT output MATCHES "${EXPECT}")
  message(FATAL_ERROR "the output doesn't match: ${EXPECT}")
endif()
