# LibTorch as IMPORTED targets: LibTorch::cpu, and LibTorch::cuda where IIET_CUDA is on.
#
# Looked for, in this order; what the user names must fit, or the configuration stops:
#   1. Torch_DIR (variable or environment): an unpacked LibTorch, a Python package folder `torch`, or the
#      share/cmake/Torch of either
#   2. IIET_PYTHON (variable or environment): a Python that has torch (it is located, not imported)
#   3. .local/python of the checkout, made by scripts/setup
#
# LibTorch's own CMake package is not used: built for CUDA, it demands the CUDA toolkit even of a CPU program.

set(LibTorch_WANTED 2.11)

# The folder with include/ and lib/ that `named` means, or empty.
function(libtorch_folder named result)
  set(${result} "" PARENT_SCOPE)
  foreach(folder "${named}" "${named}/torch" "${named}/libtorch" "${named}/../../..")
    if(EXISTS "${folder}/include/ATen/ATen.h" AND EXISTS "${folder}/lib/libtorch_cpu.so")
      get_filename_component(folder "${folder}" ABSOLUTE)
      set(${result} "${folder}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# The torch package folder of a Python. find_spec does not import it, which would take seconds and all its libraries.
function(libtorch_of_python python result)
  execute_process(
    COMMAND "${python}" -c "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"
    OUTPUT_VARIABLE folder ERROR_VARIABLE problem RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "IIET_PYTHON: '${python}' does not run: ${status} ${problem}")
  endif()
  set(${result} "${folder}" PARENT_SCOPE)
endfunction()

# The version as the package states it ("2.11.0+cu130"), or empty.
function(libtorch_version folder result)
  set(version "")
  if(EXISTS "${folder}/version.py")
    file(STRINGS "${folder}/version.py" line REGEX "^__version__ = ")
    string(REGEX REPLACE "^__version__ = ['\"](.*)['\"].*$" "\\1" version "${line}")
  elseif(EXISTS "${folder}/build-version")
    file(STRINGS "${folder}/build-version" version LIMIT_COUNT 1)
  endif()
  set(${result} "${version}" PARENT_SCOPE)
endfunction()

set(LibTorch_ROOT_FOLDER "")
foreach(name Torch_DIR IIET_PYTHON)
  if(NOT ${name} AND DEFINED ENV{${name}})
    set(${name} "$ENV{${name}}")
  endif()
endforeach()
if(Torch_DIR)
  set(LibTorch_named "Torch_DIR")
  libtorch_folder("${Torch_DIR}" LibTorch_ROOT_FOLDER)
  if(NOT LibTorch_ROOT_FOLDER)
    message(FATAL_ERROR "Torch_DIR: no LibTorch in '${Torch_DIR}' (looked for include/ATen/ATen.h and lib/libtorch_cpu.so)")
  endif()
elseif(IIET_PYTHON)
  set(LibTorch_named "IIET_PYTHON")
  libtorch_of_python("${IIET_PYTHON}" LibTorch_package)
  libtorch_folder("${LibTorch_package}" LibTorch_ROOT_FOLDER)
  if(NOT LibTorch_ROOT_FOLDER)
    message(FATAL_ERROR "IIET_PYTHON: '${IIET_PYTHON}' has no torch ${LibTorch_WANTED}: "
      "${IIET_PYTHON} -m pip install torch==${LibTorch_WANTED}.0")
  endif()
else()
  set(LibTorch_named "scripts/setup")
  file(GLOB LibTorch_packages "${PROJECT_SOURCE_DIR}/.local/python/lib/python3*/site-packages/torch")
  foreach(package IN LISTS LibTorch_packages)
    libtorch_folder("${package}" LibTorch_ROOT_FOLDER)
  endforeach()
  if(NOT LibTorch_ROOT_FOLDER)
    message(FATAL_ERROR "no LibTorch: run scripts/setup, which puts one into .local/python, "
      "or name one with -DTorch_DIR=FOLDER or -DIIET_PYTHON=PYTHON")
  endif()
endif()

libtorch_version("${LibTorch_ROOT_FOLDER}" LibTorch_VERSION)
if(NOT LibTorch_VERSION MATCHES "^${LibTorch_WANTED}([.]|$)")
  message(FATAL_ERROR "${LibTorch_named}: LibTorch in '${LibTorch_ROOT_FOLDER}' is version '${LibTorch_VERSION}', "
    "iiet-eval needs ${LibTorch_WANTED}.x")
endif()

# A CUDA build needs libcudart and libcupti even on the CPU. They lie in the packages beside torch, or in a CUDA toolkit.
set(LibTorch_run_path "${LibTorch_ROOT_FOLDER}/lib")
if(EXISTS "${LibTorch_ROOT_FOLDER}/lib/libtorch_cuda.so")
  set(LibTorch_cuda_major 13)
  if(LibTorch_VERSION MATCHES "[+]cu([0-9]+)[0-9]$")
    set(LibTorch_cuda_major ${CMAKE_MATCH_1})
  endif()
  file(GLOB LibTorch_packages "${LibTorch_ROOT_FOLDER}/../nvidia/*/lib")
  list(REMOVE_ITEM LibTorch_packages "")
  foreach(library cudart cupti)
    find_file(LibTorch_${library} lib${library}.so.${LibTorch_cuda_major} NO_CACHE
      PATHS ${LibTorch_packages} "${LibTorch_ROOT_FOLDER}/lib" ENV CUDA_HOME ENV CUDA_PATH /usr/local/cuda
      PATH_SUFFIXES lib64 extras/CUPTI/lib64 NO_DEFAULT_PATH)
    if(NOT LibTorch_${library})
      message(FATAL_ERROR "${LibTorch_named}: LibTorch in '${LibTorch_ROOT_FOLDER}' needs "
        "lib${library}.so.${LibTorch_cuda_major}, which is neither in the nvidia packages beside it nor in a CUDA toolkit: "
        "pip install --no-deps nvidia-cuda-runtime nvidia-cuda-cupti")
    endif()
    get_filename_component(folder "${LibTorch_${library}}" DIRECTORY)
    list(APPEND LibTorch_packages "${folder}")
  endforeach()
  foreach(folder IN LISTS LibTorch_packages)
    get_filename_component(folder "${folder}" ABSOLUTE)
    list(APPEND LibTorch_run_path "${folder}")
  endforeach()
endif()

function(libtorch_library name)
  add_library(LibTorch::${name} SHARED IMPORTED)
  set_target_properties(LibTorch::${name} PROPERTIES
    IMPORTED_LOCATION "${LibTorch_ROOT_FOLDER}/lib/lib${name}.so"
    # After the system's folders: LibTorch brings headers of its own fmt, which must not hide the one we link.
    INTERFACE_COMPILE_OPTIONS "-idirafter${LibTorch_ROOT_FOLDER}/include;-idirafter${LibTorch_ROOT_FOLDER}/include/torch/csrc/api/include"
    INTERFACE_COMPILE_DEFINITIONS "_GLIBCXX_USE_CXX11_ABI=1")
endfunction()

if(NOT TARGET LibTorch::cpu)
  libtorch_library(c10)
  libtorch_library(torch_cpu)
  add_library(LibTorch::cpu INTERFACE IMPORTED)
  target_link_libraries(LibTorch::cpu INTERFACE LibTorch::torch_cpu LibTorch::c10)
  # RPATH, not RUNPATH: it also serves the libraries that LibTorch itself loads. --no-as-needed: operators register
  # themselves when their library is loaded, and no symbol of ours refers to them.
  set(LibTorch_link_options "LINKER:--no-as-needed" "LINKER:--disable-new-dtags")
  list(REMOVE_DUPLICATES LibTorch_run_path)
  foreach(folder IN LISTS LibTorch_run_path)
    list(APPEND LibTorch_link_options "LINKER:-rpath,${folder}")
  endforeach()
  target_link_options(LibTorch::cpu INTERFACE ${LibTorch_link_options})
endif()

if(IIET_CUDA AND NOT TARGET LibTorch::cuda)
  if(NOT EXISTS "${LibTorch_ROOT_FOLDER}/lib/libtorch_cuda.so")
    message(FATAL_ERROR "${LibTorch_named}: LibTorch in '${LibTorch_ROOT_FOLDER}' has no CUDA, but IIET_CUDA is ON")
  endif()
  find_package(CUDAToolkit REQUIRED)
  if(NOT CUDAToolkit_VERSION_MAJOR EQUAL LibTorch_cuda_major)
    message(FATAL_ERROR "the CUDA toolkit is ${CUDAToolkit_VERSION}, but LibTorch ${LibTorch_VERSION} needs ${LibTorch_cuda_major}.x")
  endif()
  libtorch_library(c10_cuda)
  libtorch_library(torch_cuda)
  add_library(LibTorch::cuda INTERFACE IMPORTED)
  target_link_libraries(LibTorch::cuda INTERFACE LibTorch::torch_cuda LibTorch::c10_cuda LibTorch::cpu CUDA::cudart)
  # The packages of the wheel win over the toolkit, as in LibTorch's own RPATH.
  target_link_options(LibTorch::cuda INTERFACE "LINKER:-rpath,${CUDAToolkit_LIBRARY_DIR}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch REQUIRED_VARS LibTorch_ROOT_FOLDER VERSION_VAR LibTorch_VERSION)
