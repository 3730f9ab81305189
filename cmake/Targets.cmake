# obhut_library(name SOURCES … DEPENDS … [TESTS …]) makes one static library of a folder and its unit test program.
# obhut_test(name SOURCES … DEPENDS …) makes a test program with the small harness of tests/support.
# Test programs are listed in the property OBHUT_TESTS; script/test runs each of them.

enable_testing()

add_library(obhut_test_support STATIC
    ${CMAKE_SOURCE_DIR}/tests/support/killing.cpp ${CMAKE_SOURCE_DIR}/tests/support/test.cpp)
target_compile_definitions(obhut_test_support PRIVATE $<$<BOOL:${OBHUT_KILLABLE_CHECKS}>:OBHUT_KILLABLE_CHECKS>)
target_compile_definitions(obhut_test_support PRIVATE OBHUT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")

function(obhut_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
    add_executable(${name} ${CMAKE_SOURCE_DIR}/tests/support/main.cpp ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE obhut_test_support ${ARG_DEPENDS})
    if(OBHUT_WASM)
        set_target_properties(${name} PROPERTIES SUFFIX .wasm)
        add_test(NAME ${name} COMMAND node ${CMAKE_SOURCE_DIR}/script/lib/run-wasi.mjs $<TARGET_FILE:${name}>)
    else()
        add_test(NAME ${name} COMMAND ${name})
    endif()
endfunction()

function(obhut_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;TESTS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_DEPENDS})
    if(ARG_TESTS)
        obhut_test(${name}_test SOURCES ${ARG_TESTS} DEPENDS ${name})
    endif()
endfunction()
