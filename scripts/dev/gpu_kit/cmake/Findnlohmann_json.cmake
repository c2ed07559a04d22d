# nlohmann-json from the kit.
add_library(nlohmann_json_headers INTERFACE)
target_include_directories(nlohmann_json_headers SYSTEM INTERFACE ${CMAKE_CURRENT_LIST_DIR}/../../third_party/include)
add_library(nlohmann_json::nlohmann_json ALIAS nlohmann_json_headers)
set(nlohmann_json_FOUND TRUE)
