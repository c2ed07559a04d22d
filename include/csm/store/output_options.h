#pragma once
#include <filesystem>

namespace csm {

struct OutputOptions {
  std::filesystem::path
      output;              ///< --output FILE.h5; empty: results/TASK.h5, or results/TASK_METHOD.h5
  bool overwrite = false;  ///< --overwrite
  bool save_cis = false;   ///< --save-cis
  bool quiet = false;      ///< --quiet
  std::filesystem::path log_json;  ///< --log-json: FILE, or - for the standard output; empty: none
};

}  // namespace csm
