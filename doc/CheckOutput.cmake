# cmake -Dprogram=<file> -Dpage=<file> -P CheckOutput.cmake
#
# Passes if the page is what the program prints.

execute_process(COMMAND ${program} RESULT_VARIABLE result OUTPUT_VARIABLE printed)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${program} exited with ${result}")
endif()
file(READ ${page} written)
if(NOT printed STREQUAL written)
  message(FATAL_ERROR "${page} is stale. Write it anew: ${program} > ${page}")
endif()
