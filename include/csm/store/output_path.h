#pragma once
#include <filesystem>
#include <vector>

namespace csm {

struct OutputOptions {
  std::filesystem::path
      output;              ///< --output FILE.h5; empty: results/TASK.h5, or results/TASK_METHOD.h5
  bool overwrite = false;  ///< --overwrite
  bool save_cis = false;   ///< --save-cis
  std::filesystem::path report = "auto";  ///< --report auto | none | COMMAND
  bool quiet = false;                     ///< --quiet
  std::filesystem::path log_json;  ///< --log-json: FILE, or - for the standard output; empty: none
};

/// The file that an output leads to, if it is a symbolic link: that file is written, and the link
/// stays. Any other path as it is. Errors: InputError for a link that leads round in circles.
std::filesystem::path follow_link(const std::filesystem::path& output);

/// The pictures and the page that a run writes beside its result: of the map, its convergence, its
/// regions, its examples, the report.
/// @param stem the output without its extension
std::vector<std::filesystem::path> report_paths(const std::filesystem::path& stem);

/// Outputs of other names, in the same folder, of whose pictures one has the name of a picture of
/// this output: a_regions.h5 for a.h5, and the other way round.
std::vector<std::filesystem::path> outputs_with_common_pictures(
    const std::filesystem::path& output);

/// Makes the folder of an output. Errors: InputError if that fails, or if `path` is a folder or a
/// device or the name of a file that a run writes beside its result.
void make_output_folder(const std::filesystem::path& path);

/// Checks before any work that `path` can be written: the folder exists or can be made, is
/// writable, and neither the file nor another result whose pictures would be replaced exists
/// (unless `overwrite`). To be called by who holds the lock of the output. Errors: InputError with
/// what to do.
void check_output_path(const std::filesystem::path& path, bool overwrite);

}  // namespace csm
