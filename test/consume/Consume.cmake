# cmake -DHOW=<how> -DKIND=<static|shared> -DSOURCE=<dir> -DBINARY=<dir> -DCOMPILER=<c++> -DGENERATOR=<generator>
#       -DPREFIX_PATH=<list> -P Consume.cmake
#
# Builds the consumer project and runs it. With HOW=install, installs the library for those that need it installed.

set(common -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Debug)
if(KIND STREQUAL "shared")
  list(APPEND common -DBUILD_SHARED_LIBS=ON)
else()
  list(APPEND common -DBUILD_SHARED_LIBS=OFF)
endif()
set(installed ${BINARY}/${KIND}/installed)

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "exited with ${result}")
  endif()
endfunction()

if(HOW STREQUAL "install")
  file(REMOVE_RECURSE ${installed} ${BINARY}/${KIND}/staged)
  run(${CMAKE_COMMAND} -S ${SOURCE} -B ${BINARY}/${KIND}/library ${common} -DCMAKE_INSTALL_PREFIX=${BINARY}/${KIND}/staged
      "-DCMAKE_PREFIX_PATH=${PREFIX_PATH}" -DASYNCIO_ERRC_BUILD_TESTS=OFF -DASYNCIO_ERRC_BUILD_EXAMPLES=OFF)
  run(${CMAKE_COMMAND} --build ${BINARY}/${KIND}/library)
  run(${CMAKE_COMMAND} --install ${BINARY}/${KIND}/library)
  # Packagers move what they install. Nothing in it may know where it was first.
  file(RENAME ${BINARY}/${KIND}/staged ${installed})
  file(GLOB_RECURSE texts ${installed}/*.cmake ${installed}/*.pc ${installed}/*.hpp)
  foreach(text IN LISTS texts)
    file(READ ${text} content)
    string(FIND "${content}" "${BINARY}" place)
    if(NOT place EQUAL -1)
      message(FATAL_ERROR "${text} holds a path of the build")
    endif()
  endforeach()
  # Every header, and no other, is installed.
  file(GLOB_RECURSE written RELATIVE ${SOURCE}/include ${SOURCE}/include/*.hpp)
  file(GLOB_RECURSE headers RELATIVE ${installed}/include ${installed}/include/*.hpp)
  list(SORT written)
  list(SORT headers)
  if(NOT written STREQUAL headers)
    message(FATAL_ERROR "headers written: ${written}\nheaders installed: ${headers}")
  endif()
  return()
endif()

set(build ${BINARY}/${KIND}/${HOW})
file(REMOVE_RECURSE ${build})
file(GLOB_RECURSE pc ${installed}/*/asyncio-errc.pc)
if(HOW STREQUAL "pkg-config")
  get_filename_component(pc_dir "${pc}" DIRECTORY)
  set(ENV{PKG_CONFIG_PATH} "${pc_dir}")
endif()
set(configure ${CMAKE_COMMAND} -S ${SOURCE}/test/consume/project -B ${build} ${common} -DHOW=${HOW}
    "-DCMAKE_PREFIX_PATH=${installed};${PREFIX_PATH}" -DLIBRARY_SOURCE=${SOURCE})

if(HOW STREQUAL "wrong-version")
  execute_process(COMMAND ${configure} RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE errors)
  if(result EQUAL 0 OR NOT errors MATCHES "requested version \"0\\.2\"")
    message(FATAL_ERROR "another minor version was accepted, or refused for another reason (${result}):\n${errors}")
  endif()
  return()
endif()

run(${configure})
run(${CMAKE_COMMAND} --build ${build})
run(${CMAKE_CTEST_COMMAND} --test-dir ${build} --output-on-failure --no-tests=error)
