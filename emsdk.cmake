# Toolchain of the page: an emsdk named by EMSDK, else Debian's package (scripts/setup installs it).
if(DEFINED ENV{EMSDK})
    set(emscripten_root "$ENV{EMSDK}/upstream/emscripten")
else()
    set(emscripten_root /usr/share/emscripten)
    # Debian's em++ looks for acorn beside its own node; any other node needs to be told.
    set(ENV{NODE_PATH} /usr/share/nodejs)
endif()
# Emscripten's own archiver only starts LLVM's, by way of Python, which costs half a second for each archive.
find_program(CHUKTA_LLVM_AR NAMES llvm-ar HINTS $ENV{EMSDK}/upstream/bin)
find_program(CHUKTA_LLVM_RANLIB NAMES llvm-ranlib HINTS $ENV{EMSDK}/upstream/bin)
if(CHUKTA_LLVM_AR AND CHUKTA_LLVM_RANLIB)
    set(CMAKE_AR ${CHUKTA_LLVM_AR} CACHE FILEPATH "")
    set(CMAKE_RANLIB ${CHUKTA_LLVM_RANLIB} CACHE FILEPATH "")
endif()
set(toolchain ${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake)
if(NOT EXISTS ${toolchain})
    message(FATAL_ERROR "No Emscripten at ${emscripten_root}: run scripts/setup or set EMSDK")
endif()
include(${toolchain})

# Programs built by emscripten 3.1.6 hand node's new fetch a file path, so fetch is taken away.
find_program(CHUKTA_NODE NAMES node nodejs REQUIRED)
set(CMAKE_CROSSCOMPILING_EMULATOR "${CHUKTA_NODE};--no-experimental-fetch" CACHE STRING "" FORCE)
