# csm_stage(NAME SOURCES a.cpp TORCH_SOURCES b.cpp LINKS targets...): one library per stage with an explicit link list.
# TORCH_SOURCES are the files that include LibTorch: they share its precompiled headers, the others never see them.
function(csm_stage name)
  cmake_parse_arguments(stage "" "" "SOURCES;TORCH_SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(csm_${name} STATIC ${stage_SOURCES} ${stage_TORCH_SOURCES})
  target_include_directories(csm_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include ${CMAKE_BINARY_DIR}/include)
  target_link_libraries(csm_${name} PUBLIC ${stage_LINKS} PRIVATE csm_flags ${stage_PRIVATE_LINKS})
  csm_share_torch_headers(csm_${name} "${stage_SOURCES}" "${stage_TORCH_SOURCES}")
endfunction()

# csm_test(NAME SOURCES a.cpp TORCH_SOURCES b.cpp LINKS targets...): one GoogleTest program, which ctest runs as unit/NAME. One
# process a program: to load LibTorch takes longer than most tests.
# The target unit_tests builds all of them.
function(csm_test name)
  cmake_parse_arguments(test "" "" "SOURCES;TORCH_SOURCES;LINKS" ${ARGN})
  add_executable(test_${name} ${test_SOURCES} ${test_TORCH_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${test_LINKS} csm_flags GTest::gtest_main GTest::gmock)
  csm_share_torch_headers(test_${name} "${test_SOURCES}" "${test_TORCH_SOURCES}")
  add_dependencies(unit_tests test_${name})
  add_test(NAME unit/${name} COMMAND test_${name} --gtest_brief=1)
  # A thread that waits gives its core to the tests beside it; else two programs of two threads take ten times as long.
  set_tests_properties(unit/${name} PROPERTIES LABELS unit TIMEOUT 300 COST 200 ENVIRONMENT OMP_WAIT_POLICY=passive)
endfunction()
