#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "csm/store/cis_part_file.h"
#include "csm/store/result.h"

namespace csm {

/// Writes the result file: to `path` + ".partial", flushed, renamed. On an error the partial file
/// is removed and an old result at `path` is untouched. The maps of `cis_parts` become /entry/cis
/// (rows by `order` among the images that are ok), copied chunk by chunk without decompression; the
/// part files stay. Errors: RunError (full disk, permissions) with path, reason and what to do.
void write_result(const std::filesystem::path& path, const Result& result,
                  std::span<const CisPart> cis_parts);

/// The version of the HDF5 library.
std::string hdf5_version();

}  // namespace csm
