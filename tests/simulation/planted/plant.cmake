# cmake -DROOT=… -DFILE=… -DTARGET=… -P plant.cmake: the simulation's own copy of a source, with the switches of
# faults.cmake in it. A text that is not there exactly once is an error: the source has changed, the fault has to as well.
file(READ ${ROOT}/${FILE} text)
set(switches 0)

function(plant file old new)
  if(NOT file STREQUAL FILE)
    return()
  endif()
  string(FIND "${text}" "${old}" first)
  string(FIND "${text}" "${old}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${file} does not have exactly once what a planted fault replaces:\n${old}")
  endif()
  string(REPLACE "${old}" "${new}" text "${text}")
  set(text "${text}" PARENT_SCOPE)
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/faults.cmake)
file(WRITE ${TARGET} "#include \"simulation/planted/planted.hpp\"\n#line 1 \"${ROOT}/${FILE}\"\n${text}")
