# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
# How every target of this project is compiled, and how a test gets its label.

add_library(mobility_flags INTERFACE)
target_compile_options(mobility_flags INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Werror -fvisibility=hidden
    $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>
    # clang serves the fuzzers; what counts as wrong, g++ says.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-error>)
if(MOBILITY_SANITIZE)
    target_compile_options(mobility_flags INTERFACE
        -fsanitize=${MOBILITY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(mobility_flags INTERFACE -fsanitize=${MOBILITY_SANITIZE})
endif()

# mobility_library(NAME SOURCES... ) - a static library whose headers are included as "folder/x.h".
function(mobility_library name)
    add_library(${name} STATIC ${ARGN})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE mobility_flags)
endfunction()

# mobility_test(NAME LABEL SOURCES...) - one GoogleTest program; ctest runs it as one test.
function(mobility_test name label)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE mobility_flags GTest::gtest GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 300)
endfunction()
