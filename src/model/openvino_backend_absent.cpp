#include "csm/core/error.h"
#include "openvino_backend.h"

namespace csm {

std::unique_ptr<const ModelBackend> open_openvino_backend(
    const std::filesystem::path& path, const std::filesystem::path& /*contract*/) {
  throw InputError(
      {"the model file '" + path.string() + "' needs OpenVINO, and this program was built without",
       "it reads " + path.extension().string() + " files",
       "Run scripts/setup.sh --with-openvino and scripts/build.sh, or let Python answer: "
       "--model process:COMMAND (docs/black_box.md)."});
}

}  // namespace csm
