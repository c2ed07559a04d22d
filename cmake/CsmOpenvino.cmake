# OpenVINO as the target openvino::runtime, from the Python wheel that CSM_PYTHON sees; CSM_HAS_OPENVINO says whether it is there.
execute_process(
  COMMAND ${CSM_PYTHON} -c "import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec('openvino').origin).parent / 'cmake')"
  OUTPUT_VARIABLE openvino_folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(CSM_HAS_OPENVINO OFF)
if(openvino_folder)
  find_package(OpenVINO QUIET COMPONENTS Runtime PATHS ${openvino_folder} NO_DEFAULT_PATH)
  set(CSM_HAS_OPENVINO ${OpenVINO_FOUND})
endif()
