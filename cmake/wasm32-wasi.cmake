# Toolchain file for the core in WebAssembly: Debian's clang 19 with its libc++ and wasi-libc.
#
#     cmake --toolchain cmake/wasm32-wasi.cmake ...
#
# No exceptions and no RTTI: Debian's libc++ for wasm has neither, nor threads nor <filesystem>.
# `--sysroot=/usr` also makes the host's /usr/include visible, behind wasi-libc's own headers: code
# that includes a native library's header by mistake fails only when it is linked.

# "Generic" is CMake's name for "no operating system it knows": static libraries only.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)

set(CMAKE_SYSROOT /usr)
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_C_COMPILER_TARGET wasm32-wasi)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)

# GNU ar packs foreign objects too, without an index, which wasm-ld does not need; so llvm-ar, and
# the package it is in, are not required. ranlib has nothing to do then.
find_program(OBHUT_WASM_AR NAMES llvm-ar-19 ar REQUIRED)
set(CMAKE_AR ${OBHUT_WASM_AR} CACHE FILEPATH "" FORCE)
set(CMAKE_RANLIB true CACHE FILEPATH "" FORCE)

# clang calls wasm-opt after linking if it finds one, and says nothing if it does not.
find_program(OBHUT_WASM_OPT NAMES wasm-opt REQUIRED)

# simd128: every browser since 2023; the libraries in .deps/wasm are built with it as well.
set(CMAKE_C_FLAGS_INIT "-msimd128")
set(CMAKE_CXX_FLAGS_INIT "-msimd128 -fno-exceptions -fno-rtti")
# stack-first: an overflowing stack traps at address 0 instead of running into the data.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-z,stack-size=2097152 -Wl,--stack-first")
set(CMAKE_EXE_LINKER_FLAGS_RELEASE_INIT "-Wl,--strip-debug")

set(CMAKE_EXECUTABLE_SUFFIX_C .wasm)
set(CMAKE_EXECUTABLE_SUFFIX_CXX .wasm)

# add_test(NAME x COMMAND target) then runs the module in Node.
find_program(OBHUT_NODE NAMES node nodejs)
if(OBHUT_NODE)
    set(CMAKE_CROSSCOMPILING_EMULATOR
        ${OBHUT_NODE} ${CMAKE_CURRENT_LIST_DIR}/../script/lib/run-wasi.mjs)
endif()

# Programs come from the host, libraries never do.
set(CMAKE_FIND_ROOT_PATH ${CMAKE_CURRENT_LIST_DIR}/../.deps/wasm)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
