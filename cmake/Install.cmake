# What `cmake --install` puts where: the library, its headers, a CMake package and a pkg-config file. Both can be moved
# together with the rest of the installation.

include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/asyncio-errc)

install(TARGETS asyncio-errc EXPORT asyncio-errc-targets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILE_SET implementation DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT asyncio-errc-targets NAMESPACE asyncio:: DESTINATION ${package_dir})

configure_package_config_file(cmake/asyncio-errc-config.cmake.in asyncio-errc-config.cmake
  INSTALL_DESTINATION ${package_dir}
  NO_SET_AND_CHECK_MACRO)
# While the major version is 0, a minor version may break what the one before promised.
write_basic_package_version_file(asyncio-errc-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/asyncio-errc-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/asyncio-errc-config-version.cmake
  DESTINATION ${package_dir})

# pkg-config: paths relative to the place of the file itself, except those that were given as absolute.
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH pc_prefix "/prefix/${pc_dir}" "/prefix")
  string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
  set(pc_prefix "\${pcfiledir}/${pc_prefix}")
endif()
foreach(what LIBDIR INCLUDEDIR)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${what}}")
    set(pc_${what} ${CMAKE_INSTALL_${what}})
  else()
    set(pc_${what} "\${prefix}/${CMAKE_INSTALL_${what}}")
  endif()
endforeach()
set(pc_definitions "")
if(NOT BUILD_SHARED_LIBS)
  set(pc_definitions " -DASYNCIO_ERRC_STATIC")
endif()
configure_file(cmake/asyncio-errc.pc.in asyncio-errc.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/asyncio-errc.pc DESTINATION ${pc_dir})
