# libcrypto from the kit: headers and the static library.
find_package(Threads REQUIRED)
set(third_party ${CMAKE_CURRENT_LIST_DIR}/../../third_party)
add_library(kit_crypto INTERFACE)
target_include_directories(kit_crypto SYSTEM INTERFACE ${third_party}/include)
target_link_libraries(kit_crypto INTERFACE ${third_party}/lib/libcrypto.a Threads::Threads ${CMAKE_DL_LIBS})
add_library(OpenSSL::Crypto ALIAS kit_crypto)
set(OpenSSL_FOUND TRUE)
set(OPENSSL_FOUND TRUE)
