# Flags of every CSM target: the interface target csm_flags.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without these settings ccache leaves files with precompiled headers to the compiler.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

add_library(csm_flags INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(csm_flags INTERFACE -fpch-preprocess)  # lets ccache see the precompiled headers
endif()
target_compile_options(csm_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in `"text" + std::to_string(n)` (GCC bug 105329).
  target_compile_options(csm_flags INTERFACE -Wno-restrict)
endif()
if(CSM_WARNINGS_AS_ERRORS)
  target_compile_options(csm_flags INTERFACE -Werror)
endif()
if(CSM_SANITIZE)
  # A finding ends the test. Line numbers without local variables, and little optimisation, keep the compiler quick.
  target_compile_options(csm_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer -O1 -g1)
  target_link_options(csm_flags INTERFACE -fsanitize=address,undefined)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # With the sanitizers GCC takes values inside <regex> for ones that nobody has set (GCC bug 105562).
    target_compile_options(csm_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
# Results must not depend on how the compiler contracts a * b + c.
target_compile_options(csm_flags INTERFACE -ffp-contract=off)
