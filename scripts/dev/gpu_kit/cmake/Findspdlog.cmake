# spdlog and fmt from the kit, as headers alone.
add_library(spdlog_headers INTERFACE)
target_include_directories(spdlog_headers SYSTEM INTERFACE ${CMAKE_CURRENT_LIST_DIR}/../../third_party/include)
target_compile_definitions(spdlog_headers INTERFACE SPDLOG_HEADER_ONLY SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
add_library(spdlog::spdlog ALIAS spdlog_headers)
set(spdlog_FOUND TRUE)
