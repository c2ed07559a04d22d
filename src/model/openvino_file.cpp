#include <algorithm>
#include <array>

#include "csm/core/text.h"
#include "openvino_backend.h"

namespace csm {

bool is_openvino_file(const std::filesystem::path& path) {
  constexpr std::array endings = {".onnx", ".tflite", ".xml", ".pb"};
  return std::find(endings.begin(), endings.end(), to_lower(path.extension().string())) !=
         endings.end();
}

}  // namespace csm
