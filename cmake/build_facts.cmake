# Writes the facts of a build into OUTPUT, which changes only if they do. Run with every build:
#   cmake -D SOURCE=… -D TEMPLATE=… -D OUTPUT=… -D VERSION=… -D BUILD_TYPE=… -D FLAGS=… -P build_facts.cmake

# The commit of SOURCE: not that of a checkout around an unpacked archive.
set(COMMIT nullptr)
set(DIRTY false)
find_program(GIT git)
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} -C ${SOURCE} rev-parse HEAD
    OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed)
    set(COMMIT "\"${head}\"")
    execute_process(COMMAND ${GIT} --no-optional-locks -C ${SOURCE} status --porcelain OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
      set(DIRTY true)
    endif()
  endif()
endif()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
