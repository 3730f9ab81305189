# Every third-party library, under one name each: obhut::sodium, obhut::zstd, and natively also
# obhut::openssl ::sqlite ::curl ::fmt ::spdlog ::cli11 ::boost ::qrencode ::json ::secret.
#
# All are imported targets, so their headers are system headers and raise no warnings of ours.
# WebAssembly has sodium and zstd only: what runs in the browser cannot link more by accident.
# script/setup installs all of it. Sets OBHUT_WASM.

include_guard(GLOBAL)

set(OBHUT_DEPS_DIR ${CMAKE_CURRENT_LIST_DIR}/../.deps
    CACHE PATH "where script/setup builds the libraries Debian does not have")
get_filename_component(OBHUT_DEPS_DIR ${OBHUT_DEPS_DIR} ABSOLUTE)

if(CMAKE_SYSTEM_PROCESSOR STREQUAL "wasm32")
    set(OBHUT_WASM ON)
    set(obhut_prefix ${OBHUT_DEPS_DIR}/wasm)
else()
    set(OBHUT_WASM OFF)
    set(obhut_prefix ${OBHUT_DEPS_DIR}/native)
endif()

# obhut_static_library(name archive): the target obhut::name for a library in our own prefix.
function(obhut_static_library name archive)
    if(NOT EXISTS ${obhut_prefix}/lib/${archive})
        message(FATAL_ERROR "${obhut_prefix}/lib/${archive} is missing: run script/setup")
    endif()
    add_library(obhut::${name} STATIC IMPORTED GLOBAL)
    set_target_properties(obhut::${name} PROPERTIES
        IMPORTED_LOCATION ${obhut_prefix}/lib/${archive}
        INTERFACE_INCLUDE_DIRECTORIES ${obhut_prefix}/include)
endfunction()

# obhut_system_library(name target...): the target obhut::name stands for the given ones.
function(obhut_system_library name)
    add_library(obhut::${name} INTERFACE IMPORTED GLOBAL)
    target_link_libraries(obhut::${name} INTERFACE ${ARGN})
endfunction()

# obhut_pkg_library(name module): the target obhut::name for a pkg-config module, "m>=version".
function(obhut_pkg_library name module)
    pkg_check_modules(obhut_${name} REQUIRED QUIET IMPORTED_TARGET GLOBAL ${module})
    obhut_system_library(${name} PkgConfig::obhut_${name})
endfunction()

if(OBHUT_WASM)
    obhut_static_library(sodium libsodium.a)
    obhut_static_library(zstd libzstd.a)
    return()
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost 1.81 REQUIRED) # headers: Asio, Beast and what they stand on

# Our own libsodium where there is one; else the system's, if it is new enough for X-Wing.
if(EXISTS ${obhut_prefix}/lib/libsodium.a)
    obhut_static_library(sodium libsodium.a)
    set_target_properties(obhut::sodium PROPERTIES INTERFACE_LINK_LIBRARIES Threads::Threads)
else()
    obhut_pkg_library(sodium libsodium>=1.0.22)
endif()

obhut_pkg_library(zstd libzstd)
obhut_pkg_library(qrencode libqrencode)
obhut_pkg_library(secret libsecret-1)
obhut_system_library(openssl OpenSSL::SSL OpenSSL::Crypto)
obhut_system_library(sqlite SQLite::SQLite3)
obhut_system_library(curl CURL::libcurl)
obhut_system_library(fmt fmt::fmt)
obhut_system_library(spdlog spdlog::spdlog)
obhut_system_library(cli11 CLI11::CLI11)
obhut_system_library(json nlohmann_json::nlohmann_json)
obhut_system_library(boost Boost::headers Threads::Threads)
