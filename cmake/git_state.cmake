# Writes a header with the commit and whether the tree differs from it; the file changes only when they do.
execute_process(COMMAND git describe --always --dirty --abbrev=12 WORKING_DIRECTORY ${SOURCE_DIR}
  OUTPUT_VARIABLE state OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT state)
  set(state "unknown")
endif()
set(text "#pragma once\n\nnamespace csm {\n\ninline constexpr const char* git_state = \"${state}\";\n\n}  // namespace csm\n")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT "${old}" STREQUAL "${text}")
  file(WRITE ${OUTPUT} "${text}")
endif()
