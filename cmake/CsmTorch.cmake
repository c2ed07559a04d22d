# LibTorch as the imported target csm_torch, from the Python wheel that CSM_PYTHON sees.
# The wheel's own CMake package is not used: with a CUDA wheel it insists on a CUDA toolkit, which linking does not need.
find_program(CSM_PYTHON NAMES python3 HINTS ${CMAKE_SOURCE_DIR}/.csm/venv/bin NO_DEFAULT_PATH)
find_program(CSM_PYTHON NAMES python3)
if(NOT CSM_TORCH_DIR)
  execute_process(
    COMMAND ${CSM_PYTHON} -c "import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec('torch').origin).parent)"
    OUTPUT_VARIABLE found_torch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  set(CSM_TORCH_DIR "${found_torch}" CACHE PATH "The folder of the torch wheel (holds include/ and lib/)")
endif()
if(NOT EXISTS ${CSM_TORCH_DIR}/lib/libtorch.so)
  message(FATAL_ERROR "LibTorch was not found in '${CSM_TORCH_DIR}' (the networks run on it). "
    "Run scripts/setup.sh, or give -DCSM_PYTHON=/path/to/python3 of an environment with torch==2.13.0, or -DCSM_TORCH_DIR.")
endif()
find_package(Threads REQUIRED)
add_library(csm_torch INTERFACE)
target_include_directories(csm_torch SYSTEM INTERFACE ${CSM_TORCH_DIR}/include ${CSM_TORCH_DIR}/include/torch/csrc/api/include)
# libstdc++ stands first: libtorch.so of some wheels (2.11 with CUDA) carries an old copy of some of its functions, which are
# taken by mistake otherwise (std::filesystem::remove_all crashes).
set(torch_libraries stdc++ ${CSM_TORCH_DIR}/lib/libtorch.so ${CSM_TORCH_DIR}/lib/libtorch_cpu.so ${CSM_TORCH_DIR}/lib/libc10.so)
if(EXISTS ${CSM_TORCH_DIR}/lib/libtorch_cuda.so)
  # A CUDA wheel: its libraries register the CUDA kernels when they are loaded, so they must not be dropped. They find cuBLAS,
  # cuDNN and the like by themselves when they are loaded; the linker need not.
  list(APPEND torch_libraries ${CSM_TORCH_DIR}/lib/libtorch_cuda.so ${CSM_TORCH_DIR}/lib/libc10_cuda.so)
  target_link_options(csm_torch INTERFACE -Wl,--allow-shlib-undefined)
endif()
# One list between the two flags, since CMake drops a flag that is there twice.
target_link_libraries(csm_torch INTERFACE -Wl,--no-as-needed ${torch_libraries} -Wl,--as-needed Threads::Threads)
target_link_options(csm_torch INTERFACE -Wl,-rpath,${CSM_TORCH_DIR}/lib)
# The wheel was compiled with NDEBUG, and classes of its headers have other members without it (at::RecordFunction).
target_compile_definitions(csm_torch INTERFACE $<$<NOT:$<CONFIG:Release,RelWithDebInfo,MinSizeRel>>:NDEBUG>)

# LibTorch's headers take ten seconds a file to read, so they are read once: the precompiled header of csm_torch_headers, a library of an empty file.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/torch_headers.cpp CONTENT "")
add_library(csm_torch_headers OBJECT ${CMAKE_BINARY_DIR}/torch_headers.cpp)
target_link_libraries(csm_torch_headers PRIVATE csm_flags csm_torch)
target_precompile_headers(csm_torch_headers PRIVATE <ATen/ATen.h>)

# Gives the torch_sources of a target the precompiled header and keeps it from its other sources.
function(csm_share_torch_headers target sources torch_sources)
  if(torch_sources)
    target_precompile_headers(${target} REUSE_FROM csm_torch_headers)
    set_source_files_properties(${sources} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()
